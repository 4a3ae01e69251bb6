import { type Column, columnOf, type Table } from "../table/table.js";
import { isComparable } from "./binned.js";

/** Numbers with more distinct values than this are cut at equal frequencies of the target. */
const CUT = 20;

export interface KMarginalOptions {
  /** Numeric columns to cut in twenty bins; by default those with more than twenty distinct values. */
  readonly cut?: readonly string[];
  /** A column to add to every pair of the others, paired with none itself (NIST's "stable feature"). */
  readonly third?: string;
}

/** A column of the target as codes, and how to code the same column of another table. */
interface Coded {
  readonly name: string;
  /** One more than the highest code: missing, and what the target doesn't have, have codes of their own. */
  readonly size: number;
  readonly target: Int32Array;
  readonly encode: (column: Column) => Int32Array;
}

/**
 * NIST's k-marginal score (SDNist 2.5): over all pairs of columns, the L1 distance between relative
 * frequencies; (2 − mean) × 500, so 1000 is identical and 0 shares nothing. Missing is a value. A cut
 * number lies in the bin ⌊20 r⌋ of its mean rank r (0 to 1) among the target's numbers; what lies
 * between two values of the target goes with the higher one, what lies above all of them in the last
 * bin (SDNist, report/dataset/binning). NaN where there are fewer than two columns.
 */
export function kMarginal(target: Table, synthetic: Table, options: KMarginalOptions = {}): number {
  return kMarginals(target, [synthetic], options)[0] as number;
}

/** The same of several tables beside one target, whose shares are counted once. */
export function kMarginals(
  target: Table,
  others: readonly Table[],
  options: KMarginalOptions = {},
): readonly number[] {
  const shared = target.columns
    .filter(isComparable)
    .filter(({ name }) => others.every((other) => columnOf(other, name) !== undefined));
  const columns = shared.map((column) => coded(column, options.cut));
  const codes = others.map((other) =>
    columns.map(({ name, encode }) => encode(columnOf(other, name) as Column)),
  );
  const third = columns.findIndex(({ name }) => name === options.third);
  const groups = columns.flatMap((_, i) =>
    columns.flatMap((__, j) =>
      i < j && i !== third && j !== third ? [third < 0 ? [i, j] : [i, j, third]] : [],
    ),
  );
  const sums = others.map(() => 0);
  for (const group of groups) {
    const sizes = group.map((at) => (columns[at] as Coded).size);
    const parts = group.map((at) => (columns[at] as Coded).target);
    const expected = countsOf(sizes, parts);
    codes.forEach((own, at) => {
      const found = countsOf(
        sizes,
        group.map((place) => own[place] as Int32Array),
      );
      const rows = [target.rows, (others[at] as Table).rows] as const;
      sums[at] = (sums[at] as number) + apart(expected, found, rows);
    });
  }
  return sums.map((sum) => (groups.length === 0 ? Number.NaN : (2 - sum / groups.length) * 500));
}

/** Cells up to which counts are an array; beyond that a map. */
const DENSE = 2 ** 21;

type Counts = Float64Array | ReadonlyMap<number, number>;

/** How often each combination of codes occurs. */
function countsOf(sizes: readonly number[], parts: readonly Int32Array[]): Counts {
  const cells = sizes.reduce((product, size) => product * size, 1);
  const rows = (parts[0] as Int32Array).length;
  const keys = cells > DENSE ? new Float64Array(rows) : new Int32Array(rows);
  parts.forEach((part, at) => {
    const size = sizes[at] as number;
    for (let row = 0; row < keys.length; row++) {
      keys[row] = (keys[row] as number) * size + (part[row] as number);
    }
  });
  if (cells > DENSE) {
    const counts = new Map<number, number>();
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts;
  }
  const counts = new Float64Array(cells);
  for (const key of keys) counts[key] = (counts[key] as number) + 1;
  return counts;
}

/** L1 distance between relative frequencies. */
function apart(real: Counts, made: Counts, [n, m]: readonly [number, number]): number {
  let sum = 0;
  if (real instanceof Float64Array && made instanceof Float64Array) {
    for (let cell = 0; cell < real.length; cell++) {
      sum += Math.abs((real[cell] as number) / n - (made[cell] as number) / m);
    }
    return sum;
  }
  const [a, b] = [real, made] as [ReadonlyMap<number, number>, ReadonlyMap<number, number>];
  for (const [key, count] of a) sum += Math.abs(count / n - (b.get(key) ?? 0) / m);
  for (const [key, count] of b) if (!a.has(key)) sum += count / m;
  return sum;
}

function coded(target: Column, cut: readonly string[] | undefined): Coded {
  if (target.kind === "number") return codedNumbers(target, cut);
  const places = new Map(target.levels.map((level, place) => [level, place]));
  const unknown = target.levels.length;
  const encode = (column: Column): Int32Array => {
    if (column.kind === "number") {
      return Int32Array.from(column.values, (value) =>
        Number.isNaN(value) ? unknown + 1 : (places.get(String(value)) ?? unknown),
      );
    }
    const ofCode = column.levels.map((level) => places.get(level) ?? unknown);
    return column.codes.map((code) => (code < 0 ? unknown + 1 : (ofCode[code] as number)));
  };
  return { name: target.name, size: unknown + 2, target: encode(target), encode };
}

/** What is not among the target's values is one code: its distance is the same sum either way. */
function codedNumbers(
  target: Extract<Column, { kind: "number" }>,
  cut: readonly string[] | undefined,
): Coded {
  const sorted = target.values.filter((value) => !Number.isNaN(value)).sort();
  const distinct = sorted.filter((value, at) => at === 0 || value !== sorted[at - 1]);
  const wants = cut === undefined ? distinct.length > CUT : cut.includes(target.name);
  const marks = wants ? Float64Array.from(binTops(sorted)) : distinct;
  const unknown = marks.length;
  const codeOf = (value: number): number => {
    if (Number.isNaN(value)) return unknown + 1;
    let [low, high] = [0, marks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((marks[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    if (wants) return Math.min(low, marks.length - 1);
    return marks[low] === value ? low : unknown;
  };
  const encode = (column: Column): Int32Array => {
    if (column.kind === "code") return new Int32Array(column.codes.length).fill(unknown + 1);
    const codes = new Int32Array(column.values.length);
    for (let row = 0; row < codes.length; row++) codes[row] = codeOf(column.values[row] as number);
    return codes;
  };
  return { name: target.name, size: unknown + 2, target: encode(target), encode };
}

/** The largest value of each bin of mean ranks that has any. */
function binTops(sorted: Float64Array): readonly number[] {
  const tops: number[] = [];
  let last = -1;
  for (let from = 0; from < sorted.length; ) {
    const value = sorted[from] as number;
    let to = from + 1;
    while (to < sorted.length && sorted[to] === value) to++;
    const bin = Math.min(CUT - 1, Math.floor((CUT * (from + 1 + to)) / 2 / sorted.length));
    if (bin === last) tops[tops.length - 1] = value;
    else tops.push(value);
    last = bin;
    from = to;
  }
  return tops;
}
