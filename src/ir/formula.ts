/**
 * An expression after checking: names resolved, units and kinds agreed, dates as numbers in the
 * scale of `ColumnType`, sugar (ranges, chains, negations of tests) lowered. JSON-serialisable.
 *
 * Values are numbers, texts (category labels, ids) or truth values. Rules are written so that a
 * missing operand never meets an operator unguarded; evaluators treat such a case as unknown
 * (Kleene logic), and a rule holds unless it is false.
 */
export type Formula =
  | { readonly op: "number"; readonly value: number }
  | { readonly op: "text"; readonly value: string }
  | { readonly op: "truth"; readonly value: boolean }
  /** A column of the same table, or with `via` of the row that the `ref` column `via` points to. */
  | { readonly op: "column"; readonly name: string; readonly via?: string }
  | { readonly op: "not" | "neg"; readonly arg: Formula }
  | { readonly op: "and" | "or"; readonly args: readonly Formula[] }
  | {
      readonly op: "add" | "sub" | "mul" | "div" | "pow";
      readonly left: Formula;
      readonly right: Formula;
    }
  | {
      /** On ordered categories `lt … ge` follow the declared order. */
      readonly op: "eq" | "ne" | "lt" | "le" | "gt" | "ge";
      readonly left: Formula;
      readonly right: Formula;
    }
  | { readonly op: "in"; readonly arg: Formula; readonly values: readonly (number | string)[] }
  | { readonly op: "missing"; readonly arg: Formula }
  /** abs, min, max, round, floor, ceil, sqrt, exp, log, year, month, day, weekday, hour … */
  | { readonly op: "call"; readonly name: string; readonly args: readonly Formula[] };

/** A distribution with parameters that may depend on columns above, e.g. `normal(24, 5)`. */
export interface Distribution {
  readonly name: string;
  readonly args: readonly Formula[];
  /** Seconds in the unit of a duration, in which its distribution is written; absent: 1. */
  readonly scale?: number;
}
