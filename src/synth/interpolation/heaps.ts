import { lowerBound } from "../../base/lower-bound.js";
import type { Random } from "../../base/random.js";
import type { ObservedNumbers } from "../observed-numbers.js";

/** A number that this share of rows have is a heap of its own, whatever is beside it. */
const heapShare = 0.1;
/** So is one that this many times as many rows have as its median neighbour among the different values. */
const heapOverNeighbours = 3;
const neighboursASide = 4;

/**
 * How the rows of a number column lie: which of its values are heaps (40 hours, no gains), and at which rank
 * each value begins. Between two values a point is found by rank, so that each of the values between has a
 * chance as large as its share, and a value that no row has is not made up; except between values that are no one's
 * in common, whose points lie on the straight line.
 */
export class Heaps {
  private readonly observed: ObservedNumbers;
  private readonly isHeap: Uint8Array;
  private readonly counts: Float64Array;
  /** Rows with a lower value, by value; all rows that have one, last. */
  private readonly below: Float64Array;

  constructor(observed: ObservedNumbers) {
    this.observed = observed;
    const { length } = observed.facts.distinct;
    this.counts = new Float64Array(length);
    for (const entry of observed.entries) {
      if (entry >= 0) this.counts[entry] = (this.counts[entry] as number) + 1;
    }
    this.below = new Float64Array(length + 1);
    this.counts.forEach((count, at) => {
      this.below[at + 1] = (this.below[at] as number) + count;
    });
    this.isHeap = Uint8Array.from(this.counts, (_, at) => Number(this.standsOut(at)));
  }

  /** One of two values, or one between them; the further towards the second, the larger the gap (0..1). */
  between(a: number, b: number, gap: number, random: Random): number {
    const { observed, isHeap } = this;
    if (isHeap[a] === 1 || isHeap[b] === 1) return observed.place(gap < 0.5 ? a : b, random);
    if (observed.isRare(a) && observed.isRare(b)) return observed.onLine(a, b, gap);
    const rank = this.rankIn(a, random) * (1 - gap) + this.rankIn(b, random) * gap;
    const above = lowerBound(this.below, rank, 0, this.below.length);
    const entry = this.below[above] === rank ? above : above - 1;
    return observed.place(Math.min(entry, this.counts.length - 1), random);
  }

  /** A rank among the rows that have this value. */
  private rankIn(entry: number, random: Random): number {
    return (this.below[entry] as number) + (this.counts[entry] as number) * random.uniform();
  }

  private standsOut(at: number): boolean {
    const count = this.counts[at] as number;
    if (count >= heapShare * (this.below[this.below.length - 1] as number)) return true;
    if (this.observed.isRare(at)) return false;
    const first = Math.max(0, at - neighboursASide);
    const beside = [...this.counts.subarray(first, at + neighboursASide + 1)];
    beside.splice(at - first, 1);
    beside.sort((x, y) => x - y);
    const median = beside[beside.length >> 1];
    return median !== undefined && count >= heapOverNeighbours * median;
  }
}
