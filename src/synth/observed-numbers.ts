import { lowerBound } from "../base/lower-bound.js";
import type { Random } from "../base/random.js";
import { indexAtLeast, indexAtMost, snap, stepOf } from "../constraint/grid.js";
import type { Allowed } from "../constraint/guide.js";
import { type Distinct, distinctOf } from "../kernels/distinct.js";
import type { ColumnType } from "../table/column-type.js";
import { clockSteps, coarsestStep, decimalSteps } from "./coarsest-step.js";
import { type Cell, type EntrySet, type Observed, pick } from "./observed.js";

/** A value seen at least this often in the column is common: it is no one's own and is drawn as it is. */
const commonFrom = 5;

/** What is kept of the numbers of a column. */
export interface NumberFacts {
  /** Ascending, without duplicates. */
  readonly distinct: Float64Array;
  /** Positions in `distinct` of the rare values, ascending. */
  readonly rare: Int32Array;
  /** The step of the type; 0 for none. */
  readonly step: number;
  /** Of what all observed values are multiples: at least `step`; 0 for nothing. */
  readonly roundness: number;
}

/** How many rows have a number, and how many of them a rare one. */
export interface RareTally {
  readonly rare: number;
  readonly rows: number;
}

/** Positions of the values that fewer than five rows have, where there are neighbours to stand for them. */
function rareOf(found: Distinct): readonly number[] {
  const rare: number[] = [];
  for (let at = 0; at < found.counts.length; at++) {
    if ((found.counts[at] as number) < commonFrom) rare.push(at);
  }
  return rare.length < 3 ? [] : rare;
}

/** How many rows have a number that is not drawn as it was, but from its neighbourhood. */
export function smoothedRows(values: Float64Array): number {
  const found = distinctOf(values);
  return rareOf(found).reduce((sum, at) => sum + (found.counts[at] as number), 0);
}

/** What is kept of a column whose different numbers were found. */
export function numberFacts(found: Distinct, type: ColumnType): NumberFacts {
  const step = stepOf(type);
  const isClock = type.kind === "datetime" || type.kind === "duration";
  return {
    distinct: found.values,
    rare: Int32Array.from(rareOf(found)),
    step: step ?? 0,
    roundness: coarsestStep(found.values, step, isClock ? clockSteps : decimalSteps),
  };
}

/**
 * Observed numbers. Common values (zero, round prices, whole years) are drawn as they were. A rare one
 * stands for its neighbourhood: the drawn value is uniform over the ranks of the rare values near it,
 * read off the column's quantile line, so that no single person's exact figure need come back, while
 * gaps, tails and density stay. Within a leaf this is a rank-space kernel over its members.
 */
export class ObservedNumbers implements Observed {
  readonly entries: Int32Array;
  readonly facts: NumberFacts;
  private readonly rankOf: Int32Array;
  /** The distinct values, the rare ones left out. */
  private readonly common: Float64Array;
  private readonly knots: Float64Array;
  private readonly reach: number;
  private ranges = new Int32Array(16);
  private tally: RareTally | undefined;

  /** `tally` is counted from the entries where it is not given. */
  constructor(entries: Int32Array, facts: NumberFacts, tally?: RareTally) {
    this.entries = entries;
    this.facts = facts;
    this.tally = tally;
    this.rankOf = new Int32Array(facts.distinct.length).fill(-1);
    facts.rare.forEach((at, rank) => {
      this.rankOf[at] = rank;
    });
    this.common = facts.distinct.slice();
    for (const at of facts.rare) this.common[at] = Number.NaN;
    this.knots = Float64Array.from(facts.rare, (at) => facts.distinct[at] as number);
    this.reach = Math.max(2, Math.ceil(this.knots.length / 400));
  }

  draw(from: number, to: number, cell: Cell, random: Random): void {
    const entry = this.entries[from + pick(to - from, random)] as number;
    cell.values[cell.row] = this.place(entry, random);
  }

