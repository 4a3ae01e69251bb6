import { expect, test } from "vitest";
import { countBroken } from "../../src/constraint/table-rules.js";
import type { Table } from "../../src/table/table.js";
import * as make from "../synth/tables.js";

const number = (name: string, ...values: number[]) =>
  ({ kind: "number", name, type: make.real(), values: Float64Array.from(values) }) as const;
const table: Table = {
  kind: "table",
  name: "t",
  rows: 5,
  columns: [
    number("who", 1, 2, 1, 2, 1),
    number("x", 3, 5, 4, 5, Number.NaN),
    number("y", 1, 2, 1, 3, 9),
  ],
};

test("rules about many rows are counted row by row", () => {
  const rule = (rest: object) => make.rule(rest);
  expect(countBroken(rule({ kind: "unique", columns: ["x"] }), table)).toBe(1);
  expect(countBroken(rule({ kind: "unique", columns: ["who", "y"] }), table)).toBe(1);
  expect(countBroken(rule({ kind: "increases", column: "x", parent: "who" }), table)).toBe(1);
  expect(countBroken(rule({ kind: "determines", from: ["who"], to: ["y"] }), table)).toBe(2);
  expect(countBroken(make.require(make.op("ge", make.c("x"), make.n(4))), table)).toBe(1);
  expect(
    countBroken(rule({ kind: "correlate", left: "x", right: "y", strength: 0 }), table),
  ).toBeUndefined();
});

test("a missing value determines nothing", () => {
  const columns = [number("x", Number.NaN, 4, Number.NaN), number("y", 1, 2, 3)];
  const rule = make.rule({ kind: "determines", from: ["x"], to: ["y"] });
  expect(countBroken(rule, { ...table, rows: 3, columns })).toBe(0);
  const back = make.rule({ kind: "determines", from: ["y"], to: ["x"] });
  const twice = [columns[0], number("y", 1, 1, 1)] as typeof columns;
  expect(countBroken(back, { ...table, rows: 3, columns: twice })).toBe(1);
});
