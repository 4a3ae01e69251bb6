import { boundsOf, snap, stepOf } from "../../constraint/grid.js";
import type { Allowed } from "../../constraint/guide.js";
import { intersectSpans, nearestIn, type Spans } from "../../constraint/spans.js";
import type { ColumnType } from "../../table/column-type.js";
import type { LearnedColumn } from "../synthesizer.js";

/** A column that is learned as how far it lies from another one, which is known before it is drawn. */
export interface Gap {
  /** Positions of the column and of the other one. */
  readonly column: number;
  readonly from: number;
  /** Stands for the other column where it is missing. */
  readonly otherwise: number;
  /** The smallest and the largest gap that was seen. */
  readonly least: number;
  readonly most: number;
  /** What the other one counts, where the column counts the other of the two: a date days, a datetime seconds. */
  readonly fromUnit?: Unit;
}

type Unit = "days" | "seconds";

/** What a column counts that another one does not; undefined where both count the same. */
export function unitBeside(type: ColumnType, other: ColumnType): Unit | undefined {
  if (type.kind === "date" && other.kind === "datetime") return "seconds";
  return type.kind === "datetime" && other.kind === "date" ? "days" : undefined;
}

/** A value as the column counts that it is set beside: of a day its first second, of a time its day. */
export function countedAs(value: number, unit: Unit | undefined): number {
  if (unit === undefined) return value;
  return unit === "days" ? value * 86_400 : Math.floor(value / 86_400);
}

/** What a model gives no probability is very unlikely, not forbidden. */
const leastLog = -60;

/** A gap with the column's own type: turns values into gaps and back, and what is allowed of the one into the other. */
export class GapColumn {
  readonly gap: Gap;
  private readonly step: number | undefined;
  /** Of the column's type. */
  private readonly low: number;
  private readonly high: number;

  constructor(gap: Gap, type: ColumnType) {
    this.gap = gap;
    this.step = stepOf(type);
    [this.low, this.high] = boundsOf(type);
  }

  gapOf(value: number, from: number): number {
    return snap(value - this.origin(from), this.step);
  }

  valueOf(gap: number, from: number): number {
    return snap(gap + this.origin(from), this.step);
  }

  /** Whether a gap leads to a value of the column's type, or to a missing one. */
  fits(gap: number, from: number): boolean {
    const value = gap + this.origin(from);
    return Number.isNaN(gap) || (value >= this.low && value <= this.high);
  }

  /**
   * Draw a gap such that the column is within what is allowed; `draw` writes one and returns the log of its model's
   * probability. Returns that of what is allowed, among values of the type. Where none of the gaps that were seen leads
   * there, the one drawn is as near to them as may be.
   */
  drawWithin(allowed: Allowed, from: number, draw: (gaps: Allowed) => number): number {
    const { low, high } = this;
    const { least, most } = this.gap;
    const origin = this.origin(from);
    const moved = (spans: Spans) => spans.map((end) => snap(end - origin, this.step));
    const { missing, intervals = [low, high] } = allowed;
    const inside = moved(intersectSpans(intervals, [low, high]));
    const near = intersectSpans(inside, [least, most]);
    const isCut = origin + least < low || origin + most > high;
    const whole = isCut ? draw({ missing: true, intervals: moved([low, high]) }) : 0;
    const weight = draw({
      missing,
      intervals: near.length === 0 ? nearest(inside, this.gap) : near,
    });
    return Math.min(0, weight - Math.max(whole, leastLog));
  }

  private origin(from: number): number {
    const { otherwise, fromUnit } = this.gap;
    return countedAs(Number.isNaN(from) ? otherwise : from, fromUnit);
  }
}

/** The one value that lies nearest to real gaps. */
function nearest(spans: Spans, { least, most }: Gap): Spans {
  if (spans.length === 0) return spans;
  const [below, above] = [nearestIn(spans, least), nearestIn(spans, most)];
  const point = Math.abs(below - least) < Math.abs(above - most) ? below : above;
  return [point, point];
}

/** The type of a column's gaps. */
export function typeOfGap(type: ColumnType, { least: min, most: max }: Gap): ColumnType {
  if (type.kind === "date" || type.kind === "datetime")
    return { kind: "int", min, max, step: 1, learned: true };
  return { ...type, min, max } as ColumnType;
}

/** A sentence for the report. */
export function sayGap(columns: readonly LearnedColumn[], at: number, from = ""): string {
  return `${columns[at]?.name} is learned as how far it lies from ${from}`;
}
