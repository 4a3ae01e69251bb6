import { type CalendarPart, placeInCalendar, sizeOfPart } from "../../base/calendar.js";
import { TimeOfDay } from "./time-of-day.js";

/** Seconds of a day. */
export const DAY = 86_400;
/** Parts that a whole day has one value of. */
export const OF_DAYS: readonly CalendarPart[] = ["month", "weekday", "day"];

/** What a bin is like without a calendar: its first and last value, and the share of its mass before a point 0..1. */
export interface PlainBin {
  readonly low: number;
  readonly high: number;
  readonly below: (t: number) => number;
}

/** One bin of dates or datetimes: the days that it meets, each from its first value to before the next day's. */
export interface Days {
  readonly first: number;
  /** First values of the days, and the one after the last: one more than there are days. */
  readonly starts: Float64Array;
  /** How the bin's mass lies in them without a calendar. */
  readonly trend: Float64Array;
  /** Which value of each part of `OF_DAYS` each of them is. */
  readonly places: readonly Uint8Array[];
}

/** The days of a bin, of this length: 1, or 86,400 where values are seconds. */
export function daysOf({ low, high, below }: PlainBin, length: number): Days {
  const first = Math.floor(low / length);
  const days = Math.floor(high / length) - first + 1;
  const width = high + 1 - low;
  const starts = new Float64Array(days + 1);
  for (let day = 0; day <= days; day++) {
    starts[day] = Math.min(high + 1, Math.max(low, (first + day) * length));
  }
  const trend = new Float64Array(days);
  for (let day = 0; day < days; day++) {
    const [from, to] = [starts[day] as number, starts[day + 1] as number];
    trend[day] = below((to - low) / width) - below((from - low) / width);
  }
  const places = OF_DAYS.map((part) => {
    const place = placeInCalendar(part, false);
    return Uint8Array.from(trend, (_, day) => place(first + day));
  });
  return { first, starts, trend, places };
}

/** The mass of a day of a bin, up to a factor. */
export type Weigher = (days: Days, day: number) => number;

/** What a day of a bin weighs: by its date, and by the part of it that lies in the bin. */
export function dayWeigher(
  weights: ReadonlyMap<CalendarPart, Float64Array>,
  time: TimeOfDay,
  seconds: boolean,
): Weigher {
  const parts = OF_DAYS.flatMap((part, at) => {
    const own = weights.get(part);
    return own === undefined ? [] : [{ own, at }];
  });
  return ({ first, starts, trend, places }, day) => {
    let weight = trend[day] as number;
    for (const { own, at } of parts) weight *= own[places[at]?.[day] as number] as number;
    if (!seconds) return weight;
    const [from, to] = [starts[day] as number, starts[day + 1] as number];
    if (to - from === DAY) return weight;
    const dawn = (first + day) * DAY;
    return (weight * (time.before(to - dawn) - time.before(from - dawn))) / (to - from);
  };
}

/** The mass before each day of a bin, and all of it. */
export function running(days: Days, weigh: Weigher): Float64Array {
  const before = new Float64Array(days.trend.length + 1);
  for (let day = 0; day < days.trend.length; day++) {
    before[day + 1] = (before[day] as number) + Math.max(weigh(days, day), Number.MIN_VALUE);
  }
  return before;
}

/** How a day lies in its hours, minutes and seconds; evenly where no weights are known. */
export function timeOf(weights: ReadonlyMap<CalendarPart, Float64Array>): TimeOfDay {
  const of = (part: CalendarPart) =>
    weights.get(part) ?? new Float64Array(sizeOfPart(part)).fill(1);
  return new TimeOfDay(of("hour"), of("minute"), of("second"));
}
