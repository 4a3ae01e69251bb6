import fc from "fast-check";
import { expect, test } from "vitest";
import { neededOf, smallestClash } from "../../src/constraint/clash.js";

/** Demands 0..n−1 that clash where all of some hidden set are asked. */
const worlds = fc.integer({ min: 2, max: 9 }).chain((count) =>
  fc.tuple(
    fc.constant(count),
    fc.array(fc.subarray([...Array(count).keys()], { minLength: 1 }), {
      minLength: 1,
      maxLength: 6,
    }),
  ),
);

const oracleOf = (hidden: readonly (readonly number[])[], goesOn = true) => {
  const refutes = refutesBy(hidden);
  return { refutes, holds: (some: readonly number[]) => !refutes(some), goesOn: () => goesOn };
};
const refutesBy =
  (hidden: readonly (readonly number[])[]) =>
  (some: readonly number[]): boolean =>
    hidden.some((set) => set.every((one) => some.includes(one)));

test("the smallest of the hidden sets is found, and proved smallest", () => {
  fc.assert(
    fc.property(worlds, ([count, hidden]) => {
      const { core, smallest } = smallestClash([...Array(count).keys()], oracleOf(hidden));
      expect(smallest).toBe(true);
      expect(core.length).toBe(Math.min(...hidden.map((set) => set.length)));
      expect(refutesBy(hidden)(core)).toBe(true);
      expect([...core].sort((a, b) => a - b)).toEqual(core);
    }),
    { numRuns: 2_000, seed: 5 },
  );
});

test("out of patience, each of the demands is needed and nothing more is claimed", () => {
  fc.assert(
    fc.property(worlds, ([count, hidden]) => {
      const refutes = refutesBy(hidden);
      const demands = [...Array(count).keys()];
      const { core, smallest } = smallestClash(demands, oracleOf(hidden, false));
      expect(smallest).toBe(false);
      expect(core).toEqual(neededOf(demands, refutes));
      for (const one of core) expect(refutes(core.filter((other) => other !== one))).toBe(false);
    }),
    { numRuns: 500, seed: 6 },
  );
});

test("a small clash among very many demands takes few questions", () => {
  let asked = 0;
  const refutes = refutesBy([
    [3, 50, 97],
    [10, 20, 30, 40],
  ]);
  const { core } = smallestClash([...Array(100).keys()], {
    refutes: (some) => {
      asked++;
      return refutes(some);
    },
    holds: () => true,
    goesOn: () => true,
  });
  expect(core).toEqual([3, 50, 97]);
  expect(asked).toBeLessThan(300);
});

test("what can't be told apart from a clash is not called smallest", () => {
  const hidden = [
    [0, 1, 2],
    [3, 4],
  ];
  const refutes = (some: readonly number[]) => refutesBy([hidden[0] ?? []])(some);
  const holds = (some: readonly number[]) => !refutesBy(hidden)(some);
  const { core, smallest } = smallestClash([0, 1, 2, 3, 4], { refutes, holds, goesOn: () => true });
  expect(core).toEqual([0, 1, 2]);
  expect(smallest).toBe(false);
});
