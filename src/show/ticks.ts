import { groupedTo } from "../base/grouped.js";

/** Where an axis is marked and what is written there. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

const DAY = 86_400;

/** Round places inside `low..high`, about `count` of them: multiples of 1, 2, 2.5 or 5 times a power of ten. */
export function numberTicks(low: number, high: number, count = 5): readonly Tick[] {
  if (!(high > low)) return [{ value: low, label: compact(low) }];
  const step = roundStep((high - low) / count);
  // Of steps of 25 or 2.5 the last digit is half a step's.
  const digit = isWhole(step / 10 ** Math.floor(Math.log10(step) + 1e-9)) ? step : step / 5;
  const ticks: Tick[] = [];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  for (let i = first; i <= last; i++) {
    const value = i * step;
    ticks.push({ value, label: compact(value, digit) });
  }
  return ticks;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-9;
}

/** The smallest of 1, 2, 2.5, 5 × 10ⁿ that is not below `width`. */
function roundStep(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  const times = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= width * (1 - 1e-9)) ?? 10;
  return times * power;
}

/** `1,200`, `1.2M`, `0.05`: as short as the step between neighbours allows. */
export function compact(value: number, step = Math.abs(value) / 100): string {
  const size = Math.max(Math.abs(value), step);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(1);
  const [unit, mark] =
    size >= 1e9 ? [1e9, "B"] : size >= 1e6 ? [1e6, "M"] : size >= 1e5 ? [1e3, "k"] : [1, ""];
  const fine = step / (unit as number);
  const digits = fine === 0 ? 0 : Math.max(0, Math.min(6, Math.ceil(-Math.log10(fine) - 1e-9)));
  const most = digits === 0 && fine % 1 !== 0 ? 1 : digits;
  const rounded = groupedTo(value / (unit as number), most);
  return `${rounded === "-0" ? "0" : rounded}${mark}`;
}

/** Shares as percent, with as many digits as are worth reading. */
export function percent(share: number, digits = Math.abs(share) < 0.1 ? 1 : 0): string {
  return `${(share * 100).toFixed(digits)}%`;
}

type Calendar = "year" | "month" | "day" | "hour" | "minute";

const STEPS: readonly (readonly [Calendar, number, number])[] = [
  ["minute", 1, 60],
  ["minute", 5, 300],
  ["minute", 15, 900],
  ["hour", 1, 3600],
  ["hour", 3, 3 * 3600],
  ["hour", 6, 6 * 3600],
  ["day", 1, DAY],
  ["day", 2, 2 * DAY],
  ["day", 7, 7 * DAY],
  ["day", 14, 14 * DAY],
  ["month", 1, 30.4 * DAY],
  ["month", 3, 91 * DAY],
  ["month", 6, 182 * DAY],
  ["year", 1, 365.25 * DAY],
  ["year", 2, 2 * 365.25 * DAY],
  ["year", 5, 5 * 365.25 * DAY],
  ["year", 10, 10 * 365.25 * DAY],
  ["year", 20, 20 * 365.25 * DAY],
  ["year", 50, 50 * 365.25 * DAY],
  ["year", 100, 100 * 365.25 * DAY],
];

/** Marks on calendar boundaries between two moments in seconds since 1970 (UTC). */
export function dateTicks(low: number, high: number, count = 5): readonly Tick[] {
  const wanted = (high - low) / count;
  const [unit, times] = STEPS.find(([, , seconds]) => seconds >= wanted) ?? ["year", 200, 0];
  const ticks: Tick[] = [];
  let moment = floorTo(new Date(low * 1000), unit, times);
  for (let i = 0; i < 60; i++) {
    const value = moment.getTime() / 1000;
    if (value > high) break;
    if (value >= low) ticks.push({ value, label: dateLabel(moment, unit) });
    moment = forward(moment, unit, times);
  }
  return ticks;
}

function floorTo(date: Date, unit: Calendar, times: number): Date {
  const year = date.getUTCFullYear();
  switch (unit) {
    case "year":
      return new Date(Date.UTC(Math.floor(year / times) * times, 0));
    case "month":
      return new Date(Date.UTC(year, Math.floor(date.getUTCMonth() / times) * times));
    case "day": {
      const width = times * DAY * 1000;
      return new Date(Math.floor(date.getTime() / width) * width);
    }
    case "hour":
    case "minute": {
      const width = times * (unit === "hour" ? 3600 : 60) * 1000;
      return new Date(Math.floor(date.getTime() / width) * width);
    }
  }
}

function forward(date: Date, unit: Calendar, times: number): Date {
  if (unit === "year") return new Date(Date.UTC(date.getUTCFullYear() + times, 0));
  if (unit === "month")
    return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + times));
  const seconds = unit === "day" ? DAY : unit === "hour" ? 3600 : 60;
  return new Date(date.getTime() + times * seconds * 1000);
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function dateLabel(date: Date, unit: Calendar): string {
  const iso = date.toISOString();
  const month = MONTHS[date.getUTCMonth()] as string;
  if (unit === "year") return String(date.getUTCFullYear());
  if (unit === "month") return `${month} ${date.getUTCFullYear()}`;
  if (unit === "day") return `${date.getUTCDate()} ${month}`;
  return date.getUTCHours() === 0 && date.getUTCMinutes() === 0
    ? `${date.getUTCDate()} ${month}`
    : iso.slice(11, 16);
}

/** `2024-06-01` of days, `2024-06-01 12:00` of seconds since 1970. */
export function isoOf(value: number, scale: "date" | "datetime"): string {
  const seconds = scale === "date" ? value * DAY : value;
  const iso = new Date(seconds * 1000).toISOString();
  return scale === "date" ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}
