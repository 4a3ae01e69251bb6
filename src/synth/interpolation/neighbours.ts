import { stream } from "../../base/random.js";
import { KernelNearest, type Nearest } from "../../kernels/nearest.js";
import type { Observed } from "../observed.js";
import { ObservedNumbers } from "../observed-numbers.js";

/** Above this many, neighbours are looked for in a sample of the group. */
const mostCandidates = 8192;

/**
 * Nearest rows within a group. The distance is Euclid's over mean ranks of numbers (0..1), so that no
 * heavy tail decides; a category that differs adds the median spread of the ranks, as in SMOTE-NC.
 */
export class NeighbourFinder {
  private readonly nearest: Nearest;
  private group: Int32Array = new Int32Array(0);
  private found = new Map<number, Int32Array>();

  constructor(observed: readonly Observed[], count: number) {
    const numbers = observed.filter((column) => column instanceof ObservedNumbers);
    const others = observed.filter((column) => !(column instanceof ObservedNumbers));
    const numeric = numbers.map(({ entries }) => ranks(entries));
    const spreads = numeric.map(spread).sort((a, b) => a - b);
    this.nearest = new KernelNearest({
      numbers: numeric,
      codes: others.map(({ entries }) => Float32Array.from(entries)),
      penalty: (spreads[spreads.length >> 1] ?? 0.29) ** 2,
      k: count,
    });
  }

  /** The nearest rows of `group` to one of its rows, itself left out; fewer in a small group. */
  of(row: number, group: Int32Array): Int32Array {
    if (group !== this.group) {
      this.group = group;
      this.found = new Map();
      this.nearest.among(sampled(group));
    }
    const known = this.found.get(row);
    if (known !== undefined) return known;
    const nearest = this.nearest.of(row);
    this.found.set(row, nearest);
    return nearest;
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
