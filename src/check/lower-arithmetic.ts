import { here, there } from "../base/diagnose.js";
import type { Span } from "../base/source-text.js";
import { agreeScale, asSeconds } from "./agree.js";
import { arithmetic, number, truth } from "./fold.js";
import { type Kind, kindText, UNKNOWN } from "./kind.js";
import type { Scope, Typed } from "./scope.js";
import { parseUnit, powerUnit, secondsOf, timesUnit, type Unit } from "./unit.js";

type Operator = "+" | "-" | "*" | "/" | "^";
const OPS = { "+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow" } as const;
const DAYS = parseUnit("days");
const isTime = (kind: Kind): boolean =>
  kind.kind === "date" || kind.kind === "day-literal" || kind.kind === "datetime";
const isDay = (kind: Kind): boolean => kind.kind === "date" || kind.kind === "day-literal";

export function negate(operand: Typed, span: Span, scope: Scope): Typed {
  if (operand.kind.kind === "number" || operand.kind.kind === "duration") {
    const formula =
      operand.formula.op === "number"
        ? number(-operand.formula.value)
        : ({ op: "neg", arg: operand.formula } as const);
    return { formula, kind: operand.kind, span };
  }
  return mistake("-", operand, scope, span);
}

/** Numbers with their units, dates and durations. */
export function lowerArithmetic(
  operator: Operator,
  left: Typed,
  right: Typed,
  span: Span,
  scope: Scope,
): Typed {
  if (left.kind.kind === "unknown" || right.kind.kind === "unknown") {
    return { formula: truth(true), kind: UNKNOWN, span };
  }
  if (operator === "+" || operator === "-") return sum(operator, left, right, span, scope);
  return product(operator, left, right, span, scope);
}

function mistake(operator: string, wrong: Typed, scope: Scope, span: Span, other?: Typed): Typed {
  if (wrong.kind.kind !== "unknown") {
    const found = kindText(wrong.kind);
    const more = other === undefined ? [] : [there(other.span, kindText(other.kind))];
    scope.desk.say(
      "P0301",
      { problem: "arithmetic", operator, found },
      { spans: [here(wrong.span, found), ...more] },
    );
  }
  return { formula: truth(true), kind: UNKNOWN, span };
}

function sum(operator: "+" | "-", left: Typed, right: Typed, span: Span, scope: Scope): Typed {
  const op = OPS[operator];
  if (isTime(left.kind) && isTime(right.kind)) {
    return operator === "-"
      ? difference(left, right, span, scope)
      : mistake("+", right, scope, span, left);
  }
  if (isTime(left.kind)) return shift(operator, left, right, span, scope);
  if (isTime(right.kind)) {
    return operator === "+"
      ? shift("+", right, left, span, scope)
      : mistake("-", right, scope, span, left);
  }
  const pair = agreeScale(left, right, scope, "added");
  if (pair === undefined) return mistake(operator, wrongOne(left, right), scope, span);
  if (pair.kind.kind === "unknown") return { formula: truth(true), kind: UNKNOWN, span };
  return { formula: arithmetic(op, pair.left, pair.right), kind: pair.kind, span };
}

function wrongOne(left: Typed, right: Typed): Typed {
  const numeric = left.kind.kind === "number" || left.kind.kind === "duration";
  return numeric ? right : left;
}

/** date − date = whole days; datetime − datetime = a duration. */
function difference(left: Typed, right: Typed, span: Span, scope: Scope): Typed {
  const pair = agreeScale(left, right, scope, "added");
  if (pair === undefined) return mistake("-", right, scope, span, left);
  const kind: Kind =
    pair.kind.kind === "datetime"
      ? { kind: "duration", scale: 1 }
      : { kind: "number", unit: DAYS, whole: true };
  return { formula: arithmetic("sub", pair.left, pair.right), kind, span };
}

/** date ± days, datetime ± duration. */
function shift(operator: "+" | "-", time: Typed, by: Typed, span: Span, scope: Scope): Typed {
  const op = OPS[operator];
  if (isDay(time.kind)) {
    if (by.kind.kind !== "number") return mistake(operator, by, scope, span, time);
    const seconds = by.kind.unit === undefined ? 86_400 : secondsOf(by.kind.unit);
    if (seconds === undefined || seconds % 86_400 !== 0)
      return mistake(operator, by, scope, span, time);
    const days = arithmetic("mul", by.formula, number(seconds / 86_400));
    return {
      formula: arithmetic(op, time.formula, seconds === 86_400 ? by.formula : days),
      kind: { kind: "date" },
      span,
    };
  }
  const unitless = by.kind.kind === "number" && by.kind.unit === undefined;
  const seconds = unitless ? undefined : asSeconds(by, 1);
  if (seconds === undefined) return mistake(operator, by, scope, span, time);
  return { formula: arithmetic(op, time.formula, seconds), kind: { kind: "datetime" }, span };
}

function product(
  operator: "*" | "/" | "^",
  left: Typed,
  right: Typed,
  span: Span,
  scope: Scope,
): Typed {
  const formula = arithmetic(OPS[operator], left.formula, right.formula);
  if (left.kind.kind === "duration" || right.kind.kind === "duration") {
    return durationProduct(operator, left, right, span, scope);
  }
  if (left.kind.kind !== "number") return mistake(operator, left, scope, span);
  if (right.kind.kind !== "number") return mistake(operator, right, scope, span);
  const unit =
    operator === "^"
      ? powered(left.kind.unit, right)
      : multiplied(operator, left.kind.unit, right.kind.unit);
  const whole = operator === "*" && left.kind.whole && right.kind.whole;
  return {
    formula,
    kind: unit === undefined ? { kind: "number", whole } : { kind: "number", unit, whole },
    span,
  };
}

function multiplied(
  operator: "*" | "/",
  left: Unit | undefined,
  right: Unit | undefined,
): Unit | undefined {
  if (right === undefined) return left;
  return timesUnit(left ?? new Map(), right, operator === "/" ? -1 : 1);
}

function powered(unit: Unit | undefined, exponent: Typed): Unit | undefined {
  if (unit === undefined || exponent.formula.op !== "number") return undefined;
  return powerUnit(unit, exponent.formula.value);
}

function durationProduct(
  operator: "*" | "/" | "^",
  left: Typed,
  right: Typed,
  span: Span,
  scope: Scope,
): Typed {
  const formula = arithmetic(OPS[operator], left.formula, right.formula);
  const [l, r] = [left.kind, right.kind];
  if (operator === "/" && l.kind === "duration" && r.kind === "duration") {
    return { formula, kind: { kind: "number", unit: new Map(), whole: false }, span };
  }
  if (operator !== "^" && l.kind === "duration" && r.kind === "number")
    return { formula, kind: l, span };
  if (operator === "*" && l.kind === "number" && r.kind === "duration")
    return { formula, kind: r, span };
  return mistake(operator, l.kind === "duration" ? right : left, scope, span);
}
