import type { Column, Table } from "../table/table.js";
import { columnOf } from "../table/table.js";
import { type Bins, binsOf, countOne, countTwo } from "./bins.js";
import type { EvaluatedOutput } from "./request.js";
import { type Similarity, similarity } from "./similarity.js";
import { type UtilityRatio, utilityRatio } from "./utility-ratio.js";
import { valueWriter } from "./write-value.js";

/** One column of an output, cut by the bins of the real training rows. */
export interface BinnedColumn {
  readonly bins: Bins;
  readonly real: Uint8Array;
  readonly synthetic: Uint8Array;
  readonly holdout?: Uint8Array;
}

/** A similarity, and the same between training and held-out rows. */
export interface Compared extends Similarity {
  readonly ratio?: UtilityRatio;
  /** The joint counts that were compared, of a pair: real and generated. */
  readonly counts?: readonly [Float64Array, Float64Array];
  readonly reference?: Similarity;
}

/** True for columns whose distribution is a matter of data: not keys and not free text. */
export function isComparable(column: Column): boolean {
  return column.type.kind !== "id" && column.type.kind !== "ref" && column.type.kind !== "text";
}

const known = new WeakMap<Column, Bins>();

/** The bins of a column of the real rows, found once: several sections compare by them. */
export function comparedBins(real: Column): Bins {
  const found = known.get(real);
  if (found !== undefined) return found;
  const bins = binsOf(real, valueWriter(real.type));
  known.set(real, bins);
  return bins;
}

/** The comparable columns that the output shares with its real rows; empty without real rows. */
export function binnedColumns(output: EvaluatedOutput): readonly BinnedColumn[] {
  const { real, synthetic, holdout } = output;
  if (real === undefined || real.rows === 0 || synthetic.rows === 0) return [];
  return real.columns.filter(isComparable).flatMap((column) => {
    const made = columnOf(synthetic, column.name);
    if (made === undefined) return [];
    const bins = comparedBins(column);
    const held = holdout === undefined ? undefined : columnOf(holdout, column.name);
    return [
      {
        bins,
        real: bins.encode(column),
        synthetic: bins.encode(made),
        ...(held === undefined || (holdout as Table).rows === 0
          ? {}
          : { holdout: bins.encode(held) }),
      },
    ];
  });
}

/** How alike the shares of one column are. */
export function compareOne(column: BinnedColumn): Compared {
  const size = column.bins.labels.length;
  const real = countOne(column.real, size);
  const made = countOne(column.synthetic, size);
  const found = { ...similarity(real, made), ratio: utilityRatio(real, made) };
  if (column.holdout === undefined) return found;
  return { ...found, reference: similarity(real, countOne(column.holdout, size)) };
}

/** How alike the joint shares of two columns are. */
export function compareTwo(left: BinnedColumn, right: BinnedColumn): Compared {
  const [a, b] = [left.bins.labels.length, right.bins.labels.length];
  const real = countTwo(left.real, right.real, a, b);
  const made = countTwo(left.synthetic, right.synthetic, a, b);
  const ratio = utilityRatio(real, made);
  const found = { ...similarity(real, made), ratio, counts: [real, made] as const };
  if (left.holdout === undefined || right.holdout === undefined) return found;
  return { ...found, reference: similarity(real, countTwo(left.holdout, right.holdout, a, b)) };
}
