import { snap, stepOf } from "../../constraint/grid.js";
import type { ColumnType } from "../../table/column-type.js";
import { countedAs, type Gap, unitBeside } from "./gap.js";

/** A column of numbers and where it stands. */
export interface NumbersAt {
  readonly at: number;
  readonly type: ColumnType;
  readonly values: Float64Array;
}

/** So many rows, evenly from all, tell how near columns lie. */
const mostLookedAt = 2000;
/** Fewer rows that have both tell nothing. */
const fewest = 20;
/** Of the rows that have the value, this share must have the other one, too. */
const together = 0.8;
/** Two dates that lie nearer than this, as a share of how widely they are spread, are one event and what became of it. */
const nearDates = 0.7;
/** Numbers tell of each other in other ways, too: only where they are all but one. */
const nearNumbers = 0.05;
/** Numbers of fewer different values are as good as categories. */
const fewestNumbers = 20;

/**
 * The gap to the nearest of some other columns, where the gap is what tells rows apart: of a ride's end that it is nine
 * minutes after its start. A learner that takes two dates as they are sees two dates of the same year; rank correlations
 * near 1 leave gaps of weeks. A column of few values, month ends say, keeps them. Undefined where none is near.
 */
export function findGap(column: NumbersAt, others: readonly NumbersAt[]): Gap | undefined {
  const every = Math.ceil(column.values.length / mostLookedAt);
  const own = spreadOf(column.values, every);
  const isDate = column.type.kind === "date" || column.type.kind === "datetime";
  if (own.inner === 0 || (!isDate && own.different < fewestNumbers)) return undefined;
  let best: NumbersAt | undefined;
  let nearest = isDate ? nearDates : nearNumbers;
  for (const other of others) {
    if (!areAlike(column.type, other.type)) continue;
    const gaps = spreadOf(gapsBetween(column, other, every), 1);
    const enough = gaps.rows >= fewest && gaps.rows >= together * own.rows;
    if (!enough || gaps.different > own.different) continue;
    // In rows that lack the other one the column lies anywhere.
    const both = gaps.rows / own.rows;
    const near = both * Math.max(gaps.inner / own.inner, gaps.outer / own.outer) + 1 - both;
    if (near >= nearest) continue;
    nearest = near;
    best = other;
  }
  return best && gapBetween(column, best, every);
}

function gapBetween(column: NumbersAt, other: NumbersAt, every: number): Gap {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const gap of gapsBetween(column, other, 1)) {
    if (gap < least) least = gap;
    if (gap > most) most = gap;
  }
  const otherwise = spreadOf(other.values, every).middle;
  const fromUnit = unitBeside(column.type, other.type);
  const unit = fromUnit && { fromUnit };
  return { column: column.at, from: other.at, otherwise, least, most, ...unit };
}

/** Of every so many rows. */
export function gapsBetween(
  column: Omit<NumbersAt, "at">,
  other: Omit<NumbersAt, "at">,
  every: number,
): Float64Array {
  const step = stepOf(column.type);
  const unit = unitBeside(column.type, other.type);
  const gaps = new Float64Array(Math.ceil(column.values.length / every));
  for (let at = 0; at < gaps.length; at++) {
    const row = at * every;
    const from = countedAs(other.values[row] as number, unit);
    gaps[at] = snap((column.values[row] as number) - from, step);
  }
  return gaps;
}

/** Whether a difference of the two lies on the column's grid, days and times being counted alike. */
function areAlike(type: ColumnType, other: ColumnType): boolean {
  if (unitBeside(type, other) !== undefined) return true;
  const unitOf = (one: ColumnType) => ("unit" in one ? one.unit : undefined);
  if (type.kind !== other.kind || unitOf(type) !== unitOf(other)) return false;
  const [step, theirs] = [stepOf(type), stepOf(other)];
  if (step === undefined || theirs === undefined) return step === theirs;
  return Math.abs(theirs / step - Math.round(theirs / step)) < 1e-9;
}

interface Spread {
  readonly middle: number;
  /** Between the quartiles, and between the outermost twentieths. */
  readonly inner: number;
  readonly outer: number;
  readonly different: number;
  readonly rows: number;
}

function spreadOf(values: Float64Array, every: number): Spread {
  const length = Math.ceil(values.length / every);
  const sample = Float64Array.from({ length }, (_, at) => values[at * every] as number);
  const sorted = sample.filter((value) => !Number.isNaN(value)).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  let different = sorted.length === 0 ? 0 : 1;
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) different++;
  return {
    middle: at(0.5),
    inner: at(0.75) - at(0.25),
    outer: at(0.95) - at(0.05),
    different,
    rows: sorted.length,
  };
}
