import type { Span } from "../base/source-text.js";
import type { ColumnType } from "../table/column-type.js";
import type { Distribution, Formula } from "./formula.js";
import type { ReportItem, Spec } from "./spec.js";

/** A spec whose names, kinds, units and headers agree: what the plan is made from. */
export interface CheckedSpec {
  readonly kind: "checked-spec";
  readonly spec: Spec;
  /** The binding's name: of the `spec` line, else of the first table. */
  readonly name: string;
  readonly title?: string;
  readonly sources: readonly CheckedSource[];
  readonly params: readonly CheckedParam[];
  readonly tables: readonly CheckedTable[];
  readonly privacy?: CheckedPrivacy;
  /** Tables of `forbid exact copies of` where no budget is stated: a guard while drawing, no promise of privacy. */
  readonly noCopiesOf?: readonly string[];
  readonly fairness?: CheckedFairness;
  readonly learners: readonly CheckedLearner[];
  readonly writers: readonly CheckedWriter[];
  readonly outputs: readonly CheckedOutput[];
  readonly reports: readonly CheckedReport[];
  readonly shows: readonly CheckedShow[];
  readonly sweeps: readonly CheckedSweep[];
}

export interface CheckedSource {
  readonly name: string;
  readonly format: string;
  /** Path, URL, example name or variable name. */
  readonly where: string;
  readonly missing: readonly string[];
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly decimal?: string;
  readonly dates?: readonly string[];
  readonly capEpsilon?: number;
  readonly isPublic: boolean;
}

export interface CheckedParam {
  readonly name: string;
  readonly type: ColumnType;
  readonly value: number | string | boolean;
  readonly doc?: string;
}

export interface CheckedTable {
  readonly name: string;
  readonly source?: { readonly name: string; readonly table?: string };
  readonly columns: readonly CheckedColumn[];
  readonly rules: readonly CheckedRule[];
}

export interface CheckedColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** `or missing`: a missing value is one of its values. */
  readonly optional: boolean;
  /** Share of missing values (0..1) where nothing is learned. */
  readonly missingShare?: number;
  readonly origin: ColumnOrigin;
  /** The header in the source. */
  readonly header: string;
  readonly doc?: string;
  readonly span: Span;
}

/** Where a column's values come from; `plain` is uniform over a declared domain, keys, invented text. */
export type ColumnOrigin =
  /** With `difference`: what is learned is how far one date lies behind another, both read from the source. */
  | {
      readonly kind: "learned";
      readonly difference?: { readonly from: string; readonly less: string };
    }
  | { readonly kind: "plain" }
  /** Weights of the categories, in their order, summing to 1. */
  | { readonly kind: "weighted"; readonly weights: readonly number[] }
  | { readonly kind: "drawn"; readonly distribution: Distribution }
  | { readonly kind: "computed"; readonly formula: Formula }
  | { readonly kind: "written"; readonly prompt: string; readonly writer?: string };

export type CheckedRule = {
  /** As written, for plan and report. */
  readonly text: string;
  readonly span: Span;
  readonly doc?: string;
} & (
  | { readonly kind: "always"; readonly formula: Formula }
  | {
      /** Measured and reported; `enforced` asks for calibration. */
      readonly kind: "expect";
      readonly enforced: boolean;
      readonly statistic: Statistic;
      readonly low: number;
      readonly high: number;
    }
  | { readonly kind: "unique"; readonly columns: readonly string[] }
  | { readonly kind: "increases"; readonly column: string; readonly parent: string }
  | {
      readonly kind: "determines";
      readonly from: readonly string[];
      readonly to: readonly string[];
    }
  | {
      readonly kind: "correlate";
      readonly left: string;
      readonly right: string;
      readonly strength: number;
    }
);

/** `mean(hours)`, `share(income = ">50K")`, `correlation(a, b)`, `quantile(x, 0.9)`. */
export interface Statistic {
  readonly name: string;
  readonly args: readonly Formula[];
}

export interface CheckedPrivacy {
  readonly unit:
    | { readonly kind: "row"; readonly table: string }
    | {
        readonly kind: "entity";
        readonly table: string;
        readonly atMost: readonly { readonly table: string; readonly count: number }[];
      };
  readonly epsilon: number;
  readonly delta: number;
  /** Shares of the budget by part (`domains`, `model`, `report`, or tables), each 0..1; empty: the plan chooses. */
  readonly spend: readonly { readonly on: string; readonly share: number }[];
  readonly forbidCopiesOf: readonly string[];
  readonly partitionBy?: string;
}

export interface CheckedFairness {
  readonly table: string;
  readonly across: readonly string[];
  readonly outcome?: Formula;
  /** The outcome as written. */
  readonly outcomeText?: string;
  readonly goals: readonly {
    readonly metric: string;
    readonly given: readonly string[];
    readonly comparison: "<=" | ">=";
    readonly bound: number;
  }[];
  readonly keep: readonly string[];
  /**
   * How firmly the outcome's chance among rows alike in everything else is kept: 0 (as any other) to 1, or `less`:
   * as firmly as makes the goals cost a model less than half.
   */
  readonly keepRelation?: number | "less";
  readonly rebalance: readonly {
    readonly column: string;
    readonly shares: readonly { readonly value: string; readonly share: number }[];
  }[];
  readonly forbiddenEdges: readonly {
    readonly from: string;
    readonly to: string;
    readonly through: readonly string[];
  }[];
}

/** Option values as written: words, numbers (percent divided by 100) and strings. */
export interface CheckedLearner {
  readonly table?: string;
  readonly name: string;
  readonly prior?: string;
  readonly options: Readonly<Record<string, readonly (string | number)[]>>;
}

export interface CheckedWriter {
  readonly name: string;
  readonly backend: "openai" | "llama" | "offline";
  readonly where?: string;
  readonly model?: string;
  /** Nothing that it is asked leaves this machine. */
  readonly local: boolean;
  /** Questions at once, where the author says so. */
  readonly parallel?: number;
  /** US dollars for a million tokens read and written. */
  readonly price?: { readonly read: number; readonly written: number };
  /** Protected columns that it may be told of though it is elsewhere. */
  readonly maySee: readonly string[];
}

export interface CheckedOutput {
  readonly name: string;
  readonly table: string;
  readonly rows: number;
  readonly given?: Formula;
  readonly givenText?: string;
  readonly like?: { readonly prompt: string; readonly writer?: string };
  readonly beside?: string;
  readonly completed?: string;
  readonly seed: number;
  /** No seed was written; the plan says which was taken. */
  readonly seedIsDefault?: boolean;
  readonly span: Span;
}

export type Audience = "consumers" | "regulators" | "teachers";

export interface CheckedReport {
  readonly title?: string;
  readonly audience: Audience;
  readonly inside: boolean;
  readonly holdout?: number;
  readonly topics: readonly { readonly topic: string; readonly items: readonly ReportItem[] }[];
}

export interface CheckedShow {
  readonly what: readonly string[];
  readonly by: readonly string[];
  readonly of: readonly string[];
  readonly count?: number;
}

/** One or two params, with the values that each takes; a run for every combination. */
export interface CheckedSweep {
  readonly axes: readonly {
    readonly param: string;
    readonly values: readonly (number | string | boolean)[];
  }[];
  readonly topics: CheckedReport["topics"];
}
