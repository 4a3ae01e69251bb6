import type { ColumnType } from "./column-type.js";

const decimal = /^[+-]?(\d[\d_]*)?(\.\d*)?(e[+-]?\d+)?$/i;
const isoDate = /^(-?\d{4,6})[-/](\d{1,2})[-/](\d{1,2})$/;
const isoDatetime =
  /^(-?\d{4,6})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/;
const clock = /^(-)?(?:(\d+) days? )?(\d+):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/;

/** A decimal number as people and programs write it, or NaN. */
export function parseNumber(text: string): number {
  if (!decimal.test(text) || !/\d/.test(text)) return Number.NaN;
  const value = Number(text.replaceAll("_", ""));
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Whole days since 1970-01-01 of a date, checked against the calendar; NaN for anything else. */
export function parseDate(text: string): number {
  const parts = isoDate.exec(text);
  if (parts !== null) return daysOf(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  const seconds = parseDatetime(text);
  return Number.isNaN(seconds) ? Number.NaN : Math.floor(seconds / 86_400);
}

/** Whole seconds since 1970-01-01 UTC; an offset is applied, fractions are cut; NaN for anything else. */
export function parseDatetime(text: string): number {
  const parts = isoDatetime.exec(text);
  if (parts === null) return Number.NaN;
  const days = daysOf(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  const hour = Number(parts[4] ?? 0);
  const minute = Number(parts[5] ?? 0);
  const second = Number(parts[6] ?? 0);
  if (hour > 24 || minute > 59 || second > 59) return Number.NaN;
  return days * 86_400 + hour * 3_600 + minute * 60 + second - offsetSeconds(parts[7]);
}

/** Seconds of a duration: a number, or `[d days] h:mm[:ss]`; NaN for anything else. */
function parseDuration(text: string): number {
  const parts = clock.exec(text);
  if (parts === null) return parseNumber(text);
  const seconds =
    Number(parts[2] ?? 0) * 86_400 +
    Number(parts[3]) * 3_600 +
    Number(parts[4]) * 60 +
    Number(parts[5] ?? 0);
  return parts[1] === undefined ? seconds : -seconds;
}

/** The number that a text means under a numeric type, in the scale of `ColumnType`; NaN if none. */
export function parseAs(kind: ColumnType["kind"], text: string): number {
  const trimmed = text.trim();
  switch (kind) {
    case "date":
      return parseDate(trimmed);
    case "datetime":
      return parseDatetime(trimmed);
    case "duration":
      return parseDuration(trimmed);
    default:
      return parseNumber(trimmed);
  }
}

/** 0, 1, or −1 where the text is no truth value. */
export function parseBool(text: string): number {
  switch (text.trim().toLowerCase()) {
    case "true":
    case "t":
    case "yes":
    case "y":
    case "1":
    case "1.0":
      return 1;
    case "false":
    case "f":
    case "no":
    case "n":
    case "0":
    case "0.0":
      return 0;
    default:
      return -1;
  }
}

/** Days since 1970-01-01, proleptic Gregorian; NaN where the calendar has no such day. */
function daysOf(year: number, month: number, day: number): number {
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  const exists = moment.getUTCMonth() === month - 1 && moment.getUTCDate() === day;
  return exists ? Math.round(moment.getTime() / 86_400_000) : Number.NaN;
}

function offsetSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const digits = zone.slice(1).replace(":", "");
  const seconds = Number(digits.slice(0, 2)) * 3_600 + Number(digits.slice(2)) * 60;
  return zone.startsWith("-") ? -seconds : seconds;
}