  writeAll(
    entries: Int32Array,
    rows: Int32Array,
    from: number,
    values: Float64Array | Int32Array,
    random: Random,
  ): void {
    const { common } = this;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const entry = entries[row - from] as number;
      const value = common[entry] as number;
      values[row] = Number.isNaN(value) ? this.place(entry, random) : value;
    }
  }

  /** The value for an entry: itself when common, else one from its neighbourhood. */
  place(entry: number, random: Random): number {
    const rank = this.rankOf[entry] as number;
    if (rank < 0) return this.facts.distinct[entry] as number;
    return snap(this.near(rank, random), this.facts.roundness || undefined);
  }

  /** Whether so few rows have the value that it stands for its neighbourhood. */
  isRare(entry: number): boolean {
    return (this.rankOf[entry] as number) >= 0;
  }

  /** A point of the straight line between the values of two entries. */
  onLine(a: number, b: number, gap: number): number {
    const { distinct, roundness } = this.facts;
    const low = distinct[a] as number;
    return snap(low + ((distinct[b] as number) - low) * gap, roundness || undefined);
  }

  private near(rank: number, random: Random): number {
    const low = Math.max(0, rank - this.reach);
    const high = Math.min(this.knots.length - 1, rank + this.reach);
    const at = low + (high - low) * random.uniform();
    const below = Math.floor(at);
    const value = this.knots[below] as number;
    const above = this.knots[Math.min(below + 1, high)] as number;
    return value + (above - value) * (at - below);
  }

  restrict(allowed: Allowed): EntrySet {
    const { distinct } = this.facts;
    const intervals = allowed.intervals ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    if (this.ranges.length < intervals.length) this.ranges = new Int32Array(intervals.length * 2);
    let count = 0;
    let at = 0;
    for (let i = 0; i + 1 < intervals.length; i += 2) {
      const start = lowerBound(distinct, intervals[i] as number, at, distinct.length);
      const high = intervals[i + 1] as number;
      at = lowerBound(distinct, high, start, distinct.length);
      if (at < distinct.length && distinct[at] === high) at++;
      if (at === start) continue;
      this.ranges[2 * count] = start;
      this.ranges[2 * count + 1] = at - 1;
      count++;
    }
    return { ranges: this.ranges, count };
  }

  /** The neighbourhood of a rare value is cut off at the ends of its interval. */
  write(entry: number, allowed: Allowed, cell: Cell, random: Random): void {
    const value = this.facts.distinct[entry] as number;
    cell.values[cell.row] = value;
    const rank = this.rankOf[entry] as number;
    if (rank < 0) return;
    const [low, high] = intervalAround(value, allowed.intervals);
    const from = Math.max(low, this.knots[Math.max(0, rank - this.reach)] as number);
    const last = Math.min(this.knots.length - 1, rank + this.reach);
    const to = Math.min(high, this.knots[last] as number);
    const drawn = this.near(rank, random);
    const within = drawn >= from && drawn <= to ? drawn : from + (to - from) * random.uniform();
    const placed = snap(within, this.facts.roundness || undefined);
    if (placed >= low && placed <= high) cell.values[cell.row] = placed;
  }

  invent(allowed: Allowed, cell: Cell, random: Random): number {
    const intervals = allowed.intervals ?? [];
    let mass = 0;
    let best = -1;
    for (let i = 0; i + 1 < intervals.length; i += 2) {
      const share = shareOnLine(
        this.facts.distinct,
        intervals[i] as number,
        intervals[i + 1] as number,
      );
      mass += share;
      if (share > 0 && random.uniform() * mass < share) best = i;
    }
    if (best < 0) best = this.nearestInterval(intervals);
    if (best < 0) return 0;
    const low = intervals[best] as number;
    const high = intervals[best + 1] as number;
    cell.values[cell.row] = this.somewhere(low, high, mass > 0, random);
    return this.unseenMass(intervals);
  }

  /**
   * Probability of values that none of the rows has: of those between rare ones, which stand for their
   * neighbourhood. What even they don't reach has that of one pseudo-row.
   */
  private unseenMass(intervals: readonly number[]): number {
    this.tally ??= this.tallied();
    const { rare, rows } = this.tally;
    const half = this.facts.step / 2;
    let near = 0;
    let far = 0;
    for (let i = 0; i + 1 < intervals.length; i += 2) {
      const low = (intervals[i] as number) - half;
      const high = (intervals[i + 1] as number) + half;
      near += shareOnLine(this.knots, low, high);
      far += shareOnLine(this.facts.distinct, low, high);
    }
    const mass = rows === 0 ? 0 : (rare / rows) * near;
    return mass > 0 ? mass : far / (rows + 1);
  }

  private tallied(): RareTally {
    let [rare, rows] = [0, 0];
    for (const entry of this.entries) {
      if (entry < 0) continue;
      rows++;
      if (this.isRare(entry)) rare++;
    }
    return { rare, rows };
  }

  private nearestInterval(intervals: readonly number[]): number {
    const { distinct } = this.facts;
    const middle = distinct[distinct.length >> 1] ?? 0;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < intervals.length; i += 2) {
      const low = intervals[i] as number;
      const high = intervals[i + 1] as number;
      const away = middle < low ? low - middle : Math.max(0, middle - high);
      if (best < 0 || away < least) {
        best = i;
        least = away;
      }
    }
    return best;
  }

  /** A value of the grid between two bounds: inside the observed range if `seen`. */
  private somewhere(low: number, high: number, seen: boolean, random: Random): number {
    const { distinct, step } = this.facts;
    const bottom = distinct[0] ?? 0;
    const top = distinct[distinct.length - 1] ?? 0;
    let from = seen ? Math.max(low, bottom) : low;
    let to = seen ? Math.min(high, top) : high;
    if (!Number.isFinite(from)) from = Number.isFinite(to) ? Math.min(to, bottom) : bottom;
    if (!Number.isFinite(to)) to = Math.max(from, top);
    const value = from + (to - from) * random.uniform();
    if (step === 0) return value;
    const first = indexAtLeast(low, step);
    const final = indexAtMost(high, step);
    if (first > final) return value;
    const index = Math.min(final, Math.max(first, Math.round(value / step)));
    return snap(index * step, step);
  }
}

/** Share of `low..high` under the straight line through the ranks of ascending values. */
function shareOnLine(values: Float64Array, low: number, high: number): number {
  return Math.max(0, cumulative(values, high) - cumulative(values, low));
}

function cumulative(values: Float64Array, value: number): number {
  const last = values.length - 1;
  if (last < 1 || value <= (values[0] as number)) return 0;
  if (value >= (values[last] as number)) return 1;
  const above = lowerBound(values, value, 0, values.length);
  const a = values[above - 1] as number;
  const b = values[above] as number;
  return (above - 1 + (value - a) / (b - a)) / last;
}

function intervalAround(
  value: number,
  intervals: readonly number[] | undefined,
): readonly [number, number] {
  if (intervals !== undefined) {
    for (let i = 0; i + 1 < intervals.length; i += 2) {
      const low = intervals[i] as number;
      const high = intervals[i + 1] as number;
      if (value >= low && value <= high) return [low, high];
    }
  }
  return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
}
