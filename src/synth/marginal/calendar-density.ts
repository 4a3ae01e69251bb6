import type { CalendarCounts } from "../../base/calendar.js";
import {
  DAY,
  type Days,
  daysOf,
  dayWeigher,
  type PlainBin,
  running,
  timeOf,
} from "./calendar-days.js";
import { calendarWeights } from "./calendar-weights.js";
import type { TimeOfDay } from "./time-of-day.js";

/**
 * How dates lie within bins by the calendar: each day weighs what its month, its weekday and its day of the month
 * weigh, each second of it what its hour, minute and second do (`calendarWeights`). Shares within a bin alone
 * follow from it; what a bin weighs is not touched. Computed from released numbers.
 */
export class CalendarDensity {
  private readonly seconds: boolean;
  private readonly bins: readonly Days[];
  private readonly time: TimeOfDay;
  /** Of each bin, the mass before each of its days, and all of it at the end. */
  private readonly before: readonly Float64Array[];

  constructor(
    bins: readonly PlainBin[],
    masses: ArrayLike<number>,
    calendar: readonly CalendarCounts[],
    seconds: boolean,
  ) {
    this.seconds = seconds;
    this.bins = bins.map((bin) => daysOf(bin, seconds ? DAY : 1));
    const weights = calendarWeights(this.bins, masses, calendar, seconds);
    this.time = timeOf(weights);
    const weigh = dayWeigher(weights, this.time, seconds);
    this.before = this.bins.map((days) => running(days, weigh));
  }

  /** The share of a bin's mass from one of its values to another, both included. */
  mass(bin: number, from: number, to: number): number {
    const all = this.before[bin]?.at(-1) as number;
    return (this.massBefore(bin, to + 1) - this.massBefore(bin, from)) / all;
  }

  /** The value between two of a bin, both included, below which this share of what lies between them is. */
  quantile(bin: number, from: number, to: number, share: number): number {
    const { starts } = this.bins[bin] as Days;
    const before = this.before[bin] as Float64Array;
    const low = this.massBefore(bin, from);
    const mass = low + share * (this.massBefore(bin, to + 1) - low);
    const day = lastAtMost(before, mass);
    const start = starts[day] as number;
    if (!this.seconds) return Math.min(to, Math.max(from, start));
    const [dawn, open] = [Math.floor(start / DAY) * DAY, this.timeBefore(start)];
    const own = (before[day + 1] as number) - (before[day] as number);
    const part = own > 0 ? (mass - (before[day] as number)) / own : 0;
    const end = (starts[day + 1] as number) - dawn;
    const at = this.time.at(open + part * (this.time.before(end) - open));
    return Math.min(to, Math.max(from, dawn + at));
  }

  private massBefore(bin: number, value: number): number {
    const { starts } = this.bins[bin] as Days;
    const before = this.before[bin] as Float64Array;
    const days = starts.length - 1;
    if (value >= (starts[days] as number)) return before[days] as number;
    const day = lastAtMost(starts, value);
    const start = starts[day] as number;
    if (value <= start || !this.seconds) return before[day] as number;
    const dawn = Math.floor(start / DAY) * DAY;
    const open = this.timeBefore(start);
    const whole = this.time.before((starts[day + 1] as number) - dawn) - open;
    const own = (before[day + 1] as number) - (before[day] as number);
    return (before[day] as number) + (own * (this.time.before(value - dawn) - open)) / whole;
  }

  private timeBefore(value: number): number {
    return this.time.before(value - Math.floor(value / DAY) * DAY);
  }
}

/** The last place whose value is at most this one, but not the end. */
function lastAtMost(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ascending[middle] as number) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
