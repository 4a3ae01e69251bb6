import type { Formula } from "../ir/formula.js";
import { tolerance } from "./compare.js";
import { power } from "./expression.js";
import { apply } from "./functions.js";

/** A value in one row; undefined is missing, and of a truth value unknown. */
export type Value = number | string | boolean | undefined;

/** One row, as a formula asks for it. */
export interface Row {
  value(name: string, via: string | undefined): Value;
  /** The position of a label of an ordered column, to compare by; −1 for others. */
  rank(column: Extract<Formula, { op: "column" }>, label: string): number;
  /** Datetimes count seconds. */
  seconds(column: Extract<Formula, { op: "column" }>): boolean;
}

/** The value of a formula in a row, one node at a time: for a few rows, where compiling does not pay. */
export function evaluateIn(formula: Formula, row: Row): Value {
  switch (formula.op) {
    case "number":
    case "text":
    case "truth":
      return formula.value;
    case "column":
      return row.value(formula.name, formula.via);
    case "not": {
      const value = evaluateIn(formula.arg, row);
      return value === undefined ? undefined : !value;
    }
    case "neg":
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "pow":
    case "call":
      return numberOf(formula, row);
    case "and":
    case "or":
      return connected(formula, row);
    case "missing":
      return evaluateIn(formula.arg, row) === undefined;
    case "in":
      return inValues(formula, row);
    default:
      return compared(formula, row);
  }
}

type NumberFormula = Extract<
  Formula,
  { left: Formula } | { args: readonly Formula[] } | { op: "not" | "neg" }
>;

function operandsOf(formula: NumberFormula): readonly Formula[] {
  if ("args" in formula) return formula.args;
  return "arg" in formula ? [formula.arg] : [formula.left, formula.right];
}

function numberOf(formula: NumberFormula, row: Row): Value {
  const parts = operandsOf(formula);
  const values: number[] = [];
  for (const part of parts) {
    const value = evaluateIn(part, row);
    if (typeof value !== "number") return undefined;
    values.push(value);
  }
  const [a = Number.NaN, b = Number.NaN] = values;
  const result = operation(formula, a, b, values, row);
  return Number.isNaN(result) ? undefined : result;
}

function operation(
  formula: NumberFormula,
  a: number,
  b: number,
  values: readonly number[],
  row: Row,
): number {
  switch (formula.op) {
    case "neg":
      return -a;
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "div":
      return b === 0 ? Number.NaN : a / b;
    case "pow":
      return power(a, b);
    case "call": {
      const [first] = formula.args;
      const seconds = first?.op === "column" && row.seconds(first);
      return apply(formula.name, values, seconds ? "seconds" : "days");
    }
    default:
      return Number.NaN;
  }
}

function connected(formula: Extract<Formula, { op: "and" | "or" }>, row: Row): Value {
  const decisive = formula.op === "or";
  let unknown = false;
  for (const arg of formula.args) {
    const value = evaluateIn(arg, row);
    if (value === decisive) return decisive;
    if (value === undefined) unknown = true;
  }
  return unknown ? undefined : !decisive;
}

function inValues(formula: Extract<Formula, { op: "in" }>, row: Row): Value {
  const value = evaluateIn(formula.arg, row);
  if (value === undefined) return undefined;
  return formula.values.some((other) =>
    typeof other === "number" && typeof value === "number"
      ? Math.abs(other - value) <= tolerance(other, value)
      : other === value,
  );
}

function compared(
  formula: Extract<Formula, { op: "eq" | "ne" | "lt" | "le" | "gt" | "ge" }>,
  row: Row,
): Value {
  const left = evaluateIn(formula.left, row);
  const right = evaluateIn(formula.right, row);
  if (left === undefined || right === undefined) return undefined;
  if (formula.op === "eq" || formula.op === "ne") {
    const same =
      typeof left === "number" && typeof right === "number"
        ? Math.abs(left - right) <= tolerance(left, right)
        : left === right;
    return same === (formula.op === "eq");
  }
  const [a, b] = ranks(formula.left, formula.right, left, right, row);
  if (formula.op === "lt") return a < b;
  if (formula.op === "le") return a <= b;
  return formula.op === "gt" ? a > b : a >= b;
}

function ranks(l: Formula, r: Formula, left: Value, right: Value, row: Row): [number, number] {
  if (typeof left === "number" && typeof right === "number") return [left, right];
  const column = l.op === "column" ? l : r.op === "column" ? r : undefined;
  if (column === undefined) return [Number.NaN, Number.NaN];
  return [row.rank(column, String(left)), row.rank(column, String(right))];
}
