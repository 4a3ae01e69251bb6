import type { Cells } from "../../constraint/guide.js";

/** A column as trees see it: at most 256 ordered codes, one a row. */
export interface Predictor {
  /** Position of the column. */
  readonly column: number;
  readonly numeric: boolean;
  /** Numeric: 0 is missing, then the bins in ascending order. Else buckets in no order; 0 is missing. */
  readonly codes: Uint8Array;
  readonly size: number;
  /** Numeric: the value between bin i and bin i + 1, by i. */
  readonly cuts: Float64Array;
  /** Of a code column: the bucket of code −1, 0, 1 … */
  readonly bucketOf: Int32Array;
}

const mostBins = 254;

/** Bin a number column: each distinct value its own bin where there are few, else equal shares of rows. */
function numericPredictor(column: number, values: Float64Array): Predictor {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const cuts = cutsOf(sorted);
  const codes = new Uint8Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    codes[row] = Number.isNaN(value) ? 0 : 1 + binOf(cuts, value);
  }
  return {
    column,
    numeric: true,
    codes,
    size: cuts.length + 2,
    cuts,
    bucketOf: new Int32Array(0),
  };
}

/** The number of cuts below a value: its bin. */
function binOf(cuts: Float64Array, value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (cuts[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function cutsOf(sorted: Float64Array): Float64Array {
  const runs: number[] = [];
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) runs.push(i);
  const cuts: number[] = [];
  const share = runs.length < mostBins ? 0 : sorted.length / mostBins;
  let last = 0;
  for (const at of runs) {
    if (at - last < share) continue;
    last = at;
    cuts.push(between(sorted[at - 1] as number, sorted[at] as number));
    if (cuts.length === mostBins - 1) break;
  }
  return Float64Array.from(cuts);
}

/** A number at least `low` and below `high`. */
function between(low: number, high: number): number {
  const middle = low + (high - low) / 2;
  return middle < high ? middle : low;
}

/** Bucket the codes of a column: the commonest levels each their own, the rare ones together. */
function codePredictor(column: number, values: Int32Array, levels: number): Predictor {
  const bucketOf = new Int32Array(levels + 1);
  let size = levels + 1;
  if (levels <= mostBins) {
    for (let code = 0; code <= levels; code++) bucketOf[code] = code;
  } else {
    const counts = new Float64Array(levels);
    for (const code of values) if (code >= 0) counts[code] = (counts[code] as number) + 1;
    const common = Array.from(counts.keys()).sort(
      (a, b) => (counts[b] as number) - (counts[a] as number) || a - b,
    );
    bucketOf.fill(mostBins + 1, 1);
    for (let place = 0; place < mostBins; place++) {
      bucketOf[(common[place] as number) + 1] = place + 1;
    }
    size = mostBins + 2;
  }
  const codes = new Uint8Array(values.length);
  for (let row = 0; row < values.length; row++) {
    codes[row] = bucketOf[(values[row] as number) + 1] as number;
  }
  return { column, numeric: false, codes, size, cuts: new Float64Array(0), bucketOf };
}

/** All columns as predictors. `levels` is undefined for number columns. */
export function predictorsOf(
  cells: Cells,
  levels: readonly (readonly string[] | undefined)[],
): readonly Predictor[] {
  return cells.map((values, column) => {
    const labels = levels[column];
    return labels === undefined
      ? numericPredictor(column, values as Float64Array)
      : codePredictor(column, values as Int32Array, labels.length);
  });
}
