import { formatDate } from "../../table/format-value.js";
import { parseDate } from "../../table/parse-value.js";
import { anyOf, type Gbnf, literal } from "./gbnf.js";

const DAY = 86_400;

/** Days of some intervals as `YYYY-MM-DD`: the calendar's own, so no 30 February. */
export function dateGrammar(grammar: Gbnf, spans: readonly number[]): string {
  const bodies: string[] = [];
  for (let i = 0; i < spans.length; i += 2) {
    bodies.push(...daysBetween(grammar, spans[i] as number, spans[i + 1] as number));
  }
  return anyOf(bodies);
}

/**
 * Moments as `YYYY-MM-DDThh:mm:ss`. Within the first and last day of an interval any time is let through
 * (the answer is judged afterwards).
 */
export function datetimeGrammar(grammar: Gbnf, spans: readonly number[]): string {
  const days = spans.map((second) => Math.floor(second / DAY));
  const hour = grammar.rule('"0" [0-9] | "1" [0-9] | "2" [0-3]', "hour");
  const sixty = grammar.rule("[0-5] [0-9]", "sixty");
  return `${dateGrammar(grammar, days)} "T" ${hour} ":" ${sixty} ":" ${sixty}`;
}

/** Whole years share their days; the months before the first and after the last are told apart. */
function daysBetween(grammar: Gbnf, low: number, high: number): readonly string[] {
  const [from, to] = [partsOf(low), partsOf(high)];
  if (from.year === to.year) return yearPart(grammar, from.year, low, high);
  const bodies = yearPart(grammar, from.year, low, dayOf(from.year, 12, 31));
  const years: { readonly leap: string[]; readonly common: string[] } = { leap: [], common: [] };
  for (let year = from.year + 1; year < to.year; year++) {
    (isLeap(year) ? years.leap : years.common).push(literal(yearText(year)));
  }
  const leap = monthsOf(grammar, true);
  if (years.leap.length > 0) bodies.push(`${grammar.rule(anyOf(years.leap), "year")} ${leap}`);
  if (years.common.length > 0) {
    bodies.push(`${grammar.rule(anyOf(years.common), "year")} ${monthsOf(grammar, false)}`);
  }
  return [...bodies, ...yearPart(grammar, to.year, dayOf(to.year, 1, 1), high)];
}

/** Days of one year: whole months together, what is left of the first and the last day by day. */
function yearPart(grammar: Gbnf, year: number, low: number, high: number): string[] {
  const bodies: string[] = [];
  for (let month = 1; month <= 12; month++) {
    const first = Math.max(low, dayOf(year, month, 1));
    const last = Math.min(high, dayOf(year, month, lengthOf(year, month)));
    if (first > last) continue;
    const start = literal(`-${two(month)}-`);
    bodies.push(`${start} ${daysOfMonth(grammar, partsOf(first).day, partsOf(last).day)}`);
  }
  return bodies.length === 0 ? [] : [`${literal(yearText(year))} ${anyOf(bodies)}`];
}

function monthsOf(grammar: Gbnf, leap: boolean): string {
  const year = leap ? 2000 : 2001;
  const bodies = Array.from(
    { length: 12 },
    (_, i) => `${literal(`-${two(i + 1)}-`)} ${daysOfMonth(grammar, 1, lengthOf(year, i + 1))}`,
  );
  return grammar.rule(bodies.join(" | "), "months");
}

function daysOfMonth(grammar: Gbnf, from: number, to: number): string {
  const days = Array.from({ length: to - from + 1 }, (_, i) => literal(two(from + i)));
  return days.length === 1 ? (days[0] as string) : grammar.rule(days.join(" | "), "day");
}

const two = (value: number): string => String(value).padStart(2, "0");
const yearText = (year: number): string => formatDate(dayOf(year, 1, 1)).slice(0, -6);
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const lengthOf = (year: number, month: number): number =>
  new Date(Date.UTC(isLeap(year) ? 2000 : 2001, month, 0)).getUTCDate();

function dayOf(year: number, month: number, day: number): number {
  return parseDate(`${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`);
}

function partsOf(days: number): { year: number; month: number; day: number } {
  const moment = new Date(days * DAY * 1000);
  return {
    year: moment.getUTCFullYear(),
    month: moment.getUTCMonth() + 1,
    day: moment.getUTCDate(),
  };
}
