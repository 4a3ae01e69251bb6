import { lowerBound } from "../base/lower-bound.js";
import type { Random } from "../base/random.js";
import type { Allowed } from "../constraint/guide.js";

/**
 * The observed values of a column, one entry a training row, arranged so that each node of a tree is a
 * slice `from..to`. Entries are small integers: codes, or positions among the distinct numbers.
 */
export interface Observed {
  readonly entries: Int32Array;
  /** Write a value drawn from the slice (not empty). */
  draw(from: number, to: number, cell: Cell, random: Random): void;
  /** Write into rows, which ascend, the values of their entries, which count from row `from` on. */
  writeAll(
    entries: Int32Array,
    rows: Int32Array,
    from: number,
    values: Float64Array | Int32Array,
    random: Random,
  ): void;
  /** What `allowed` means in entries; good until the next call. */
  restrict(allowed: Allowed): EntrySet;
  /** Write a value for an entry of the set that was drawn. */
  write(entry: number, allowed: Allowed, cell: Cell, random: Random): void;
  /**
   * Write an allowed value where no entry is in the set; returns the probability that the smoothed
   * observations give to `allowed`, or to one pseudo-row; 0 if none.
   */
  invent(allowed: Allowed, cell: Cell, random: Random): number;
}

/** Where a value goes. */
export interface Cell {
  values: Float64Array | Int32Array;
  row: number;
}

/** A set of entries as disjoint ranges `low..high` (inclusive), ascending, in one flat list. */
export interface EntrySet {
  readonly ranges: Int32Array;
  readonly count: number;
}

const firstRows = Int32Array.from({ length: 4096 }, (_, row) => row);

/** The rows `from..to`, one by one. */
export function rowsBetween(from: number, to: number): Int32Array {
  if (to <= firstRows.length) return firstRows.subarray(from, to);
  return Int32Array.from({ length: to - from }, (_, i) => from + i);
}

/** A position below `n`; the bias is below n / 2³². */
export function pick(n: number, random: Random): number {
  return Math.floor(random.uint32() * n * 2.3283064365386963e-10);
}

/** How many entries of a sorted slice are in the set. */
export function countSorted(entries: Int32Array, from: number, to: number, set: EntrySet): number {
  let count = 0;
  let at = from;
  for (let i = 0; i < set.count && at < to; i++) {
    const start = lowerBound(entries, set.ranges[2 * i] as number, at, to);
    at = lowerBound(entries, (set.ranges[2 * i + 1] as number) + 1, start, to);
    count += at - start;
  }
  return count;
}

/** The `place`-th entry of a sorted slice that is in the set. */
export function nthSorted(
  entries: Int32Array,
  from: number,
  to: number,
  set: EntrySet,
  place: number,
): number {
  let left = place;
  let at = from;
  for (let i = 0; i < set.count; i++) {
    const start = lowerBound(entries, set.ranges[2 * i] as number, at, to);
    at = lowerBound(entries, (set.ranges[2 * i + 1] as number) + 1, start, to);
    if (left < at - start) return entries[start + left] as number;
    left -= at - start;
  }
  return -1;
}

export function inSet(entry: number, set: EntrySet): boolean {
  let low = 0;
  let high = set.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entry > (set.ranges[2 * middle + 1] as number)) low = middle + 1;
    else high = middle;
  }
  return low < set.count && entry >= (set.ranges[2 * low] as number);
}
