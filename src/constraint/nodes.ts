import type { Evaluate } from "./expression.js";
import type { Scale } from "./functions.js";

/**
 * Rules in the form in which bounds are propagated: numeric parts as trees with linear sums gathered
 * (HC4-revise: Benhamou, Goualard, Granvilliers & Puget 1999, "Revising hull and box consistency"),
 * conditions as and/or/not over tests. `columns` are the positions a node depends on.
 *
 * `low`, `high`, `unknown` and `never` are scratch space: the hull of the node's values, whether it may
 * be missing, whether it must be, as of the last `measure`.
 */
interface NumericBase {
  readonly columns: readonly number[];
  low: number;
  high: number;
  unknown: boolean;
  never: boolean;
}

export type NumericNode = NumericBase &
  (
    | { readonly kind: "constant" }
    | { readonly kind: "cell"; readonly at: number }
    /** A column of the row behind a ref: known as soon as the ref is. */
    | {
        readonly kind: "parent";
        readonly evaluate: Evaluate;
        readonly hull: readonly [number, number];
      }
    | {
        readonly kind: "sum";
        readonly constant: number;
        readonly factors: readonly number[];
        readonly terms: readonly NumericNode[];
      }
    | {
        readonly kind: "product" | "quotient" | "power";
        readonly left: NumericNode;
        readonly right: NumericNode;
      }
    | {
        readonly kind: "call";
        readonly name: string;
        readonly scale: Scale;
        readonly args: readonly NumericNode[];
      }
  );

export type Relation = "le" | "lt" | "eq" | "ne";

interface TestBase {
  readonly columns: readonly number[];
}

export type TestNode = TestBase &
  (
    | { readonly kind: "and" | "or"; readonly args: readonly TestNode[] }
    | { readonly kind: "not"; readonly arg: TestNode }
    | { readonly kind: "truth"; readonly value: boolean }
    /** `difference` relation 0. */
    | {
        readonly kind: "compare";
        readonly relation: Relation;
        readonly difference: NumericNode;
        /** The least distance from 0 that a difference other than 0 can have; 0 where unknown. */
        readonly gap: number;
        readonly evaluate: Evaluate;
        readonly cache: (object | undefined)[];
      }
    /** True where the code of a cell is in the set. */
    | { readonly kind: "level"; readonly at: number; readonly set: Uint8Array }
    /** Two category cells: `table[left * width + right]` is 1 where it is true. */
    | {
        readonly kind: "pair";
        readonly left: number;
        readonly right: number;
        readonly width: number;
        readonly table: Uint8Array;
      }
    | { readonly kind: "missing"; readonly at: number }
    /** What one cell is known to go with in another: `entries` by key, ascending; see lookup. */
    | {
        readonly kind: "lookup";
        readonly at: number;
        readonly to: number;
        readonly entries: ReadonlyMap<number, number>;
        /** Of the key, where it is a number on a grid. */
        readonly step: number | undefined;
        readonly evaluate: Evaluate;
      }
    /** Anything else: decided once all of its columns are known. */
    | {
        readonly kind: "opaque";
        readonly evaluate: Evaluate;
        readonly cache: (object | undefined)[];
      }
  );
