import { stream } from "../../base/random.js";
import type { Observed } from "../observed.js";
import { ObservedNumbers } from "../observed-numbers.js";

/** Above this many, neighbours are looked for in a sample of the group. */
const mostCandidates = 8192;

/**
 * Nearest rows within a group. The distance is Euclid's over mean ranks of numbers (0..1), so that no
 * heavy tail decides; a category that differs adds the median spread of the ranks, as in SMOTE-NC.
 */
export class NeighbourFinder {
  private readonly numeric: readonly Float32Array[];
  private readonly codes: readonly Int32Array[];
  private readonly penalty: number;
  private readonly count: number;
  private group: Int32Array = new Int32Array(0);
  private candidates: Int32Array = new Int32Array(0);
  /** The candidates' ranks, then their codes, candidate by candidate. */
  private packed = new Float32Array(0);
  private readonly own: Float32Array;
  private found = new Map<number, Int32Array>();

  constructor(observed: readonly Observed[], count: number) {
    const numbers = observed.filter((column) => column instanceof ObservedNumbers);
    const others = observed.filter((column) => !(column instanceof ObservedNumbers));
    this.numeric = numbers.map(({ entries }) => ranks(entries));
    this.codes = others.map(({ entries }) => entries);
    const spreads = this.numeric.map(spread).sort((a, b) => a - b);
    this.penalty = (spreads[spreads.length >> 1] ?? 0.29) ** 2;
    this.count = count;
    this.own = new Float32Array(this.numeric.length + this.codes.length);
  }

  /** The nearest rows of `group` to one of its rows, itself left out; fewer in a small group. */
  of(row: number, group: Int32Array): Int32Array {
    if (group !== this.group) {
      this.group = group;
      this.candidates = sampled(group);
      this.found = new Map();
      this.packed = new Float32Array(this.candidates.length * this.own.length);
      this.candidates.forEach((candidate, at) => {
        this.packed.set(this.pack(candidate), at * this.own.length);
      });
    }
    const known = this.found.get(row);
    if (known !== undefined) return known;
    const nearest = this.search(row);
    this.found.set(row, nearest);
    return nearest;
  }

  private pack(row: number): Float32Array {
    const { own, numeric, codes } = this;
    numeric.forEach((values, at) => {
      own[at] = values[row] as number;
    });
    codes.forEach((values, at) => {
      own[numeric.length + at] = values[row] as number;
    });
    return own;
  }

  private search(row: number): Int32Array {
    const { candidates, count } = this;
    this.pack(row);
    const best = new Int32Array(count);
    const distances = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    let kept = 0;
    for (let candidate = 0; candidate < candidates.length; candidate++) {
      const limit = distances[count - 1] as number;
      const distance = this.distance(candidate, limit);
      const other = candidates[candidate] as number;
      if (distance >= limit || other === row) continue;
      let at = Math.min(kept, count - 1);
      while (at > 0 && (distances[at - 1] as number) > distance) {
        distances[at] = distances[at - 1] as number;
        best[at] = best[at - 1] as number;
        at--;
      }
      distances[at] = distance;
      best[at] = other;
      if (kept < count) kept++;
    }
    return best.slice(0, kept);
  }

  /** Squared distance of a candidate to the packed row; stops once it is beyond the limit. */
  private distance(candidate: number, limit: number): number {
    const { packed, own, penalty } = this;
    const numbers = this.numeric.length;
    const start = candidate * own.length;
    let sum = 0;
    for (let at = 0; at < numbers; at++) {
      const gap = (packed[start + at] as number) - (own[at] as number);
      sum += gap * gap;
    }
    for (let at = numbers; at < own.length && sum < limit; at++) {
      if (packed[start + at] !== own[at]) sum += penalty;
    }
    return sum;
  }
}

/** Mean ranks on 0..1; a missing value lies apart at −1. */
function ranks(entries: Int32Array): Float32Array {
  let most = -1;
  for (const entry of entries) if (entry > most) most = entry;
  const counts = new Float64Array(most + 1);
  let present = 0;
  for (const entry of entries) {
    if (entry < 0) continue;
    counts[entry] = (counts[entry] as number) + 1;
    present++;
  }
  const rank = new Float64Array(most + 1);
  let below = 0;
  for (let at = 0; at <= most; at++) {
    rank[at] = (below + (counts[at] as number) / 2) / present;
    below += counts[at] as number;
  }
  return Float32Array.from(entries, (entry) => (entry < 0 ? -1 : (rank[entry] as number)));
}

function spread(values: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
}

function sampled(group: Int32Array): Int32Array {
  if (group.length <= mostCandidates) return group;
  return stream("neighbours", group.length).shuffle(group.slice()).subarray(0, mostCandidates);
}
