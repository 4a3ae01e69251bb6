import type { Formula } from "../ir/formula.js";
import { positionOf, type Scope } from "./scope.js";

/** Positions of the columns that a formula reads; of `parent.column` the ref. */
export function columnsIn(formula: Formula, scope: Scope): number[] {
  const found = new Set<number>();
  const visit = (part: Formula): void => {
    switch (part.op) {
      case "column":
        found.add(positionOf(scope, part.via ?? part.name));
        break;
      case "not":
      case "neg":
      case "missing":
      case "in":
        visit(part.arg);
        break;
      case "and":
      case "or":
      case "call":
        part.args.forEach(visit);
        break;
      case "number":
      case "text":
      case "truth":
        break;
      default:
        visit(part.left);
        visit(part.right);
    }
  };
  visit(formula);
  return [...found].sort((a, b) => a - b);
}
