import type { Tree } from "../../kernels/decision-tree.js";
import { distinctOf } from "../../kernels/distinct.js";
import type { TreeGrower } from "../../kernels/tree-grower.js";
import { ObservedCodes } from "../observed-codes.js";
import { numberFacts, ObservedNumbers } from "../observed-numbers.js";
import type { LearnedColumn } from "../synthesizer.js";
import type { Training } from "../training.js";
import type { ColumnModel } from "./column-model.js";
import { type GrowOptions, grow } from "./grow.js";
import type { Predictor, Prepared } from "./predictors.js";
import { classTarget, scoreTarget, type Target } from "./target.js";

/** What a column is fitted with: a grower that has the predictors. */
export interface Fitting {
  readonly grower: TreeGrower;
  /** The different numbers of the training's columns, where they were found already. */
  readonly found?: Prepared["found"];
  readonly predictors: readonly Predictor[];
  readonly options: GrowOptions;
}

/** Fit one column on predictors (none: its distribution alone). */
export function fitColumn(training: Training, column: number, fitting: Fitting): ColumnModel {
  const cells = training.cells[column] as Float64Array | Int32Array;
  const labels = training.levels[column];
  const { grower } = fitting;
  if (labels !== undefined) {
    const values = cells as Int32Array;
    const target = classTarget(grower.countsOf(values, labels.length));
    const { rows, tree, entries } = arrange(values, target, fitting);
    const observed = new ObservedCodes(entries, labels.length);
    return withMissing(values, rows, { tree, observed }, fitting);
  }
  const found = fitting.found?.[column] ?? distinctOf(cells as Float64Array);
  const { type } = training.columns[column] as LearnedColumn;
  const facts = numberFacts(found, type);
  const { rows, tree, entries } = arrange(found.positions, scoreTarget(found), fitting);
  const observed = new ObservedNumbers(entries, facts);
  return withMissing(found.positions, rows, { tree, observed }, fitting);
}

/** Grow a tree for the values, by row, −1 where missing; they are laid out node by node, ascending in each leaf. */
function arrange(values: Int32Array, target: Target, { grower, predictors, options }: Fitting) {
  const growth = grower.takeColumn({ values, ...target });
  const tree = grow(growth, target.kinds, predictors, options);
  return { rows: growth.rows, tree, entries: growth.entries() };
}

const isMissing: Target = { table: Uint16Array.of(0, 1), kinds: 1 };

/** The model with that of what is missing, where anything is. */
function withMissing(
  values: Int32Array,
  rows: number,
  present: ColumnModel["present"],
  fitting: Fitting,
): ColumnModel {
  if (rows === values.length) return { present };
  const gaps = new Int32Array(values.length);
  for (let row = 0; row < gaps.length; row++) gaps[row] = (values[row] as number) < 0 ? 1 : 0;
  const { tree, entries } = arrange(gaps, isMissing, fitting);
  return { missing: { tree, share: sharesOf(tree, entries) }, present };
}

/** The share of ones in each node. */
function sharesOf({ start, end }: Tree, entries: Int32Array): Float64Array {
  const before = new Int32Array(entries.length + 1);
  for (let i = 0; i < entries.length; i++) {
    before[i + 1] = (before[i] as number) + (entries[i] as number);
  }
  return Float64Array.from(start, (from, node) => {
    const to = end[node] as number;
    return to > from ? ((before[to] as number) - (before[from] as number)) / (to - from) : 0;
  });
}
