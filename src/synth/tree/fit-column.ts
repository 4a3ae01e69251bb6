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
import type { Predictor } from "./predictors.js";
import { classTarget, scoreTarget, type Target } from "./target.js";

/** What a column is fitted with: a grower that has the predictors. */
export interface Fitting {
  readonly grower: TreeGrower;
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
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  const { tree } = growOn(fitting, { kind: "classes", classes, size: 2 }, rows);
  const share = Float64Array.from(tree.start, (start, node) => {
    const end = tree.end[node] as number;
    let missing = 0;
    for (let i = start; i < end; i++) missing += classes[rows[i] as number] as number;
    return end > start ? missing / (end - start) : 0;
  });
  return { tree, share };
}

function fitNumbers(
  training: Training,
  column: number,
  present: Int32Array,
  fitting: Fitting,
): { readonly tree: Tree; readonly observed: Observed } {
  const values = training.cells[column] as Float64Array;
  const type = (training.columns[column] as LearnedColumn).type;
  const found = distinctOf(values);
  const facts = numberFacts(found, stepOf(type));
  const target = scoreTarget(found.positions, facts.distinct.length, present);
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
  const entries = rows.map((row) => entryOf[row] as number);
  for (let node = 0; node < tree.child.length; node++) {
    if ((tree.child[node] as number) < 0) {
      entries.subarray(tree.start[node] as number, tree.end[node] as number).sort();
    }
  }
  return { tree, entries };
}

function growOn({ grower, predictors, options }: Fitting, target: Target, rows: Int32Array) {
  return grow(grower, target, predictors, rows, options);
}
