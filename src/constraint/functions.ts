import { calendarParts } from "../base/calendar.js";
import { snap } from "./grid.js";

/** What an expression counts in, where that matters: days, seconds, or plain numbers. */
export type Scale = "days" | "seconds" | "plain";

/** Not-a-number for anything that is no number: 1/0, the root or logarithm of what has none. */
export function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Round half away from zero, as people do; `digits` after the point. */
export function roundTo(value: number, digits = 0): number {
  if (digits === 0) return Math.sign(value) * Math.round(Math.abs(value));
  const factor = 10 ** digits;
  const scaled = Math.sign(value) * Math.round(Number((Math.abs(value) * factor).toPrecision(15)));
  return digits > 0 ? scaled / factor : Math.round(scaled / factor);
}

/** Functions of one number, by name. */
export const unary: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  sqrt: (value) => finite(Math.sqrt(value)),
  exp: (value) => finite(Math.exp(value)),
  log: (value) => finite(Math.log(value)),
  log10: (value) => finite(Math.log10(value)),
  log2: (value) => finite(Math.log2(value)),
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
};

/** Functions whose value is a whole number whatever their argument. */
export const wholeValued = new Set([
  "floor",
  "ceil",
  "sign",
  "year",
  "quarter",
  "month",
  "day",
  "weekday",
  "hour",
  "minute",
  "second",
]);

/** Apply a function to evaluated arguments; unknown names give NaN (check has refused them). */
export function apply(name: string, args: readonly number[], scale: Scale): number {
  const first = args[0] ?? Number.NaN;
  for (const arg of args) if (Number.isNaN(arg)) return Number.NaN;
  if (name === "min") return Math.min(...args);
  if (name === "max") return Math.max(...args);
  if (name === "round") return roundTo(first, args[1] ?? 0);
  if (name === "snap") return snap(first, args[1]);
  if (name === "mod") {
    const by = args[1] as number;
    return finite(first - by * Math.floor(first / by));
  }
  const part = calendarParts[name];
  if (part !== undefined) return part(first, scale === "seconds");
  const single = unary[name];
  return single === undefined ? Number.NaN : single(first);
}
