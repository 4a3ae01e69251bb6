import { here, remedy } from "../base/diagnose.js";
import type { Span } from "../base/source-text.js";
import type { Numeral } from "../ir/expression.js";
import type { RangeNode } from "../ir/spec.js";
import { agreeScale } from "./agree.js";
import { constant, sayWrong } from "./constant.js";
import type { Kind } from "./kind.js";
import type { Scope, Typed } from "./scope.js";

/** What the ends of a range must be. */
export interface RangeShape {
  readonly what: string;
  readonly wants: string;
  readonly kind: Kind;
  readonly whole?: boolean;
  readonly say: (value: number) => string;
}

/** Low and high of a range, in the scale of its kind; undefined, with the reason said, where it has none. */
export function rangeOf(
  node: RangeNode,
  shape: RangeShape,
  scope: Scope,
): { min: number; max: number } | undefined {
  const low = end(node.low, shape, scope);
  const high = end(node.high, shape, scope);
  if (low === undefined || high === undefined) return undefined;
  if (low <= high) return { min: low, max: high };
  const [l, h] = [shape.say(low), shape.say(high)];
  scope.desk.say(
    "P0304",
    { problem: "reversed", low: l, high: h },
    {
      spans: [here(node.span, "runs backwards")],
      try: [remedy(`write ${h}..${l}`, node.span, `${h}..${l}`)],
    },
  );
  return undefined;
}

function end(expression: RangeNode["low"], shape: RangeShape, scope: Scope): number | undefined {
  const value = constant(expression, scope, shape.what);
  if (value === undefined) return undefined;
  const model: Typed = { formula: { op: "number", value: 0 }, kind: shape.kind, span: value.span };
  const pair = agreeScale(model, value, scope, "compared");
  if (pair?.kind.kind === "unknown") return undefined;
  if (pair === undefined || pair.right.op !== "number") {
    sayWrong(value.kind, value.span, scope, shape.what, shape.wants);
    return undefined;
  }
  if (shape.whole === true && !Number.isInteger(pair.right.value)) {
    sayWrong({ kind: "number", whole: false }, value.span, scope, shape.what, "a whole number");
    return undefined;
  }
  return pair.right.value;
}

const near = (value: number): boolean => Math.abs(value - Math.round(value)) < 1e-6;

/** Check that a step divides the range's upper end; returns the step where it makes sense. */
export function stepOf(
  step: Numeral | undefined,
  range: { min: number; max: number } | undefined,
  at: Span,
  scope: Scope,
): number | undefined {
  if (step === undefined) return undefined;
  const { value } = step;
  const say = (n: number): string => String(Number(n.toPrecision(12)));
  if (!(value > 0)) {
    scope.desk.say("P0304", { problem: "no-step", step: say(value) }, { spans: [here(step.span)] });
    return undefined;
  }
  if (range === undefined || near(range.max / value)) return value;
  const last = Math.floor(range.max / value) * value;
  if (last < range.min) {
    const parameters = {
      problem: "empty",
      low: say(range.min),
      high: say(range.max),
      step: say(value),
    } as const;
    scope.desk.say("P0304", parameters, { spans: [here(at)] });
    return undefined;
  }
  const parameters = {
    problem: "step",
    high: say(range.max),
    step: say(value),
    below: say(last),
  } as const;
  const fromLow = countedFrom(range, value);
  scope.desk.say("P0304", parameters, {
    spans: [here(step.span, `the last step is ${say(last)}`)],
    because: ["steps count from 0, wherever the range begins"],
    try: [
      remedy(`end the range at ${say(last)}`),
      ...(fromLow === undefined
        ? []
        : [
            remedy(
              `for ${fromLow.values.map(say).join(", ")} alone: \`step ${say(fromLow.step)}\`, and a rule \`require … in (${fromLow.values.map(say).join(", ")})\``,
            ),
          ]),
    ],
  });
  return value;
}

/** The values that steps counted from the low end would have meant, and the step from 0 that has them all. */
function countedFrom(
  { min, max }: { min: number; max: number },
  step: number,
): { values: readonly number[]; step: number } | undefined {
  const count = (max - min) / step;
  if (near(min / step) || !near(count) || count > 6) return undefined;
  let [a, b] = [Math.abs(min), step];
  while (b > 1e-6) [a, b] = [b, a % b];
  const values = Array.from({ length: Math.round(count) + 1 }, (_, at) => min + at * step);
  return { values, step: a };
}
