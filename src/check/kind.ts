import { currencyOf, type Unit, unitText } from "./unit.js";

/** What an expression is, after its names are known. `unknown` agrees with everything: its cause was already said. */
export type Kind =
  | { readonly kind: "unknown" }
  | { readonly kind: "truth" }
  /** Without a unit it fits any unit. */
  | { readonly kind: "number"; readonly unit?: Unit; readonly whole: boolean }
  | { readonly kind: "date" }
  /** A date written out; it also fits where a datetime is meant. */
  | { readonly kind: "day-literal" }
  | { readonly kind: "datetime" }
  /** In seconds; `scale` is how many seconds one declared unit lasts. */
  | { readonly kind: "duration"; readonly scale: number }
  | {
      readonly kind: "choice";
      readonly column: string;
      readonly values: readonly string[];
      readonly ordered: boolean;
      /** Its values are not written in the spec. */
      readonly learned: boolean;
    }
  | { readonly kind: "text" }
  /** A string in quotes: a choice, text or key, according to what it meets. */
  | { readonly kind: "quoted" }
  | { readonly kind: "key"; readonly table: string };

export const UNKNOWN: Kind = { kind: "unknown" };
export const TRUTH: Kind = { kind: "truth" };

/** A noun phrase for messages: `a number in years`, `a choice`. */
export function kindText(kind: Kind): string {
  switch (kind.kind) {
    case "unknown":
      return "something unknown";
    case "truth":
      return "a yes-or-no";
    case "number":
      return kind.unit === undefined ? "a number" : numberText(kind.unit);
    case "date":
    case "day-literal":
      return "a date";
    case "datetime":
      return "a datetime";
    case "duration":
      return "a duration";
    case "choice":
      return `a choice (${kind.column})`;
    case "text":
      return "a text";
    case "quoted":
      return "a value in quotes";
    case "key":
      return `a key of ${kind.table}`;
  }
}

function numberText(unit: Unit): string {
  const currency = currencyOf(unit);
  if (currency !== undefined) return `an amount in ${currency}`;
  return unit.size === 0 ? "a plain number" : `a number in ${unitText(unit)}`;
}
