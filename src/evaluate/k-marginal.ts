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

/** A column of both tables on one list of codes. */
interface Shared {
  readonly name: string;
  readonly size: number;
  readonly target: Int32Array;
  readonly synthetic: Int32Array;
}

/**
 * NIST's k-marginal score (SDNist 2.5): over all pairs of columns, the L1 distance between relative
 * frequencies; (2 − mean) × 500, so 1000 is identical and 0 shares nothing. Missing is a value. A cut
 * number lies in the bin ⌊20 r⌋ of its mean rank r (0 to 1) among the target's numbers; what lies
 * between two values of the target goes with the higher one, what lies above all of them in the last
 * bin (SDNist, report/dataset/binning).
 */
export function kMarginal(target: Table, synthetic: Table, options: KMarginalOptions = {}): number {
  const columns = target.columns.filter(isComparable).flatMap((column) => {
    const made = columnOf(synthetic, column.name);
    return made === undefined ? [] : [shared(column, made, options.cut)];
  });
  const third = columns.find((column) => column.name === options.third);
  const paired = columns.filter((column) => column !== third);
  let sum = 0;
  let pairs = 0;
  for (const [i, left] of paired.entries()) {
    for (const right of paired.slice(i + 1)) {
      sum += distance(third === undefined ? [left, right] : [left, right, third]);
      pairs++;
    }
  }
  return pairs === 0 ? Number.NaN : (2 - sum / pairs) * 500;
}

/** Cells up to which counts are an array; beyond that a map. */
const DENSE = 2 ** 21;

function distance(columns: readonly Shared[]): number {
  const cells = columns.reduce((product, column) => product * column.size, 1);
  return cells <= DENSE ? denseDistance(columns, cells) : sparseDistance(columns);
}

function denseDistance(columns: readonly Shared[], cells: number): number {
  const share = (of: (column: Shared) => Int32Array) => {
    const parts = columns.map(of);
    const rows = (parts[0] as Int32Array).length;
    const shares = new Float64Array(cells);
    for (let row = 0; row < rows; row++) {
      let key = 0;
      for (let j = 0; j < parts.length; j++) {
        key = key * (columns[j] as Shared).size + ((parts[j] as Int32Array)[row] as number);
      }
      shares[key] = (shares[key] as number) + 1 / rows;
    }
    return shares;
  };
  const target = share((column) => column.target);
  const synthetic = share((column) => column.synthetic);
  let sum = 0;
  for (let cell = 0; cell < cells; cell++) {
    sum += Math.abs((target[cell] as number) - (synthetic[cell] as number));
  }
  return sum;
}

function sparseDistance(columns: readonly Shared[]): number {
  const counts = new Map<number, [number, number]>();
  const add = (side: 0 | 1, of: (column: Shared) => Int32Array) => {
    const parts = columns.map(of);
    const rows = (parts[0] as Int32Array).length;
    for (let row = 0; row < rows; row++) {
      let key = 0;
      parts.forEach((part, j) => {
        key = key * (columns[j] as Shared).size + (part[row] as number);
      });
      const cell = counts.get(key);
      if (cell === undefined) counts.set(key, side === 0 ? [1, 0] : [0, 1]);
      else cell[side]++;
    }
    return rows;
  };
  const n = add(0, (column) => column.target);
  const m = add(1, (column) => column.synthetic);
  let sum = 0;
  for (const [real, made] of counts.values()) sum += Math.abs(real / n - made / m);
  return sum;
}

function shared(target: Column, made: Column, cut: readonly string[] | undefined): Shared {
  const codeOf = new Map<number | string, number>();
  const encode = (values: readonly (number | string | null)[]) =>
    Int32Array.from(values, (value) => {
      const key = value ?? "(missing)";
      let code = codeOf.get(key);
      if (code === undefined) {
        code = codeOf.size;
        codeOf.set(key, code);
      }
      return code;
    });
  const read = reader(target, cut);
  const codes = { target: encode(read(target)), synthetic: encode(read(made)) };
  return { name: target.name, size: codeOf.size, ...codes };
}

/** Values of a column as they are compared: numbers by bin where they are cut, categories by label. */
function reader(
  target: Column,
  cut: readonly string[] | undefined,
): (column: Column) => readonly (number | string | null)[] {
  if (target.kind === "code") {
    return (column) =>
      column.kind === "code"
        ? Array.from(column.codes, (code) => column.levels[code] ?? null)
        : Array.from(column.values, (value) => (Number.isNaN(value) ? null : String(value)));
  }
  const sorted = target.values.filter((value) => !Number.isNaN(value)).sort();
  const distinct = new Set(sorted).size;
  const wants = cut === undefined ? distinct > CUT : cut.includes(target.name);
  const tops = wants ? binTops(sorted) : [];
  const bin = (value: number) => {
    if (!wants) return value;
    let at = 0;
    while (at < tops.length - 1 && value > (tops[at] as number)) at++;
    return at;
  };
  return (column) =>
    column.kind === "number"
      ? Array.from(column.values, (value) => (Number.isNaN(value) ? null : bin(value)))
      : Array.from(column.codes, () => null);
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
