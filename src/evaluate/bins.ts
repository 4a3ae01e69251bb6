import { type Column, MISSING } from "../table/table.js";

/** At most so many bins of values for comparing shares; other and missing come on top. */
const MOST = 10;

/** How a column is cut for comparison: chosen on real training rows, used for every table alike. */
export interface Bins {
  readonly column: string;
  readonly labels: readonly string[];
  /** The bins before `(other)` and `(missing)` follow an order. */
  readonly ordered: boolean;
  /** The bin of each row. */
  encode(column: Column): Uint8Array;
}

/**
 * Shared bins of one column (MOSTLY QA's scheme): numbers with at most ten distinct values keep each
 * value, others are cut at near-equal frequencies of the real rows and clipped to the outer bins;
 * categories keep the ten most frequent, the rest are `(other)`; `(missing)` is a bin of its own.
 */
export function binsOf(
  real: Column,
  write: (value: number) => string = String,
  most: number = MOST,
): Bins {
  return real.kind === "number"
    ? numberBins(real.name, real.values, write, most)
    : codeBins(real, most);
}

function numberBins(
  column: string,
  real: Float64Array,
  write: (value: number) => string,
  most: number,
): Bins {
  const present = real.filter((value) => !Number.isNaN(value)).sort();
  const distinct = distinctUpTo(present, most);
  if (distinct !== undefined) {
    const known = new Map(distinct.map((value, i) => [value, i]));
    const other = distinct.length;
    return {
      column,
      labels: [...distinct.map(write), "(other)", "(missing)"],
      ordered: true,
      encode: (of) => encodeNumbers(of, other + 1, (value) => known.get(value) ?? other),
    };
  }
  const cuts = quantileCuts(present, most);
  const low = present[0] as number;
  const high = present.at(-1) as number;
  const ends = [low, ...cuts, high];
  const labels = ends
    .slice(0, -1)
    .map((from, i) => `${write(from)} to ${write(ends[i + 1] as number)}`);
  return {
    column,
    labels: [...labels, "(missing)"],
    ordered: true,
    encode: (of) =>
      encodeNumbers(of, cuts.length + 1, (value) => {
        let bin = 0;
        while (bin < cuts.length && value >= (cuts[bin] as number)) bin++;
        return bin;
      }),
  };
}

/** The distinct values of a sorted array, or undefined when they are more than `most`. */
function distinctUpTo(sorted: Float64Array, most: number): number[] | undefined {
  const distinct: number[] = [];
  for (const value of sorted) {
    if (distinct.length > 0 && distinct.at(-1) === value) continue;
    distinct.push(value);
    if (distinct.length > most) return undefined;
  }
  return distinct;
}

/** Inner boundaries that leave about as many rows in each bin; a value never lies on both sides. */
function quantileCuts(sorted: Float64Array, most: number): number[] {
  const cuts: number[] = [];
  for (let i = 1; i < most; i++) {
    const value = sorted[Math.floor((i * sorted.length) / most)] as number;
    if (value > (cuts.at(-1) ?? (sorted[0] as number))) cuts.push(value);
  }
  if (cuts.length === 0) cuts.push(sorted.find((value) => value > (sorted[0] as number)) as number);
  return cuts;
}

function encodeNumbers(
  column: Column,
  missing: number,
  binOf: (value: number) => number,
): Uint8Array {
  if (column.kind !== "number") return new Uint8Array(column.codes.length).fill(missing);
  const bins = new Uint8Array(column.values.length);
  for (let row = 0; row < bins.length; row++) {
    const value = column.values[row] as number;
    bins[row] = Number.isNaN(value) ? missing : binOf(value);
  }
  return bins;
}

function codeBins(real: Extract<Column, { kind: "code" }>, most: number): Bins {
  const counts = new Float64Array(real.levels.length);
  for (const code of real.codes) if (code !== MISSING) counts[code] = (counts[code] as number) + 1;
  const order = real.levels.map((_, i) => i).filter((i) => (counts[i] as number) > 0);
  order.sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  const kept = order.slice(0, most).sort((a, b) => a - b);
  const known = new Map(kept.map((level, bin) => [real.levels[level] as string, bin]));
  const other = kept.length;
  return {
    column: real.name,
    labels: [...kept.map((level) => real.levels[level] as string), "(other)", "(missing)"],
    ordered: real.type.kind === "category" && real.type.ordered,
    encode(column) {
      if (column.kind !== "code") return new Uint8Array(column.values.length).fill(other);
      const ofCode = column.levels.map((level) => known.get(level) ?? other);
      const bins = new Uint8Array(column.codes.length);
      for (let row = 0; row < bins.length; row++) {
        const code = column.codes[row] as number;
        bins[row] = code === MISSING ? other + 1 : (ofCode[code] as number);
      }
      return bins;
    },
  };
}

/** How often each bin occurs. */
export function countOne(bins: Uint8Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const bin of bins) counts[bin] = (counts[bin] as number) + 1;
  return counts;
}

/** How often each combination occurs: `left` is the slow axis. */
export function countTwo(
  left: Uint8Array,
  right: Uint8Array,
  leftSize: number,
  rightSize: number,
): Float64Array {
  const counts = new Float64Array(leftSize * rightSize);
  for (let row = 0; row < left.length; row++) {
    const cell = (left[row] as number) * rightSize + (right[row] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return counts;
}
