import { calendarParts } from "../base/calendar.js";
import type { Formula } from "../ir/formula.js";
import { roundTo } from "./functions.js";

/** All numbers from `low` to `high`, both included; either may be infinite. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export const everything: Interval = { low: -Infinity, high: Infinity };
const point = (value: number): Interval => ({ low: value, high: value });

/** What a column may be, by its formula. */
export type IntervalOf = (column: Extract<Formula, { op: "column" }>) => {
  readonly interval: Interval;
  /** A datetime counts seconds, a date days. */
  readonly seconds: boolean;
};

/** Products of ends, where 0 times without end is 0: an end that is never reached adds nothing. */
function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

function hull(values: readonly number[]): Interval {
  if (values.some(Number.isNaN)) return everything;
  return { low: Math.min(...values), high: Math.max(...values) };
}

function product(a: Interval, b: Interval): Interval {
  return hull([
    times(a.low, b.low),
    times(a.low, b.high),
    times(a.high, b.low),
    times(a.high, b.high),
  ]);
}

function quotient(a: Interval, b: Interval): Interval {
  if (b.low <= 0 && b.high >= 0) return everything;
  return product(a, { low: 1 / b.high, high: 1 / b.low });
}

function power(base: Interval, exponent: Interval): Interval {
  if (exponent.low !== exponent.high) return everything;
  const n = exponent.low;
  if (base.low >= 0 && n >= 0) return { low: base.low ** n, high: base.high ** n };
  if (!Number.isInteger(n) || n < 0) return everything;
  const ends = [base.low ** n, base.high ** n];
  return n % 2 === 1
    ? hull(ends)
    : hull([...ends, ...(base.low <= 0 && base.high >= 0 ? [0] : [])]);
}

const CYCLES: Readonly<Record<string, Interval>> = {
  quarter: { low: 1, high: 4 },
  month: { low: 1, high: 12 },
  day: { low: 1, high: 31 },
  weekday: { low: 1, high: 7 },
  hour: { low: 0, high: 23 },
  minute: { low: 0, high: 59 },
  second: { low: 0, high: 59 },
  sign: { low: -1, high: 1 },
  sin: { low: -1, high: 1 },
  cos: { low: -1, high: 1 },
  tanh: { low: -1, high: 1 },
};

const RISING: Readonly<Record<string, (value: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  exp: Math.exp,
  log: (value) => (value <= 0 ? -Infinity : Math.log(value)),
  log2: (value) => (value <= 0 ? -Infinity : Math.log2(value)),
  log10: (value) => (value <= 0 ? -Infinity : Math.log10(value)),
  sqrt: (value) => (value <= 0 ? 0 : Math.sqrt(value)),
};

/**
 * Bounds of the values that a number formula can take: natural interval extension (Moore 1966). Never
 * too narrow, possibly too wide where a column occurs more than once.
 */
export function intervalOf(formula: Formula, of: IntervalOf): Interval {
  switch (formula.op) {
    case "number":
      return point(formula.value);
    case "column":
      return of(formula).interval;
    case "neg": {
      const { low, high } = intervalOf(formula.arg, of);
      return { low: -high, high: -low };
    }
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "pow":
      return operation(formula.op, intervalOf(formula.left, of), intervalOf(formula.right, of));
    case "call":
      return callInterval(formula, of);
    default:
      return everything;
  }
}

function operation(op: "add" | "sub" | "mul" | "div" | "pow", a: Interval, b: Interval): Interval {
  switch (op) {
    case "add":
      return { low: a.low + b.low, high: a.high + b.high };
    case "sub":
      return { low: a.low - b.high, high: a.high - b.low };
    case "mul":
      return product(a, b);
    case "div":
      return quotient(a, b);
    case "pow":
      return power(a, b);
  }
}

function callInterval(formula: Extract<Formula, { op: "call" }>, of: IntervalOf): Interval {
  const args = formula.args.map((arg) => intervalOf(arg, of));
  const first = args[0] ?? everything;
  const { name } = formula;
  if (name === "min" || name === "max") {
    const pick = name === "min" ? Math.min : Math.max;
    return { low: pick(...args.map((a) => a.low)), high: pick(...args.map((a) => a.high)) };
  }
  if (name === "abs") {
    const ends = [Math.abs(first.low), Math.abs(first.high)];
    return {
      low: first.low <= 0 && first.high >= 0 ? 0 : Math.min(...ends),
      high: Math.max(...ends),
    };
  }
  if (name === "round") {
    const digits = args[1]?.low ?? 0;
    const end = (value: number): number =>
      Number.isFinite(value) ? roundTo(value, digits) : value;
    return { low: end(first.low), high: end(first.high) };
  }
  if (name === "year") return yearInterval(formula.args[0], first, of);
  const rising = RISING[name];
  if (rising !== undefined) return { low: rising(first.low), high: rising(first.high) };
  return CYCLES[name] ?? everything;
}

function yearInterval(arg: Formula | undefined, interval: Interval, of: IntervalOf): Interval {
  const seconds = arg?.op === "column" && of(arg).seconds;
  const year = calendarParts["year"];
  const end = (value: number): number =>
    Number.isFinite(value) && year !== undefined ? year(value, seconds) : value;
  return { low: end(interval.low), high: end(interval.high) };
}
