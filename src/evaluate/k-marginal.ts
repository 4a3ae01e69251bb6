import { type Column, columnOf, type Table } from "../table/table.js";
import { isComparable } from "./binned.js";
import { Z } from "./privacy/intervals.js";
import { rowInfluence } from "./row-influence.js";
import { meanSimilarity, type Similarity, similarity } from "./similarity.js";

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
  return (kMarginals(target, [synthetic], options)[0] as Similarity).value;
}

/**
 * The same of several tables beside one target, whose shares are counted once; with the ceiling that sampling sets
 * and, of the first, a 95 % interval for the score of what the rows were drawn from, all from 0 to 1000. The interval is
 * that of a similarity of shares (similarity.ts), with the variance over all pairs at once (row-influence.ts).
 */
export function kMarginals(
  target: Table,
  others: readonly Table[],
  options: KMarginalOptions = {},
): readonly Similarity[] {
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
  const found = others.map(({ rows }, at) => scoring(target.rows, rows, at === 0));
  for (const group of groups) {
    const sizes = group.map((at) => (columns[at] as Coded).size);
    const { size, cells } = cellsOf(
      sizes,
      [columns.map((column) => column.target), ...codes].map((own) =>
        group.map((at) => own[at] as Int32Array),
      ),
    );
    const [first, ...rest] = cells as [Int32Array, ...Int32Array[]];
    const expected = countsOf(first, size);
    rest.forEach((own, at) => {
      found[at]?.add(first, expected, own, countsOf(own, size));
    });
  }
  return found.map((score) => score.mean());
}

/** The mean similarity over pairs of columns, in thousandths, as they are added. */
function scoring(targetRows: number, rows: number, withInterval: boolean) {
  const parts: Similarity[] = [];
  const moved = [rowInfluence(targetRows), rowInfluence(rows)] as const;
  return {
    add(first: Int32Array, expected: Float64Array, own: Int32Array, made: Float64Array): void {
      parts.push(similarity(expected, made));
      if (!withInterval) return;
      const signs = expected.map((count, cell) =>
        Math.sign(count / targetRows - (made[cell] as number) / rows),
      );
      moved[0].add((row) => first[row] as number, signs);
      moved[1].add((row) => own[row] as number, signs);
    },
    mean(): Similarity {
      const { value, ceiling } = meanSimilarity(parts);
      const known = parts.length > 0;
      const half =
        (Z * Math.sqrt(moved[0].variance() + moved[1].variance())) / 2 / Math.max(1, parts.length);
      return {
        value: known ? 1000 * value : Number.NaN,
        ceiling: known ? 1000 * ceiling : Number.NaN,
        low: known ? 1000 * Math.max(0, value - half) : 0,
        high: known ? 1000 * Math.min(1, value + (1 - ceiling) + half) : 1000,
      };
    },
  };
}

/** Cells up to which counts are an array of all of them; beyond that of those that occur. */
const DENSE = 2 ** 21;

/** The cell of each row of several tables, which is the combination of its codes; and how many cells there are. */
function cellsOf(
  sizes: readonly number[],
  tables: readonly (readonly Int32Array[])[],
): { readonly size: number; readonly cells: readonly Int32Array[] } {
  const all = sizes.reduce((product, size) => product * size, 1);
  const keys = tables.map((parts) => {
    const rows = (parts[0] as Int32Array).length;
    const own = all > DENSE ? new Float64Array(rows) : new Int32Array(rows);
    parts.forEach((part, at) => {
      const size = sizes[at] as number;
      for (let row = 0; row < rows; row++) {
        own[row] = (own[row] as number) * size + (part[row] as number);
      }
    });
    return own;
  });
  if (all <= DENSE) return { size: all, cells: keys as readonly Int32Array[] };
  const places = new Map<number, number>();
  const cells = keys.map((own) =>
    Int32Array.from(own, (key) => {
      const place = places.get(key) ?? places.size;
      places.set(key, place);
      return place;
    }),
  );
  return { size: places.size, cells };
}

function countsOf(cells: Int32Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const cell of cells) counts[cell] = (counts[cell] as number) + 1;
  return counts;
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
