import fc from "fast-check";
import { expect, test } from "vitest";
import { keyRoom } from "../../src/constraint/key-room.js";
import type { CheckedColumn, CheckedTable } from "../../src/ir/checked.js";
import type { Formula } from "../../src/ir/formula.js";

const span = { start: 0, end: 0 };

function tableOf(max: number, labels: number, optional: boolean): CheckedTable {
  const origin = { kind: "declared" } as unknown as CheckedColumn["origin"];
  const values = ["a", "b", "c", "d"].slice(0, labels);
  const column = (name: string, type: CheckedColumn["type"]) =>
    ({ name, type, origin, optional, span }) as unknown as CheckedColumn;
  return {
    name: "people",
    columns: [
      column("code", { kind: "int", min: 1, max, learned: false } as CheckedColumn["type"]),
      column("kind", { kind: "category", values, ordered: false, learned: false }),
      column("other", { kind: "bool" }),
    ],
    rules: [],
    span,
  } as unknown as CheckedTable;
}

const code: Formula = { op: "column", name: "code" };
const atLeast = (value: number): Formula => ({
  op: "ge",
  left: code,
  right: { op: "number", value },
});
const isA: Formula = {
  op: "eq",
  left: { op: "column", name: "kind" },
  right: { op: "text", value: "a" },
};
const aFrom = (value: number): Formula => ({
  op: "or",
  args: [{ op: "not", arg: isA }, atLeast(value)],
});

test("a key has as many values as pairs that no rule about it breaks", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 70 }),
      fc.integer({ min: 0, max: 70 }),
      (max, labels, least, ofA) => {
        const aboutOther: Formula = { op: "and", args: [{ op: "column", name: "other" }, isA] };
        const rules = [atLeast(least), aFrom(ofA), aboutOther];
        let expected = 0;
        for (let value = 1; value <= max; value++) {
          for (let label = 0; label < labels; label++) {
            if (value >= least && (label > 0 || value >= ofA)) expected++;
          }
        }
        expect(keyRoom(tableOf(max, labels, false), ["code", "kind"], rules)).toBe(expected);
      },
    ),
    { numRuns: 200 },
  );
});

test("where there are too many pairs to look at, each column counts by the rules about it alone", () => {
  const rules = [atLeast(20_001), aFrom(30_000)];
  expect(keyRoom(tableOf(40_000, 4, false), ["code", "kind"], rules)).toBe(20_000 * 4);
});

test("a key that may have gaps is bounded by nothing", () => {
  expect(keyRoom(tableOf(3, 2, true), ["code"], [])).toBe(Infinity);
});

test("what others of the key determine adds nothing to it, nor do two columns that determine each other", () => {
  const determines = (from: string, to: string) =>
    ({ kind: "determines", from: [from], to: [to], text: "", span }) as const;
  const roomWith = (...rules: readonly unknown[]) =>
    keyRoom({ ...tableOf(7, 3, false), rules } as unknown as CheckedTable, ["code", "kind"], []);
  expect(roomWith()).toBe(21);
  expect(roomWith(determines("code", "kind"))).toBe(7);
  expect(roomWith(determines("kind", "code"))).toBe(3);
  expect(roomWith(determines("code", "kind"), determines("kind", "code"))).toBeLessThanOrEqual(7);
  expect(roomWith(determines("other", "kind"))).toBe(21);
});
