import type { DistanceRows } from "../../kernels/gower.js";
import { clopperPearson, type Interval } from "./intervals.js";
import type { Encoded } from "./rows.js";

/** Generated rows that are the same as a real row in every column. */
export interface Copies {
  /** How many equal any learned row. */
  readonly count: number;
  /** The share that equals one of as many learned rows as were held out (or the other way round, where fewer were learned). */
  readonly share: Interval;
  /** The share that equals one of as many held-out rows: what is the same by chance alone. */
  readonly expected: Interval;
  /** Learned rows that were copied and are the only ones of their kind among all real rows. */
  readonly uniqueCopied: number;
}

/**
 * Find exact copies, by all columns at once. Of more rows more are hit by chance, and where rows are often alike not in
 * proportion, so both sides are compared at the same number of rows: the expected share over all subsets of that size.
 */
export function exactCopies({ synthetic, train, holdout }: Encoded): Copies {
  const learned = countRows(train);
  const apart = countRows(holdout);
  const size = holdout.count === 0 ? train.count : Math.min(train.count, holdout.count);
  let [count, same, chance] = [0, 0, 0];
  const copied = new Set<string>();
  for (const key of keys(synthetic)) {
    chance += hit(apart.get(key) ?? 0, holdout.count, size);
    const times = learned.get(key);
    if (times === undefined) continue;
    count++;
    same += hit(times, train.count, size);
    if (times === 1 && !apart.has(key)) copied.add(key);
  }
  const nothing = { value: Number.NaN, low: Number.NaN, high: Number.NaN };
  return {
    count,
    share: clopperPearson(same, synthetic.count),
    expected: holdout.count === 0 ? nothing : clopperPearson(chance, synthetic.count),
    uniqueCopied: copied.size,
  };
}

/** The probability that `size` rows out of `all` hold one of the `times` that are alike (hypergeometric). */
function hit(times: number, all: number, size: number): number {
  let none = 1;
  for (let i = 0; i < times; i++) none *= Math.max(0, all - size - i) / (all - i);
  return 1 - none;
}

/** How often each different row occurs. */
function countRows(rows: DistanceRows): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys(rows)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function* keys(rows: DistanceRows): Generator<string> {
  for (let row = 0; row < rows.count; row++) {
    yield rows.values.subarray(row * rows.columns, (row + 1) * rows.columns).join(",");
  }
}
