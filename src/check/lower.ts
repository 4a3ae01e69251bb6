import { here } from "../base/diagnose.js";
import type { Expression } from "../ir/expression.js";
import type { Formula } from "../ir/formula.js";
import { parseDate, parseDatetime } from "../table/parse-value.js";
import { join, not, number, truth } from "./fold.js";
import { filled } from "./gap.js";
import { kindText, TRUTH, UNKNOWN } from "./kind.js";
import { lowerArithmetic, negate } from "./lower-arithmetic.js";
import { lowerCall } from "./lower-call.js";
import { type ComparisonSign, compare, inList } from "./lower-comparison.js";
import { presentWhen } from "./presence.js";
import { resolveName } from "./resolve.js";
import { type Scope, type Typed, withPresent } from "./scope.js";

/** Understand an expression: names looked up, kinds and units agreed, constants worked out. */
export function lower(expression: Expression, scope: Scope): Typed {
  const { span } = expression;
  switch (expression.kind) {
    case "number": {
      const value = expression.percent ? expression.value / 100 : expression.value;
      return {
        formula: number(value),
        kind: { kind: "number", whole: Number.isInteger(value) },
        span,
      };
    }
    case "string":
      return { formula: { op: "text", value: expression.value }, kind: { kind: "quoted" }, span };
    case "date":
      return lowerDate(expression, scope);
    case "boolean":
      return { formula: truth(expression.value), kind: TRUTH, span };
    case "name":
      return resolveName(expression, scope);
    case "unary":
      return expression.operator === "not"
        ? { formula: not(condition(expression.operand, scope)), kind: TRUTH, span }
        : negate(filled(lower(expression.operand, scope), scope, "negated"), span, scope);
    case "binary":
      return lowerBinary(expression, scope);
    case "chain":
      return lowerChain(expression, scope);
    case "in-range":
      return lowerRange(expression, scope);
    case "in-list":
      return inList(expression, scope, lower);
    case "missing-test": {
      const operand = lower(expression.operand, { ...scope, present: "all" });
      const test: Formula = { op: "missing", arg: operand.formula };
      const formula = operand.kind.kind === "unknown" ? truth(true) : test;
      return { formula: expression.missing ? formula : not(formula), kind: TRUTH, span };
    }
    case "call":
      return lowerCall(expression, scope, lower);
  }
}

/** A yes-or-no expression; anything else is said as P0301. */
export function condition(expression: Expression, scope: Scope): Formula {
  const value = filled(lower(expression, scope), scope, "asked");
  if (value.kind.kind === "truth") return value.formula;
  if (value.kind.kind !== "unknown") {
    const found = kindText(value.kind);
    scope.desk.say("P0301", { problem: "condition", found }, { spans: [here(value.span, found)] });
  }
  return truth(true);
}

/** `and`, `or`: each side is read where the other has not already decided. */
function connect(op: "and" | "or", left: Expression, right: Expression, scope: Scope): Formula {
  const open = op === "and";
  return join(op, [
    condition(left, withPresent(scope, presentWhen(right, open))),
    condition(right, withPresent(scope, presentWhen(left, open))),
  ]);
}

function lowerBinary(expression: Extract<Expression, { kind: "binary" }>, scope: Scope): Typed {
  const { operator, left, right, span } = expression;
  switch (operator) {
    case "and":
    case "or":
      return { formula: connect(operator, left, right, scope), kind: TRUTH, span };
    case "=":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return { formula: compare(operator, left, right, scope, lower), kind: TRUTH, span };
    case "+":
    case "-":
    case "*":
    case "/":
    case "^":
      return lowerArithmetic(
        operator,
        filled(lower(left, scope), scope, "used in a sum"),
        filled(lower(right, scope), scope, "used in a sum"),
        span,
        scope,
      );
  }
}

function lowerChain(expression: Extract<Expression, { kind: "chain" }>, scope: Scope): Typed {
  const links: Formula[] = [];
  for (const [i, operator] of expression.operators.entries()) {
    const left = expression.operands[i];
    const right = expression.operands[i + 1];
    if (left === undefined || right === undefined) continue;
    links.push(compare(operator as ComparisonSign, left, right, scope, lower));
  }
  return { formula: join("and", links), kind: TRUTH, span: expression.span };
}

function lowerRange(expression: Extract<Expression, { kind: "in-range" }>, scope: Scope): Typed {
  const { operand, low, high, negated, span } = expression;
  const inside = join("and", [
    compare(">=", operand, low, scope, lower),
    compare("<=", operand, high, scope, lower),
  ]);
  return { formula: negated ? not(inside) : inside, kind: TRUTH, span };
}

function lowerDate(expression: Extract<Expression, { kind: "date" }>, scope: Scope): Typed {
  const { text, span } = expression;
  const withTime = text.includes("T");
  const value = withTime ? parseDatetime(text) : parseDate(text);
  if (Number.isNaN(value)) {
    const what = withTime ? "a moment that the calendar has" : "a day that the calendar has";
    scope.desk.say("P0314", { text, what }, { spans: [here(span)] });
    return { formula: truth(true), kind: UNKNOWN, span };
  }
  return { formula: number(value), kind: { kind: withTime ? "datetime" : "day-literal" }, span };
}
