import { here } from "../base/diagnose.js";
import type { Span } from "../base/source-text.js";
import type { Expression } from "../ir/expression.js";
import { type Kind, kindText } from "./kind.js";
import { lower } from "./lower.js";
import type { Scope, Typed } from "./scope.js";

/** An expression of literals and params; undefined, with its reason said, where it is none. */
export function constant(expression: Expression, scope: Scope, what: string): Typed | undefined {
  const value = lower(expression, { ...scope, constant: what, present: "all" });
  if (value.kind.kind === "unknown") return undefined;
  const { op } = value.formula;
  if (op === "number" || op === "text" || op === "truth") return value;
  scope.desk.say("P0310", { what }, { spans: [here(expression.span)] });
  return undefined;
}

/** A number known now, in no particular unit. */
export function constantNumber(
  expression: Expression,
  scope: Scope,
  what: string,
): number | undefined {
  const value = constant(expression, scope, what);
  if (value === undefined) return undefined;
  if (value.kind.kind === "number" && value.formula.op === "number") return value.formula.value;
  sayWrong(value.kind, value.span, scope, what, "a number");
  return undefined;
}

/** Say P0301: `what` is `wants`, and this is something else. */
export function sayWrong(kind: Kind, span: Span, scope: Scope, what: string, wants: string): void {
  const found = kindText(kind);
  scope.desk.say("P0301", { problem: "value", what, wants, found }, { spans: [here(span, found)] });
}
