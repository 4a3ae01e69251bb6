import { numberText } from "../ir/sketch.js";
import { formatDate } from "../table/format-value.js";
import type { NumberColumn } from "../table/table.js";

const niceSteps = [1000, 500, 250, 100, 50, 25, 20, 10, 5];

/** The worded range of numbers, rounded outwards to what a person would write, and its step. */
export function numberRange(
  { values, type }: NumberColumn,
  options: { readonly unit?: string | undefined },
): { readonly range: string; readonly step?: number; readonly note?: string } {
  const [min, max] = extremes(values);
  const step = type.kind === "int" ? wholeStep(values) : decimalStep(values);
  const [low, high] = rounded(min, max, type.kind === "int" ? (step ?? 1) : step, options.unit);
  const range = `${numberText(low)}..${numberText(high)}`;
  const exact = low === min && high === max;
  return {
    range,
    ...(step === undefined ? {} : { step }),
    ...(exact ? {} : { note: "the range is rounded outwards" }),
  };
}

function extremes(values: Float64Array): readonly [number, number] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min > max ? [0, 0] : [min, max];
}

/** 10 where all whole numbers are tens; undefined for 1. */
function wholeStep(values: Float64Array): number | undefined {
  let divisor = 0;
  const seen = new Set<number>();
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (seen.size < 8) seen.add(value);
    divisor = greatestDivisor(divisor, Math.abs(value));
    if (divisor === 1) return undefined;
  }
  return seen.size < 8 ? undefined : niceSteps.find((step) => divisor % step === 0);
}

function greatestDivisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

/** 0.01 where no number has more than two decimals; undefined beyond four. */
function decimalStep(values: Float64Array): number | undefined {
  for (let decimals = 0; decimals <= 4; decimals++) {
    const scale = 10 ** decimals;
    const fits = values.every((value) => {
      if (Number.isNaN(value)) return true;
      const scaled = value * scale;
      return Math.abs(scaled - Math.round(scaled)) <= 1e-9 * Math.abs(scaled);
    });
    if (fits) return decimals === 0 ? 1 : 1 / scale;
  }
  return undefined;
}

/** Whole numbers that lie close together stay; other ends move outwards to two digits of the span. */
function rounded(
  min: number,
  max: number,
  step: number | undefined,
  unit: string | undefined,
): readonly [number, number] {
  const span = max - min;
  const close = step !== undefined && step >= 1 && span <= 200;
  if (close || span === 0) return [min, max];
  if (min >= 0 && max <= 1 && span > 0.5) return [0, 1];
  if (unit === "%" && min >= 0 && max <= 100) return [0, 100];
  const coarse = 10 ** (Math.floor(Math.log10(span)) - 1);
  const grid = step === undefined ? coarse : gridOf(coarse, step);
  const exact = (value: number): number => Number(value.toPrecision(12));
  return [exact(Math.floor(exact(min / grid)) * grid), exact(Math.ceil(exact(max / grid)) * grid)];
}

/** The coarse unit where it is made of whole steps, else the step. */
function gridOf(coarse: number, step: number): number {
  const parts = coarse / step;
  return parts >= 1 && Math.abs(parts - Math.round(parts)) < 1e-9 ? coarse : step;
}

const day = 86_400;

/** Dates: from the first of a month to the last of one, where they span more than a quarter. */
export function dateRange({ values }: NumberColumn): { readonly type: string; note?: string } {
  const [min, max] = extremes(values);
  return dates("date", min, max);
}

/** Moments, from the first day to the last. */
export function datetimeRange({ values }: NumberColumn): { readonly type: string; note?: string } {
  const [min, max] = extremes(values);
  return dates("datetime", Math.floor(min / day), Math.floor(max / day));
}

function dates(word: string, min: number, max: number): { readonly type: string; note?: string } {
  if (max - min <= 92) return { type: `${word} ${formatDate(min)}..${formatDate(max)}` };
  const low = new Date(min * day * 1_000);
  low.setUTCDate(1);
  const high = new Date(max * day * 1_000);
  high.setUTCDate(1);
  high.setUTCMonth(high.getUTCMonth() + 1);
  const days = (date: Date): number => Math.round(date.getTime() / (day * 1_000));
  return {
    type: `${word} ${formatDate(days(low))}..${formatDate(days(high) - 1)}`,
    note: "whole months around what occurs",
  };
}
