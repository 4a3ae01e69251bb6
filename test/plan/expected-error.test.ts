import { expect, test } from "vitest";
import type { CheckedColumn, CheckedTable } from "../../src/ir/checked.js";
import { expectedError } from "../../src/plan/expected-error.js";

function column(name: string, values: number): CheckedColumn {
  const labels = Array.from({ length: values }, (_, i) => `v${i}`);
  const type = { kind: "category", values: labels, ordered: false, learned: false } as const;
  return { name, type, optional: false, origin: { kind: "learned" } } as unknown as CheckedColumn;
}

const table = {
  name: "people",
  columns: [column("a", 8), column("b", 1)],
} as unknown as CheckedTable;

test("wider columns get more of the budget, joint counts what is left", () => {
  const learner = { table: "people", name: "swift", reason: "asked for", options: {} };
  // a: 8^⅔ = 4 of 5 parts of a fifth of ρ = 1/√(2 · .5 · .16) = 2.5; b: 5; joint: 1/√(2 · .5 · .4) ≈ 1.6.
  expect(expectedError(table, learner, 0.5, undefined)).toBe(
    "±2.5 (a), ±5 (b) rows in each count of a column; about ±1.6 in each joint count",
  );
});

test("independent columns have no joint counts; a unit of several rows makes all of them noisier", () => {
  const learner = { table: "people", name: "independent", reason: "asked for", options: {} };
  const unit = { kind: "entity", table: "people", atMost: [{ table: "people", count: 3 }] };
  const privacy = { unit } as never;
  const alone = { ...table, columns: [column("a", 8)] } as CheckedTable;
  expect(expectedError(alone, learner, 0.5, undefined)).toBe("±1 rows in each count of a column");
  expect(expectedError(alone, learner, 0.5, privacy)).toBe("±3 rows in each count of a column");
});
