import type { Formula } from "../ir/formula.js";
import { wholeValued } from "./functions.js";
import { stepOf } from "./grid.js";
import { positionOf, type Scope } from "./scope.js";

export type Comparison = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

/**
 * How far two computed numbers may lie apart and still be equal: sums of cents in binary are off by a
 * few units in the last place, and nobody means that. Bare columns and whole numbers are compared exactly.
 */
export function tolerance(a: number, b: number): number {
  return Math.max(1e-9, 1e-12 * Math.max(Math.abs(a), Math.abs(b)));
}

/** The comparison as 1, 0, or NaN where an operand is missing. */
export function comparer(op: Comparison, precise: boolean): (a: number, b: number) => number {
  const slack = precise ? () => 0 : tolerance;
  const sure = (value: boolean, a: number, b: number) =>
    Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : value ? 1 : 0;
  const ways: Record<Comparison, (a: number, b: number) => number> = {
    eq: (a, b) => sure(Math.abs(a - b) <= slack(a, b), a, b),
    ne: (a, b) => sure(Math.abs(a - b) > slack(a, b), a, b),
    lt: (a, b) => sure(a < b - slack(a, b), a, b),
    le: (a, b) => sure(a <= b + slack(a, b), a, b),
    gt: (a, b) => sure(a > b + slack(a, b), a, b),
    ge: (a, b) => sure(a >= b - slack(a, b), a, b),
  };
  return ways[op];
}

/** Whether comparing the two needs no tolerance: bare values, or whole-number arithmetic. */
export function isPrecise(left: Formula, right: Formula, scope: Scope): boolean {
  return (isBare(left) && isBare(right)) || (isWhole(left, scope) && isWhole(right, scope));
}

/** A value as it stands in a cell or in the spec. */
export function isBare(formula: Formula): boolean {
  if (formula.op === "neg") return isBare(formula.arg);
  return formula.op === "column" || formula.op === "number" || formula.op === "truth";
}

/** Whether every value of the expression is a whole number (or missing). */
function isWhole(formula: Formula, scope: Scope): boolean {
  switch (formula.op) {
    case "number":
      return Number.isInteger(formula.value);
    case "truth":
      return true;
    case "column":
      return isWholeColumn(formula.name, formula.via, scope);
    case "neg":
      return isWhole(formula.arg, scope);
    case "add":
    case "sub":
    case "mul":
      return isWhole(formula.left, scope) && isWhole(formula.right, scope);
    case "call":
      if (wholeValued.has(formula.name)) return true;
      if (formula.name === "snap") return isWhole(formula.args[1] as Formula, scope);
      if (formula.name === "round") return formula.args.length === 1;
      return (
        ["abs", "min", "max", "mod"].includes(formula.name) &&
        formula.args.every((arg) => isWhole(arg, scope))
      );
    default:
      return false;
  }
}

function isWholeColumn(name: string, via: string | undefined, scope: Scope): boolean {
  const home = via === undefined ? scope : scope.parents?.get(via)?.scope;
  if (home === undefined) return false;
  const column = home.columns[positionOf(home, name)];
  if (column === undefined) return false;
  if (column.type.kind === "bool") return true;
  const step = stepOf(column.type);
  return step !== undefined && Number.isInteger(step);
}
