import type { Statistic } from "../ir/checked.js";
import { compile, type Evaluate } from "./expression.js";
import type { Cells } from "./guide.js";
import type { Scope } from "./scope.js";

/** A statistic of many rows, with the interval that sampling noise leaves around it. */
export interface Measured {
  readonly value: number;
  /** 95 % interval for the value in the law the rows come from; equal to the value where none is known. */
  readonly low: number;
  readonly high: number;
  /** Rows that count: those with no missing operand. */
  readonly rows: number;
}

const z = 1.959963984540054;

/**
 * Measure a statistic of `expect` over rows `0..rows`: mean, median, sd, sum, min, max, quantile, share,
 * count, correlation. Rows with a missing operand are left out; NaN where none is left. Intervals: normal
 * for means and sums, Wilson for shares, binomial ranks for quantiles, Fisher's z for correlations,
 * normal by the fourth moment for standard deviations.
 */
export function measureStatistic(
  statistic: Statistic,
  scope: Scope,
  cells: Cells,
  rows: number,
): Measured {
  const parts = statistic.args.map((arg) => compile(arg, scope).at);
  const first = parts[0] ?? (() => 1);
  if (statistic.name === "correlation") {
    return correlation(first, parts[1] ?? first, cells, rows);
  }
  const values = collect(first, cells, rows);
  const n = values.length;
  switch (statistic.name) {
    case "mean":
      return mean(values);
    case "sum":
      return scaled(mean(values), n);
    case "sd":
      return deviation(values);
    case "share":
      return wilson(values);
    case "count":
      return scaled(wilson(values), n);
    case "median":
      return quantile(values, 0.5);
    case "quantile":
      return quantile(values, parts[1]?.(cells, 0) ?? 0.5);
    default:
      return extreme(values, statistic.name === "min");
  }
}

function collect(at: Evaluate, cells: Cells, rows: number): Float64Array {
  const values = new Float64Array(rows);
  let n = 0;
  for (let row = 0; row < rows; row++) {
    const value = at(cells, row);
    if (!Number.isNaN(value)) values[n++] = value;
  }
  return values.subarray(0, n);
}

function moments(values: Float64Array): { mean: number; variance: number; fourth: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const center = sum / values.length;
  let square = 0;
  let fourth = 0;
  for (const value of values) {
    const d = (value - center) ** 2;
    square += d;
    fourth += d * d;
  }
  const { length: n } = values;
  return { mean: center, variance: square / Math.max(1, n - 1), fourth: fourth / n };
}

function around(value: number, error: number, rows: number): Measured {
  return { value, low: value - z * error, high: value + z * error, rows };
}

function mean(values: Float64Array): Measured {
  const found = moments(values);
  return around(found.mean, Math.sqrt(found.variance / values.length), values.length);
}

function scaled(measured: Measured, by: number): Measured {
  const { value, low, high, rows } = measured;
  return { value: value * by, low: low * by, high: high * by, rows };
}

function deviation(values: Float64Array): Measured {
  const { variance, fourth } = moments(values);
  const sd = Math.sqrt(variance);
  const spread = Math.sqrt(Math.max(0, fourth - variance * variance) / values.length);
  return around(sd, sd === 0 ? 0 : spread / (2 * sd), values.length);
}

function wilson(values: Float64Array): Measured {
  const n = values.length;
  let hits = 0;
  for (const value of values) if (value !== 0) hits++;
  const share = hits / n;
  const spread = 1 + (z * z) / n;
  const middle = (share + (z * z) / (2 * n)) / spread;
  const half = (z / spread) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return {
    value: share,
    low: Math.max(0, middle - half),
    high: Math.min(1, middle + half),
    rows: n,
  };
}

/** Linear between order statistics (type 7 of Hyndman & Fan 1996); the interval from binomial ranks. */
function quantile(values: Float64Array, p: number): Measured {
  const sorted = values.slice().sort();
  const n = sorted.length;
  const at = (place: number): number => {
    const inside = Math.min(Math.max(place, 0), n - 1);
    const below = Math.floor(inside);
    const low = sorted[below] ?? Number.NaN;
    const high = sorted[Math.min(below + 1, n - 1)] ?? Number.NaN;
    return low + (inside - below) * (high - low);
  };
  const half = z * Math.sqrt(n * p * (1 - p));
  const place = p * (n - 1);
  return {
    value: at(place),
    low: at(Math.floor(place - half)),
    high: at(Math.ceil(place + half)),
    rows: n,
  };
}

function extreme(values: Float64Array, least: boolean): Measured {
  let found = Number.NaN;
  for (const value of values) {
    if (Number.isNaN(found) || (least ? value < found : value > found)) found = value;
  }
  return { value: found, low: found, high: found, rows: values.length };
}

function correlation(x: Evaluate, y: Evaluate, cells: Cells, rows: number): Measured {
  let n = 0;
  let [mx, my, xx, yy, xy] = [0, 0, 0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const a = x(cells, row);
    const b = y(cells, row);
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    n++;
    const [dx, dy] = [a - mx, b - my];
    mx += dx / n;
    my += dy / n;
    xx += dx * (a - mx);
    yy += dy * (b - my);
    xy += dx * (b - my);
  }
  const value = xy / Math.sqrt(xx * yy);
  const half = n > 3 ? z / Math.sqrt(n - 3) : Infinity;
  const score = Math.atanh(value);
  return { value, low: Math.tanh(score - half), high: Math.tanh(score + half), rows: n };
}
