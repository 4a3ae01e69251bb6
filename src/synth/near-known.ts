import { lowerBound } from "../base/lower-bound.js";
import type { Random } from "../base/random.js";
import type { Allowed, Cells } from "../constraint/guide.js";
import type { ScopeColumn } from "../constraint/scope.js";
import { intersectSpans } from "../constraint/spans.js";
import { gapsBetween } from "./gaps/find-gaps.js";
import { countedAs, unitBeside } from "./gaps/gap.js";
import type { RowModel } from "./synthesizer.js";

/** A value to draw near, and how often it would be proposed. */
interface Proposal {
  readonly within: Allowed;
  readonly share: number;
}

interface Distances {
  /** How far the known column lies from the missing one in rows that have both, ascending. */
  readonly sorted: Float64Array;
  readonly window: number;
}

/** Fewer rows that have both tell nothing. */
const fewest = 20;

/**
 * Where a missing cell may lie if one is known that is measured from it, itself or over others: a ride's start when its
 * end is known. The model draws the start first, as if the end were not known; few of its starts would lie near.
 */
export class NearKnown {
  /** By position of a measured column: the window around a known gap. */
  readonly widths = new Map<number, number>();
  private readonly columns: readonly ScopeColumn[];
  private readonly cells: Cells;
  private readonly windowOf: (values: Float64Array) => number;
  /** By position: the columns that are measured from it. */
  private readonly followers = new Map<number, number[]>();
  private readonly distances = new Map<string, Distances | undefined>();

  constructor(
    real: {
      readonly columns: readonly ScopeColumn[];
      readonly cells: Cells;
      readonly model: RowModel;
    },
    windowOf: (values: Float64Array) => number,
  ) {
    this.columns = real.columns;
    this.cells = real.cells;
    this.windowOf = windowOf;
    const positionOf = (name: string) => real.columns.findIndex((column) => column.name === name);
    for (const { column, from } of real.model.gaps ?? []) {
      const [own, other] = [positionOf(column), positionOf(from)];
      this.followers.set(other, [...(this.followers.get(other) ?? []), own]);
      this.widths.set(own, windowOf(gapsBetween(this.numbers(own), this.numbers(other), 1)));
    }
  }

  /** A proposal for a missing cell of a real row; undefined where nothing is known that is measured from it. */
  propose(position: number, row: number, allowed: Allowed, random: Random): Proposal | undefined {
    const known = this.knownFrom(position, row);
    const distances = known === undefined ? undefined : this.distancesOf(position, known);
    if (known === undefined || distances === undefined) return undefined;
    const { sorted, window } = distances;
    const drawn = sorted[random.below(sorted.length)] as number;
    const unit = unitBeside(this.type(position), this.type(known));
    const value = countedAs(this.cells[known]?.[row] as number, unit) - drawn;
    const around = [value - window, value + window];
    const intervals = intersectSpans(allowed.intervals ?? around, around);
    if (intervals.length === 0) return undefined;
    const first = lowerBound(sorted, drawn - window);
    let last = lowerBound(sorted, drawn + window, first);
    while (last < sorted.length && (sorted[last] as number) <= drawn + window) last++;
    return { within: { missing: false, intervals }, share: (last - first) / sorted.length };
  }

  /** The nearest known column that is measured from this one. */
  private knownFrom(position: number, row: number): number | undefined {
    const reached = [...(this.followers.get(position) ?? [])];
    for (const at of reached) {
      if (!Number.isNaN(this.cells[at]?.[row] as number)) return at;
      reached.push(...(this.followers.get(at) ?? []));
    }
    return undefined;
  }

  private distancesOf(position: number, known: number): Distances | undefined {
    const key = `${position} ${known}`;
    if (this.distances.has(key)) return this.distances.get(key);
    const [own, other] = [this.numbers(position), this.numbers(known)];
    // Counted as the missing one is: gaps of it from the known one, the other way round.
    const gaps = gapsBetween(own, other, 1).filter((gap) => !Number.isNaN(gap));
    const sorted = gaps.map((gap) => 0 - gap).sort();
    const found = sorted.length < fewest ? undefined : { sorted, window: this.windowOf(sorted) };
    this.distances.set(key, found);
    return found;
  }

  private numbers(at: number) {
    return { type: this.type(at), values: this.cells[at] as Float64Array };
  }

  private type(at: number): ScopeColumn["type"] {
    return (this.columns[at] as ScopeColumn).type;
  }
}
