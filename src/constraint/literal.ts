import type { Formula } from "../ir/formula.js";

/** What is asked of one or a few variables, in negation normal form. Variables are positions. */
export type Literal =
  | { readonly kind: "truth"; readonly value: boolean }
  /** A label column is one of these (bit 0: missing). */
  | { readonly kind: "mask"; readonly variable: number; readonly mask: bigint }
  /** A number column is missing, or is present. */
  | { readonly kind: "presence"; readonly variable: number; readonly missing: boolean }
  | Linear
  | LabelPair
  /** A comparison that is not reasoned about; it is only tried out on whole rows. */
  | {
      readonly kind: "opaque";
      readonly variables: readonly number[];
      readonly formula: Formula;
      readonly want: boolean;
      /** Unknown will do as well. */
      readonly weak: boolean;
    };

/** Σ coefficient · variable ≤ bound, or < where strict. All variables are present. */
export interface Linear {
  readonly kind: "linear";
  readonly variables: readonly number[];
  readonly coefficients: readonly number[];
  readonly bound: number;
  readonly strict: boolean;
  /** Numbers that are no whole numbers may be off by this much. */
  readonly slack: number;
  /** At most two values compared as they stand: the sign of their difference is never rounded away. */
  readonly exact: boolean;
}

/** Two label columns compared with each other; `lt` and `le` by their declared order. */
export interface LabelPair {
  readonly kind: "pair";
  readonly relation: "eq" | "ne" | "lt" | "le";
  readonly left: number;
  readonly right: number;
}

export type Clause = Literal | { readonly kind: "and" | "or"; readonly parts: readonly Clause[] };

export const always: Clause = { kind: "truth", value: true };
export const never: Clause = { kind: "truth", value: false };

/** All or any of the parts, flattened, with decided parts taken out. */
export function combine(kind: "and" | "or", parts: readonly Clause[]): Clause {
  const decisive = kind === "or";
  const open: Clause[] = [];
  for (const part of parts) {
    if (part.kind === "truth") {
      if (part.value === decisive) return part;
    } else if (part.kind === kind) open.push(...part.parts);
    else open.push(part);
  }
  if (open.length === 0) return decisive ? never : always;
  return open.length === 1 ? (open[0] as Clause) : { kind, parts: open };
}

/** The variables that a clause speaks of. */
export function variablesOf(clause: Clause, into: Set<number> = new Set()): Set<number> {
  switch (clause.kind) {
    case "truth":
      break;
    case "mask":
    case "presence":
      into.add(clause.variable);
      break;
    case "linear":
    case "opaque":
      for (const variable of clause.variables) into.add(variable);
      break;
    case "pair":
      into.add(clause.left).add(clause.right);
      break;
    case "and":
    case "or":
      for (const part of clause.parts) variablesOf(part, into);
      break;
  }
  return into;
}
