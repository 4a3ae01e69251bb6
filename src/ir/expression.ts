import type { Span } from "../base/source-text.js";

export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** A double-quoted string; `value` has its escapes undone. */
export interface Quoted {
  readonly value: string;
  readonly span: Span;
}

/** A number as written; `percent` when it ends in `%` (then `value` is the number before the sign). */
export interface Numeral {
  readonly value: number;
  readonly percent: boolean;
  readonly span: Span;
}

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "^"
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "and"
  | "or";

export type Expression =
  | {
      readonly kind: "number";
      readonly value: number;
      readonly percent: boolean;
      readonly span: Span;
    }
  | { readonly kind: "string"; readonly value: string; readonly span: Span }
  /** An ISO date or datetime as written, `2024-06-01` or `2024-06-01T12:00`. */
  | { readonly kind: "date"; readonly text: string; readonly span: Span }
  | { readonly kind: "boolean"; readonly value: boolean; readonly span: Span }
  /** `age`, `patient.birth`. */
  | { readonly kind: "name"; readonly path: readonly Name[]; readonly span: Span }
  | {
      readonly kind: "unary";
      readonly operator: "-" | "not";
      readonly operand: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  /** `a <= b < c`. */
  | {
      readonly kind: "chain";
      readonly operands: readonly Expression[];
      readonly operators: readonly ("<" | "<=" | ">" | ">=" | "=")[];
      readonly span: Span;
    }
  | {
      readonly kind: "in-range";
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly negated: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: "in-list";
      readonly operand: Expression;
      readonly values: readonly Expression[];
      readonly negated: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: "missing-test";
      readonly operand: Expression;
      readonly missing: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: "call";
      readonly callee: Name;
      readonly arguments: readonly Expression[];
      readonly span: Span;
    };
