import { here } from "../base/diagnose.js";
import type { CheckedRule, Statistic } from "../ir/checked.js";
import type { Expression } from "../ir/expression.js";
import type { RuleNode } from "../ir/spec.js";
import { agreeScale } from "./agree.js";
import { constant } from "./constant.js";
import { type Kind, kindText } from "./kind.js";
import { condition, lower } from "./lower.js";
import type { Scope, Typed } from "./scope.js";

type Call = Extract<Expression, { kind: "call" }>;
type Expectation = Pick<Extract<CheckedRule, { kind: "expect" }>, "statistic" | "low" | "high">;

/** Statistics over all rows: how many arguments each takes, and what its value is measured in. */
const STATISTICS: Readonly<
  Record<string, { readonly args: number; readonly scale: "argument" | "plain" }>
> = {
  mean: { args: 1, scale: "argument" },
  median: { args: 1, scale: "argument" },
  sd: { args: 1, scale: "argument" },
  sum: { args: 1, scale: "argument" },
  min: { args: 1, scale: "argument" },
  max: { args: 1, scale: "argument" },
  quantile: { args: 2, scale: "argument" },
  share: { args: 1, scale: "plain" },
  count: { args: 1, scale: "plain" },
  correlation: { args: 2, scale: "plain" },
};

/** A row-wise expectation without a number of its own holds in at least this share of rows. */
const USUALLY = 0.95;

function isStatistic(expression: Expression): expression is Call {
  if (expression.kind !== "call") return false;
  const shape = Object.hasOwn(STATISTICS, expression.callee.text)
    ? STATISTICS[expression.callee.text]
    : undefined;
  return (
    shape !== undefined &&
    (expression.arguments.length === shape.args || !["min", "max"].includes(expression.callee.text))
  );
}

/** `expect mean(hours) in 38..42`, `expect share(age > 60) <= 0.2`, `expect a <= b` (in about all rows). */
export function expectation(
  rule: Extract<RuleNode, { kind: "expect" }>,
  scope: Scope,
): Expectation | undefined {
  const found = boundsOf(rule.condition);
  if (found !== undefined) {
    const statistic = statisticOf(found.call, scope);
    if (statistic === undefined) return undefined;
    const low =
      found.low === undefined ? Number.MIN_SAFE_INTEGER : bound(found.low, statistic, scope);
    const high =
      found.high === undefined ? Number.MAX_SAFE_INTEGER : bound(found.high, statistic, scope);
    if (low === undefined || high === undefined) return undefined;
    if (low > high) {
      scope.desk.say(
        "P0304",
        { problem: "reversed", low: String(low), high: String(high) },
        { spans: [here(rule.span)] },
      );
    }
    return { statistic: { name: statistic.name, args: statistic.args }, low, high };
  }
  const formula = condition(rule.condition, { ...scope, present: "all" });
  return { statistic: { name: "share", args: [formula] }, low: USUALLY, high: 1 };
}

interface Bounds {
  readonly call: Call;
  readonly low?: Expression;
  readonly high?: Expression;
}

function boundsOf(expression: Expression): Bounds | undefined {
  if (expression.kind === "in-range" && isStatistic(expression.operand)) {
    return { call: expression.operand, low: expression.low, high: expression.high };
  }
  if (expression.kind === "binary") return ofComparison(expression);
  if (expression.kind === "chain" && expression.operands.length === 3) {
    const [low, call, high] = expression.operands;
    if (low === undefined || high === undefined || call === undefined || !isStatistic(call))
      return undefined;
    const falling = expression.operators.every((sign) => sign === ">" || sign === ">=");
    return falling ? { call, low: high, high: low } : { call, low, high };
  }
  return undefined;
}

function ofComparison(expression: Extract<Expression, { kind: "binary" }>): Bounds | undefined {
  const { left, right, operator } = expression;
  const flipped = !isStatistic(left);
  const call = flipped ? right : left;
  const limit = flipped ? left : right;
  if (!isStatistic(call)) return undefined;
  if (operator === "=") return { call, low: limit, high: limit };
  const below = operator === "<" || operator === "<=";
  if (!below && operator !== ">" && operator !== ">=") return undefined;
  return below === flipped ? { call, low: limit } : { call, high: limit };
}

interface KnownStatistic extends Statistic {
  readonly kind: Kind;
}

function statisticOf(call: Call, scope: Scope): KnownStatistic | undefined {
  const name = call.callee.text;
  const shape = STATISTICS[name];
  if (shape === undefined) return undefined;
  if (call.arguments.length !== shape.args) {
    const wants = shape.args === 1 ? "one argument" : "two arguments";
    scope.desk.say(
      "P0309",
      { callee: name, wants, found: call.arguments.length },
      { spans: [here(call.span)] },
    );
    return undefined;
  }
  const place: Scope = { ...scope, present: "all" };
  const [first, second] = call.arguments;
  if (name === "share") {
    const formula = first === undefined ? undefined : condition(first, place);
    return formula === undefined
      ? undefined
      : { name, args: [formula], kind: { kind: "number", whole: false } };
  }
  const values = [first, second].flatMap((argument) =>
    argument === undefined ? [] : [lower(argument, place)],
  );
  if (name !== "count" && !values.every((value) => isScale(value, name, scope))) return undefined;
  const plain: Kind = { kind: "number", whole: false };
  const own = values[0]?.kind ?? plain;
  return {
    name,
    args: values.map((value) => value.formula),
    kind: shape.scale === "plain" ? plain : own,
  };
}

function isScale(value: Typed, callee: string, scope: Scope): boolean {
  if (["number", "date", "datetime", "duration"].includes(value.kind.kind)) return true;
  if (value.kind.kind !== "unknown") {
    const found = kindText(value.kind);
    scope.desk.say(
      "P0301",
      { problem: "argument", callee, wants: "a number", found },
      { spans: [here(value.span, found)] },
    );
  }
  return false;
}

function bound(
  expression: Expression,
  statistic: KnownStatistic,
  scope: Scope,
): number | undefined {
  const value = constant(expression, scope, "the bound of an expectation");
  if (value === undefined) return undefined;
  const model: Typed = {
    formula: { op: "number", value: 0 },
    kind: statistic.kind,
    span: expression.span,
  };
  const pair = agreeScale(model, value, scope, "compared");
  if (pair !== undefined && pair.right.op === "number") return pair.right.value;
  const texts = { left: kindText(statistic.kind), right: kindText(value.kind) };
  scope.desk.say(
    "P0301",
    { problem: "compare", ...texts },
    { spans: [here(value.span, texts.right)] },
  );
  return undefined;
}
