import type { Progress } from "../base/progress.js";
import type { Random } from "../base/random.js";
import type { Box } from "../constraint/boxes.js";
import type { Allowed, Cells } from "../constraint/guide.js";
import type { ParentRows } from "../constraint/scope.js";
import type { ColumnType } from "../table/column-type.js";
import type { Table } from "../table/table.js";

/** What a learner is told of a column: never more than the spec says. */
export interface LearnedColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly optional: boolean;
}

export type LearnerOptions = Readonly<Record<string, readonly (string | number)[]>>;

export interface FitRequest {
  readonly table: Table;
  /** The columns to model, in the table's order; computed and invented ones are left out. */
  readonly columns: readonly LearnedColumn[];
  readonly options: LearnerOptions;
  /** Columns to put first, because `given` conditions on them. */
  readonly first: readonly string[];
  readonly seed: number | string;
  readonly progress: Progress;
  /** Rows to train on first, of the same columns; only `language` has a use for them. */
  readonly base?: Table;
}

/** A way to learn a table without a privacy budget. */
export interface Learner {
  readonly name: string;
  /** One line for completion and the plan. */
  readonly summary: string;
  /** Why it can't honour this request, or undefined. */
  refuses(request: Pick<FitRequest, "columns" | "options">): string | undefined;
  fit(request: FitRequest): Promise<RowModel>;
}

/**
 * A fitted model that draws rows column after column. Positions are those of `columns`.
 * The driver (synth/draw) owns order, rules, conditions, weights and redrawing.
 */
export interface RowModel {
  readonly learner: string;
  readonly columns: readonly LearnedColumn[];
  /** Levels of each code column, by position; undefined for number columns. */
  readonly levels: readonly (readonly string[] | undefined)[];
  /** The order of drawing: a permutation of the positions. */
  readonly order: readonly number[];
  /** What learning has to say, as sentences for the report. */
  readonly notes?: readonly string[];
  /** True where only this process can draw from it: `save()` gives nothing that `loadModel` could read. */
  readonly isBound?: boolean;
  /** True where a value takes so long to draw that few rows are drawn just to learn from them. */
  readonly isSlow?: boolean;
  /** Columns that it draws by how far they lie from another one, by name. */
  readonly gaps?: readonly Measured[];
  /**
   * Called before a batch of `rows` rows: draws whatever a row hides (a leaf, a mixture part). `spent` is
   * the state of a batch that is over, whose memory may be used again; it changes nothing else.
   */
  begin(rows: number, random: Random, spent?: BatchState): BatchState;
  /** Draw `column` freely for rows `from..to`; the columns before it in `order` are filled. */
  drawFree(
    state: BatchState,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void;
  /**
   * Draw `column` in one row within `allowed` and write it; returns the log of the model's probability
   * of `allowed` given the row so far (0 when it doesn't restrict), or −Infinity when the model gives
   * it none, in which case a value is still drawn from `allowed`.
   */
  drawAllowed(
    state: BatchState,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number;
  /**
   * The model under a union of disjoint boxes of its columns' values, exactly; undefined where that can't
   * be had: then, as with models without this, rows are weighed. Of probability 0 the model means nothing.
   */
  condition?(boxes: readonly Box[]): Conditioned | undefined;
  /**
   * Log-probabilities of texts in a column, nothing else of the row being known; undefined where the
   * model doesn't read the column letter by letter.
   */
  textLikelihoods?(column: number, texts: readonly string[]): Float64Array | undefined;
  /** The model as data: JSON and typed arrays, never code. */
  save(): SavedModel;
}

/** A column, and the one that it is measured from. */
export interface Measured {
  readonly column: string;
  readonly from: string;
}

/** Rows that belong to those of another table, learned with what these have. */
export interface GivenParents {
  /** The table's own, without the ref. */
  readonly columns: readonly LearnedColumn[];
  /** The model of the rows that belong to these parents; `ref` is the column that says to which. */
  under(ref: LearnedColumn, parents: ParentRows): RowModel;
  save(): SavedModel;
}

/** A model under a condition, and how likely the condition is without it. */
export interface Conditioned {
  readonly model: RowModel;
  readonly probability: number;
}

/** Whatever a model keeps per batch; only the model looks inside. */
export type BatchState = unknown;

export interface SavedModel {
  readonly learner: string;
  readonly version: number;
  readonly json: unknown;
  readonly arrays: Readonly<Record<string, Float64Array | Int32Array | Uint8Array>>;
}
