import type { Formula } from "../ir/formula.js";
import { positionOf, type Scope } from "./scope.js";

type ColumnName = Extract<Formula, { op: "column" }>;

/** Every mention of a column in a formula. */
export function visitColumns(formula: Formula, see: (column: ColumnName) => void): void {
  switch (formula.op) {
    case "column":
      see(formula);
      return;
    case "not":
    case "neg":
    case "missing":
    case "in":
      visitColumns(formula.arg, see);
      return;
    case "and":
    case "or":
    case "call":
      for (const arg of formula.args) visitColumns(arg, see);
      return;
    case "number":
    case "text":
    case "truth":
      return;
    default:
      visitColumns(formula.left, see);
      visitColumns(formula.right, see);
  }
}

/** Positions of the columns that a formula reads; of `parent.column` the ref. */
export function columnsIn(formula: Formula, scope: Scope): number[] {
  const found = new Set<number>();
  visitColumns(formula, (column) => {
    found.add(positionOf(scope, column.via ?? column.name));
  });
  return [...found].sort((a, b) => a - b);
}
