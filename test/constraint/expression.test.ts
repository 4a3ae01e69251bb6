import { expect, test } from "vitest";
import { civil, daysOf } from "../../src/base/calendar.js";
import { compile, compileTruth } from "../../src/constraint/expression.js";
import type { Scope } from "../../src/constraint/scope.js";
import type { Formula } from "../../src/ir/formula.js";

const scope: Scope = {
  columns: [
    { name: "age", type: { kind: "int", min: 0, max: 90, learned: false }, optional: true },
    { name: "pay", type: { kind: "real", learned: false }, optional: true },
    {
      name: "sex",
      type: { kind: "category", values: ["F", "M"], ordered: false, learned: false },
      optional: true,
    },
    {
      name: "size",
      type: { kind: "category", values: ["S", "M", "L"], ordered: true, learned: false },
      optional: false,
    },
    { name: "born", type: { kind: "date", learned: false }, optional: false },
    { name: "smokes", type: { kind: "bool" }, optional: true },
  ],
  levels: [undefined, undefined, ["F", "M"], ["S", "M", "L"], undefined, ["false", "true"]],
};
const cells = [
  Float64Array.of(30, Number.NaN),
  Float64Array.of(0.1, 0.3),
  Int32Array.of(1, -1),
  Int32Array.of(2, 0),
  Float64Array.of(daysOf(2024, 2, 29), daysOf(1969, 12, 31)),
  Int32Array.of(1, -1),
];
const n = (value: number): Formula => ({ op: "number", value });
const t = (value: string): Formula => ({ op: "text", value });
const c = (name: string): Formula => ({ op: "column", name });
const both = (formula: Formula) => {
  const { at } = compile(formula, scope);
  return [at(cells, 0), at(cells, 1)];
};

test("days and civil dates agree with JavaScript's own calendar over 800 years", () => {
  for (let day = -150_000; day < 150_000; day += 37) {
    const date = new Date(day * 86_400_000);
    expect(civil(day)).toEqual({
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
    });
    const { year, month, day: d } = civil(day);
    expect(daysOf(year, month, d)).toBe(day);
  }
});

test("missing operands make unknown, and unknown follows Kleene", () => {
  const old: Formula = { op: "ge", left: c("age"), right: n(18) };
  expect(both(old)).toEqual([1, Number.NaN]);
  expect(both({ op: "or", args: [old, { op: "missing", arg: c("age") }] })).toEqual([1, 1]);
  expect(both({ op: "and", args: [old, { op: "truth", value: false }] })).toEqual([0, 0]);
  expect(both({ op: "not", arg: old })).toEqual([0, Number.NaN]);
  expect(both({ op: "eq", left: c("sex"), right: t("M") })).toEqual([1, Number.NaN]);
});

test("ordered categories, lists, dates and functions", () => {
  expect(both({ op: "ge", left: c("size"), right: t("M") })).toEqual([1, 0]);
  expect(both({ op: "lt", left: t("M"), right: c("size") })).toEqual([1, 0]);
  expect(both({ op: "in", arg: c("size"), values: ["S", "XL"] })).toEqual([0, 1]);
  expect(both({ op: "call", name: "year", args: [c("born")] })).toEqual([2024, 1969]);
  expect(both({ op: "call", name: "month", args: [c("born")] })).toEqual([2, 12]);
  expect(both({ op: "call", name: "weekday", args: [c("born")] })).toEqual([4, 3]);
  expect(both({ op: "div", left: n(1), right: n(0) })).toEqual([Number.NaN, Number.NaN]);
  expect(both(c("smokes"))).toEqual([1, Number.NaN]);
});

test("sums of decimals are compared as people mean them, bare values exactly", () => {
  const sum: Formula = { op: "add", left: n(0.1), right: n(0.2) };
  expect(compileTruth({ op: "eq", left: sum, right: n(0.3) }, scope)(cells, 0)).toBe(1);
  expect(compileTruth({ op: "lt", left: n(0.3), right: sum }, scope)(cells, 0)).toBe(0);
  const hair = n(0.1 + 1e-15);
  expect(compileTruth({ op: "lt", left: c("pay"), right: hair }, scope)(cells, 0)).toBe(1);
});
