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
  // a: 8^⅔ = 4 of 5 parts of a fifth of ρ = 1/√(2 · .5 · .16) = 2.5; b: 5; one pair: 1/√(2 · .5 · .8) ≈ 1.1.
  expect(expectedError(table, learner, 0.5, undefined)).toBe(
    "±2.5 (a), ±5 (b) rows in each count of a column; about ±1.1 in each joint count",
  );
});

test("swift shares among four pairs for each column, where there are as many", () => {
  const wide = { ...table, columns: Array.from({ length: 10 }, (_, i) => column(`c${i}`, 8)) };
  const forecast = (name: string) =>
    expectedError(
      wide,
      { table: "people", name, reason: "asked for", options: {} },
      0.5,
      undefined,
    );
  // 1/√(2 · .5 · .8 / 40) ≈ 7.1; `aim` has one a column: 1/√(2 · .5 · .85 / 10) ≈ 3.4.
  expect(forecast("swift")).toContain("about ±7.1 in each joint count");
  expect(forecast("aim")).toContain("about ±3.4 in each joint count");
});

test("independent columns have no joint counts; a unit of several rows makes all of them noisier", () => {
  const learner = { table: "people", name: "independent", reason: "asked for", options: {} };
  const unit = { kind: "entity", table: "people", atMost: [{ table: "people", count: 3 }] };
  const privacy = { unit } as never;
  const alone = { ...table, columns: [column("a", 8)] } as CheckedTable;
  expect(expectedError(alone, learner, 0.5, undefined)).toBe("±1 rows in each count of a column");
  expect(expectedError(alone, learner, 0.5, privacy)).toBe("±3 rows in each count of a column");
});
