import type { Formula } from "../ir/formula.js";

/** One array a column, one element a row: values of numbers (NaN missing), codes of the rest (−1 missing). */
export type Cells = readonly (Float64Array | Int32Array)[];

/** The values that a column may take in one row. */
export interface Allowed {
  /** Whether the value may be missing. */
  readonly missing: boolean;
  /** Of a code column: 1 for each level that may be taken. */
  readonly codes?: Uint8Array;
  /** Of a number column: disjoint inclusive intervals, ascending, as low, high, low, high … */
  readonly intervals?: readonly number[];
}

/**
 * What the rules, the conditions (`given`) and the types permit, cell by cell, while a row is drawn
 * column after column. Columns are named by their position in the table.
 */
export interface Guide {
  /** The rules in force, as people read them, in the order of `broken`. */
  readonly rules: readonly string[];
  /**
   * The conditions behind `rules` that some row of the declared types could break, with computed columns
   * replaced by their formulas; a row stands where none is false. Without what `determines` is known to say.
   */
  readonly conditions: readonly Formula[];
  /** True where propagation alone shows that no row can obey the rules. */
  readonly impossible: boolean;
  /** True where a rule or condition can restrict the column; the others are drawn freely. */
  readonly restricted: readonly boolean[];
  /** Positions of computed columns; the driver fills them as soon as their inputs are known. */
  readonly computed: readonly boolean[];
  /** The computed columns, each after those that it is computed from. */
  readonly computeOrder: readonly number[];
  /** Columns tied together by rules, for redrawing a row in part; a free column is in none. */
  readonly components: readonly (readonly number[])[];
  /**
   * What `column` may be in row `row`, given the columns marked in `known`. Sound: nothing that could
   * still be completed is left out; not always complete: a dead end may show only later.
   * `undefined`: anything of its type. The answer is valid until the next call.
   */
  allowed(cells: Cells, row: number, column: number, known: Uint8Array): Allowed | undefined;
  /** Compute `column` for rows `from..to` (end exclusive) from known inputs. */
  compute(cells: Cells, column: number, from: number, to: number): void;
  /** The position of the first rule that the complete row breaks, or −1. */
  broken(cells: Cells, row: number): number;
}
