import type { DistanceRows } from "../../kernels/gower.js";
import { clopperPearson, type Interval } from "./intervals.js";
import type { Encoded } from "./rows.js";

/** Generated rows that are the same as a real row in every column. */
export interface Copies {
  /** How many, and their share of the generated rows. */
  readonly count: number;
  readonly share: Interval;
  /**
   * The share that equals one of as many held-out rows: what is the same by chance alone. Scaled up to
   * the number of learned rows when fewer are held out.
   */
  readonly expected: Interval;
  /** Learned rows that were copied and are the only ones of their kind among all real rows. */
  readonly uniqueCopied: number;
}

/** Find exact copies, by all columns at once. */
export function exactCopies({ synthetic, train, holdout }: Encoded): Copies {
  const learned = countRows(train);
  const apart = countRows(holdout);
  let count = 0;
  let chance = 0;
  const copied = new Set<string>();
  for (const key of keys(synthetic)) {
    if (apart.has(key)) chance++;
    const times = learned.get(key);
    if (times === undefined) continue;
    count++;
    if (times === 1 && !apart.has(key)) copied.add(key);
  }
  const scale = holdout.count === 0 ? Number.NaN : train.count / holdout.count;
  const expected = clopperPearson(chance, synthetic.count);
  const scaled = (share: number): number => Math.min(1, share * scale);
  return {
    count,
    share: clopperPearson(count, synthetic.count),
    expected: {
      value: scaled(expected.value),
      low: scaled(expected.low),
      high: scaled(expected.high),
    },
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
