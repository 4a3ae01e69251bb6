import { describe, expect, it } from "vitest";
import { splitByKey, splitTable } from "../../src/table/split.js";
import type { NumberColumn, Table } from "../../src/table/table.js";

function counting(rows: number): Table {
  const values = Float64Array.from({ length: rows }, (_, row) => row);
  const type = { kind: "int", learned: true } as const;
  return { kind: "table", name: "t", rows, columns: [{ kind: "number", name: "x", type, values }] };
}

const numbers = (table: Table): number[] => [...(table.columns[0] as NumberColumn).values];

describe("the hold-out", () => {
  it("and the rest are the table, in its order", () => {
    const { train, holdout } = splitTable(counting(100), 0.2, 7);
    expect(holdout.rows).toBe(20);
    expect([...numbers(train), ...numbers(holdout)].sort((a, b) => a - b)).toEqual(
      numbers(counting(100)),
    );
    expect(numbers(train)).toEqual(numbers(train).sort((a, b) => a - b));
  });

  it("depends on the seed alone", () => {
    const held = (seed: number) => numbers(splitTable(counting(50), 0.5, seed).holdout);
    expect(held(1)).toEqual(held(1));
    expect(held(1)).not.toEqual(held(2));
  });

  it("leaves no part empty of two rows or more", () => {
    expect(splitTable(counting(2), 0.01, 1).holdout.rows).toBe(1);
    expect(splitTable(counting(2), 0.99, 1).train.rows).toBe(1);
    expect(splitTable(counting(1), 0.5, 1).train.rows).toBe(1);
    expect(splitTable(counting(10), 0, 1).holdout.rows).toBe(0);
  });

  it("keeps rows together that share a key", () => {
    const table = counting(4);
    const key: NumberColumn = {
      ...(table.columns[0] as NumberColumn),
      values: Float64Array.of(1, 2, 1, 3),
    };
    const { train, holdout } = splitByKey(table, key, new Set([1]));
    expect(numbers(holdout)).toEqual([0, 2]);
    expect(numbers(train)).toEqual([1, 3]);
  });
});
