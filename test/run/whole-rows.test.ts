import fc from "fast-check";
import { expect, it } from "vitest";
import { tighten } from "../../src/run/whole-rows.js";

const goal = (metric: string, bound: number) => ({
  ...{ metric, bound, given: [] },
  comparison: "<=" as const,
});

it("counts rounded to whole rows still meet the goal, groups keep their rows", () => {
  // 41 of 200 against 163 of 800: shares that differ by 0.00125; rounded the wrong way by 0.0225.
  const counts = Int32Array.of(159, 41, 654, 146);
  tighten(counts, [goal("parity", 0.02)]);
  expect([...counts]).toEqual([159, 41, 652, 148]);
  const ratio = Int32Array.of(90, 10, 920, 79);
  tighten(ratio, [goal("ratio", 0.8)]);
  expect([...ratio]).toEqual([90, 10, 919, 80]);
});

it("never touches counts that meet the goal, nor the size of a group", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(300), fc.nat(300)), { minLength: 2, maxLength: 5 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (pairs, bound) => {
        const before = Int32Array.from(pairs.flat());
        const after = before.slice();
        tighten(after, [goal("parity", bound)]);
        const rates = pairs.flatMap(([no, yes]) => (no + yes > 0 ? [yes / (no + yes)] : []));
        if (Math.max(...rates) - Math.min(...rates) <= bound) expect(after).toEqual(before);
        pairs.forEach(([no, yes], g) => {
          expect((after[2 * g] ?? 0) + (after[2 * g + 1] ?? 0)).toBe(no + yes);
        });
      },
    ),
  );
});

it("meets the goal wherever whole rows near by do, and says where it doesn't", () => {
  const within = (shares: readonly number[], metric: string, bound: number) => {
    const [low, high] = [Math.min(...shares), Math.max(...shares)];
    return metric === "parity" ? high - low <= bound + 1e-9 : low >= bound * high - 1e-9;
  };
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 3 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
      fc.constantFrom("parity", "ratio"),
      fc.double({ min: 0.01, max: 0.6, noNaN: true }),
      (sizes, shares, metric, bound) => {
        const yes = sizes.map((rows, g) => Math.round(rows * (shares[g] as number)));
        const counts = Int32Array.from(
          sizes.flatMap((rows, g) => [rows - (yes[g] as number), yes[g] as number]),
        );
        const coarse = tighten(counts, [goal(metric, bound)]);
        const found = sizes.map((rows, g) => (counts[2 * g + 1] as number) / rows);
        const all = sizes.reduce<number[][]>(
          (some, rows) =>
            some.flatMap((one) => Array.from({ length: rows + 1 }, (_, k) => [...one, k])),
          [[]],
        );
        const rows = sizes.reduce((sum, size) => sum + size, 0);
        const near = all.filter(
          (one) =>
            one.reduce((sum, k, g) => sum + Math.abs(k - (yes[g] as number)), 0) <=
            sizes.length + rows / 100,
        );
        const can = near.some((one) =>
          within(
            one.map((k, g) => k / (sizes[g] as number)),
            metric,
            bound,
          ),
        );
        expect(within(found, metric, bound)).toBe(can);
        expect(coarse).toBe(can ? undefined : Math.min(...sizes));
      },
    ),
  );
});
