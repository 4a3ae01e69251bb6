import type { Cells } from "../../constraint/guide.js";
import { type Distinct, distinctOf } from "../../kernels/distinct.js";

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
function numericPredictor(column: number, { values, counts, positions }: Distinct): Predictor {
  const codeAt = new Uint8Array(values.length + 1);
  const cuts: number[] = [];
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const share = values.length <= mostBins ? 0 : rows / mostBins;
  let passed = 0;
  let last = 0;
  for (let at = 0; at < values.length; at++) {
    if (at > 0 && passed - last >= share && cuts.length < mostBins - 1) {
      last = passed;
      cuts.push(between(values[at - 1] as number, values[at] as number));
    }
    codeAt[at + 1] = cuts.length + 1;
    passed += counts[at] as number;
  }
  const codes = new Uint8Array(positions.length);
  for (let row = 0; row < codes.length; row++) {
    codes[row] = codeAt[(positions[row] as number) + 1] as number;
  }
  const [own, none] = [Float64Array.from(cuts), new Int32Array(0)];
  return { column, numeric: true, codes, size: own.length + 2, cuts: own, bucketOf: none };
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
    for (let row = 0; row < values.length; row++) {
      const code = values[row] as number;
      if (code >= 0) counts[code] = (counts[code] as number) + 1;
    }
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

/** Columns as trees ask about them, and the different numbers of those that are numbers, by position. */
export interface Prepared {
  readonly predictors: readonly Predictor[];
  readonly found: readonly (Distinct | undefined)[];
}

/** All columns. `levels` is undefined for number columns. */
export function prepare(
  cells: Cells,
  levels: readonly (readonly string[] | undefined)[],
): Prepared {
  const found = cells.map((values, column) =>
    levels[column] === undefined ? distinctOf(values as Float64Array) : undefined,
  );
  const predictors = cells.map((values, column) => {
    const own = found[column];
    return own === undefined
      ? codePredictor(column, values as Int32Array, levels[column]?.length ?? 0)
      : numericPredictor(column, own);
  });
  return { predictors, found };
}
