import type { Expression } from "../ir/expression.js";

const NONE: ReadonlySet<string> = new Set();

/**
 * The columns that must be present wherever `expression` comes out as `outcome`: of `a is present and
 * b = 1`, when true, `a`. Flow typing of missing values.
 */
export function presentWhen(expression: Expression, outcome: boolean): ReadonlySet<string> {
  switch (expression.kind) {
    case "missing-test":
      return expression.missing !== outcome && expression.operand.kind === "name"
        ? new Set([expression.operand.path.map((name) => name.text).join(".")])
        : NONE;
    case "unary":
      return expression.operator === "not" ? presentWhen(expression.operand, !outcome) : NONE;
    case "binary": {
      if (expression.operator !== "and" && expression.operator !== "or") return NONE;
      const left = presentWhen(expression.left, outcome);
      const right = presentWhen(expression.right, outcome);
      const both = (expression.operator === "and") === outcome;
      return both
        ? new Set([...left, ...right])
        : new Set([...left].filter((name) => right.has(name)));
    }
    default:
      return NONE;
  }
}
