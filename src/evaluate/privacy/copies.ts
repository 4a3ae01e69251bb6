import type { DistanceRows } from "../../kernels/gower.js";
import { clopperPearson, type Interval } from "./intervals.js";
import type { Encoded } from "./rows.js";

/** Generated rows that are the same as a real row in every column. */
export interface Copies {
  /** How many equal a learned row, and their share of the generated rows. */
  readonly count: number;
  readonly share: Interval;
  /** The share of held-out rows that equal a learned one: what is the same by chance alone. */
  readonly expected: Interval;
  /** Learned rows that were copied and are the only ones of their kind among all real rows. */
  readonly uniqueCopied: number;
}

/**
 * Find exact copies, by all columns at once. Of more rows more are hit by chance, and where rows are often alike not in
 * proportion, so generated and held-out rows are looked for among the same learned ones.
 */
export function exactCopies({ synthetic, train, holdout }: Encoded): Copies {
  const learned = countRows(train);
  const apart = countRows(holdout);
  let count = 0;
  const copied = new Set<string>();
  for (const key of keys(synthetic)) {
    const times = learned.get(key);
    if (times === undefined) continue;
    count++;
    if (times === 1 && !apart.has(key)) copied.add(key);
  }
  let chance = 0;
  for (const [key, times] of apart) if (learned.has(key)) chance += times;
  return {
    count,
    share: clopperPearson(count, synthetic.count),
    expected: clopperPearson(chance, holdout.count),
    uniqueCopied: copied.size,
  };
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
