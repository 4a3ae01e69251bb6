import { stepOf } from "../../constraint/grid.js";
import type { Tree } from "../../kernels/decision-tree.js";
import type { TreeGrower } from "../../kernels/tree-grower.js";
import { distinctOf } from "../distinct.js";
import type { Observed } from "../observed.js";
import { ObservedCodes } from "../observed-codes.js";
import { numberFacts, ObservedNumbers } from "../observed-numbers.js";
import type { LearnedColumn } from "../synthesizer.js";
import type { Training } from "../training.js";
import type { ColumnModel, MissingModel } from "./column-model.js";
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
  const values = training.cells[column] as Float64Array | Int32Array;
  const present = presentRows(values);
  const missing =
    present.length < training.rows ? fitMissing(values, training.rows, fitting) : undefined;
  const labels = training.levels[column];
  const model =
    labels === undefined
      ? fitNumbers(training, column, present, fitting)
      : fitCodes(values as Int32Array, labels.length, present, fitting);
  return missing === undefined ? { present: model } : { missing, present: model };
}

function presentRows(values: Float64Array | Int32Array): Int32Array {
  const rows = new Int32Array(values.length);
  let count = 0;
  if (values instanceof Float64Array) {
    for (let row = 0; row < values.length; row++) {
      if (!Number.isNaN(values[row] as number)) rows[count++] = row;
    }
  } else {
    for (let row = 0; row < values.length; row++) {
      if ((values[row] as number) >= 0) rows[count++] = row;
    }
  }
  return rows.subarray(0, count);
}

function fitMissing(
  values: Float64Array | Int32Array,
  count: number,
  fitting: Fitting,
): MissingModel {
  const isCode = values instanceof Int32Array;
  const classes = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const value = values[row] as number;
    classes[row] = isCode ? Number(value < 0) : Number(Number.isNaN(value));
  }
  const rows = new Int32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  const { tree } = growOn(fitting, { kind: "classes", classes, size: 2 }, rows);
  const share = new Float64Array(tree.child.length);
  for (let node = share.length - 1; node >= 0; node--) {
    const left = tree.child[node] as number;
    share[node] =
      left < 0
        ? countOf(classes, rows, tree.start[node] as number, tree.end[node] as number)
        : (share[left] as number) + (share[left + 1] as number);
  }
  for (let node = 0; node < share.length; node++) {
    const size = (tree.end[node] as number) - (tree.start[node] as number);
    share[node] = size > 0 ? (share[node] as number) / size : 0;
  }
  return { tree, share };
}

function countOf(classes: Uint8Array, rows: Int32Array, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) count += classes[rows[i] as number] as number;
  return count;
}

function fitNumbers(
  training: Training,
  column: number,
  present: Int32Array,
  fitting: Fitting,
): { readonly tree: Tree; readonly observed: Observed } {
  const values = training.cells[column] as Float64Array;
  const type = (training.columns[column] as LearnedColumn).type;
  const found = fitting.found?.[column] ?? distinctOf(values);
  const facts = numberFacts(found, stepOf(type));
  const target = scoreTarget(found);
  const { tree, entries } = arrange(found.positions, target, present, fitting);
  return { tree, observed: new ObservedNumbers(entries, facts) };
}

function fitCodes(
  codes: Int32Array,
  levels: number,
  present: Int32Array,
  fitting: Fitting,
): { readonly tree: Tree; readonly observed: Observed } {
  const target = classTarget(codes, levels, present);
  const { tree, entries } = arrange(codes, target, present, fitting);
  return { tree, observed: new ObservedCodes(entries, levels) };
}

/** Grow, and lay the rows' entries out node by node, sorted within each leaf. */
function arrange(
  entryOf: Int32Array,
  target: Target,
  rows: Int32Array,
  fitting: Fitting,
): { readonly tree: Tree; readonly entries: Int32Array } {
  const { tree } = growOn(fitting, target, rows);
  const entries = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) entries[i] = entryOf[rows[i] as number] as number;
  for (let node = 0; node < tree.child.length; node++) {
    if ((tree.child[node] as number) < 0) {
      sortSlice(entries, tree.start[node] as number, tree.end[node] as number);
    }
  }
  return { tree, entries };
}

/** Below this, sorting by hand takes less time than the call. */
const fewEntries = 24;

function sortSlice(entries: Int32Array, from: number, to: number): void {
  if (to - from > fewEntries) {
    entries.subarray(from, to).sort();
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const entry = entries[i] as number;
    let at = i;
    for (; at > from && (entries[at - 1] as number) > entry; at--) {
      entries[at] = entries[at - 1] as number;
    }
    entries[at] = entry;
  }
}

function growOn({ grower, predictors, options }: Fitting, target: Target, rows: Int32Array) {
  return grow(grower, target, predictors, rows, options);
}
