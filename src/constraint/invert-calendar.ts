import { civil, daysOf } from "../base/calendar.js";
import type { Spans } from "./spans.js";

const daySeconds = 86_400;
/** Above this many stretches a cell is drawn and tried instead. */
const most = 2000;
/** How far a stretch ends before the next moment, which a grid would else be forgiven. */
const shy = 1e-5;

interface Part {
  readonly least: number;
  readonly greatest: number;
  /** Seconds that one value lasts, and when it is the least one's turn; months and days of the month have none. */
  readonly slot?: number;
  readonly begin?: number;
}

const parts: Readonly<Record<string, Part>> = {
  quarter: { least: 1, greatest: 4 },
  month: { least: 1, greatest: 12 },
  day: { least: 1, greatest: 31 },
  // 1969-12-29 was a Monday.
  weekday: { least: 1, greatest: 7, slot: daySeconds, begin: -3 * daySeconds },
  hour: { least: 0, greatest: 23, slot: 3600, begin: 0 },
  minute: { least: 0, greatest: 59, slot: 60, begin: 0 },
  second: { least: 0, greatest: 59, slot: 1, begin: 0 },
};

/**
 * The moments of `first..last` (days, or with `seconds` seconds from 1970 on) whose part `name` lies within `low..high`.
 * Undefined: this says nothing about them, or needs too many stretches.
 */
export function calendarSpans(
  name: string,
  [low, high]: readonly [number, number],
  [first, last]: readonly [number, number],
  seconds: boolean,
): Spans | undefined {
  const part = parts[name];
  if (part === undefined || !Number.isFinite(first) || !Number.isFinite(last)) return undefined;
  const from = Math.max(part.least, Math.ceil(low - 1e-9));
  const to = Math.min(part.greatest, Math.floor(high + 1e-9));
  if (from > to) return [];
  if (from === part.least && to === part.greatest) return undefined;
  const { slot, begin = 0, least, greatest } = part;
  if (slot === undefined) return ofMonths(name, [from, to], [first, last], seconds);
  // A date has no time of day: each part of it is 0.
  if (!seconds && slot < daySeconds) return from === 0 ? undefined : [];
  const unit = seconds ? 1 : daySeconds;
  const period = (slot * (greatest - least + 1)) / unit;
  const start = begin / unit + ((from - least) * slot) / unit;
  const length = ((to - from + 1) * slot) / unit;
  const earliest = Math.floor((first - start) / period);
  const latest = Math.floor((last - start) / period);
  if (latest - earliest >= most) return undefined;
  return Array.from({ length: latest - earliest + 1 }, (_, at) => {
    const own = start + (earliest + at) * period;
    return [own, own + length - shy];
  }).flat();
}

/** Stretches of months, quarters, or days of the month. */
function ofMonths(
  name: string,
  [from, to]: readonly [number, number],
  [first, last]: readonly [number, number],
  seconds: boolean,
): Spans | undefined {
  const unit = seconds ? daySeconds : 1;
  const year = civil(Math.floor(first / unit)).year;
  const years = civil(Math.floor(last / unit)).year - year + 1;
  if (years * (name === "day" ? 12 : 1) > most) return undefined;
  const found: number[] = [];
  const add = (begin: number, end: number) => {
    if (begin < end) found.push(begin * unit, end * unit - shy);
  };
  for (let own = year; own < year + years; own++) {
    if (name !== "day") {
      const months = name === "quarter" ? 3 : 1;
      add(startOfMonth(own, (from - 1) * months), startOfMonth(own, to * months));
      continue;
    }
    for (let month = 0; month < 12; month++) {
      const begin = startOfMonth(own, month);
      const end = startOfMonth(own, month + 1);
      add(begin + from - 1, Math.min(end, begin + to));
    }
  }
  return found;
}

/** The first day of a month, 0 for January; 12 is January of the next year. */
function startOfMonth(year: number, month: number): number {
  return daysOf(year + Math.floor(month / 12), (month % 12) + 1, 1);
}
