import type { Random } from "../base/random.js";
import { stream } from "../base/random.js";
import { compile, type Evaluate } from "../constraint/expression.js";
import type { Cells } from "../constraint/guide.js";
import type { Scope } from "../constraint/scope.js";
import type { CheckedRule } from "../ir/checked.js";
import type { Accept } from "./row-drawer.js";

type Expect = Extract<CheckedRule, { kind: "expect" }>;

/** One enforced expectation as the mean of a number per row, which is to lie in a range. */
interface Moment {
  readonly text: string;
  readonly at: Evaluate;
  readonly low: number;
  readonly high: number;
}

export interface Calibration {
  /** Accepts rows in proportion to their weights. */
  readonly accept: Accept;
  /** Share of proposals that are accepted. */
  readonly acceptance: number;
}

const mostTries = 60;
const mostSteps = 60;

/**
 * Make `expect … enforced` come true by exponential tilting: of all laws that meet the expectations, the
 * one of least relative entropy to the model (Csiszár 1975) weights a row by exp Σ λ f(row). The λ are
 * found by Newton's method on the pilot rows; rows are then accepted in proportion to their weights.
 * Means, shares, sums and counts per row, medians and quantiles can be calibrated. Undefined where
 * nothing needs it; the texts of those that can't be met are in `unmet`.
 */
export function calibrateExpect(
  rules: readonly CheckedRule[],
  scope: Scope,
  pilot: { readonly cells: Cells; readonly rows: number },
  request: { readonly rows: number; readonly seed: number | string; readonly name: string },
): { readonly calibration?: Calibration; readonly unmet: readonly string[] } {
  const unmet: string[] = [];
  const moments: Moment[] = [];
  for (const rule of rules) {
    if (rule.kind !== "expect" || !rule.enforced) continue;
    const found = momentsOf(rule, scope, request.rows);
    if (found === undefined) unmet.push(rule.text);
    else moments.push(...found);
  }
  if (moments.length === 0) return { unmet };
  const features = moments.map(({ at }) => {
    const values = new Float64Array(pilot.rows);
    for (let row = 0; row < pilot.rows; row++) values[row] = at(pilot.cells, row);
    return values;
  });
  const targets = moments.map((moment, i) =>
    targetOf(moment, features[i] as Float64Array, request.rows),
  );
  if (targets.every((target) => target === undefined)) return { unmet };
  const centered = features.map((values, i) => {
    const center = targets[i] ?? meanOf(values);
    return values.map((value) => (Number.isNaN(value) ? 0 : value - center));
  });
  const lambda = solve(
    centered,
    targets.map((target) => target !== undefined),
  );
  moments.forEach(({ text }, i) => {
    if (targets[i] === undefined) return;
    const spread = Math.sqrt(meanOf((centered[i] as Float64Array).map((value) => value * value)));
    if (Math.abs(tiltedMean(centered, lambda, i)) > 0.02 * spread) unmet.push(text);
  });
  const centers = targets.map((target, i) => target ?? meanOf(features[i] as Float64Array));
  const ceiling = weightsOf(centered, lambda).reduce((top, one) => Math.max(top, one), -Infinity);
  const random = stream(request.seed, request.name, "calibrate");
  const pulls = moments.map((moment, i) =>
    targets[i] === undefined ? 0 : pullOf(moment, centered[i] as Float64Array, request.rows),
  );
  const accept = tilt({ moments, centers, lambda, pulls, ceiling }, random);
  const weights = weightsOf(centered, lambda).map((one) => Math.exp(one - ceiling));
  return { calibration: { accept, acceptance: meanOf(weights) }, unmet };
}

interface Tilt {
  readonly moments: readonly Moment[];
  readonly centers: readonly number[];
  readonly lambda: readonly number[];
  /** How strongly what has gathered on one side is pulled back, per unit of both. */
  readonly pulls: readonly number[];
  /** The largest log weight. */
  readonly ceiling: number;
}

function tilt({ moments, centers, lambda, pulls, ceiling }: Tilt, random: Random): Accept {
  let refused = 0;
  let last = -1;
  const sums = moments.map(() => 0);
  const kept = moments.map(() => 0);
  return (cells, row) => {
    // A row that comes again was turned away by another test after this one.
    if (row === last) {
      kept.forEach((value, i) => {
        sums[i] = (sums[i] as number) - value;
      });
    }
    let weight = -ceiling;
    const apart = moments.map(({ at }, i) => {
      const value = at(cells, row) - (centers[i] as number);
      if (Number.isNaN(value)) return 0;
      weight += (lambda[i] as number) * value;
      weight -= Math.max(0, (pulls[i] as number) * (sums[i] as number) * value);
      return value;
    });
    const stands = refused >= mostTries || Math.log(random.uniform()) < weight;
    last = stands ? row : -1;
    refused = stands ? 0 : refused + 1;
    if (!stands) return false;
    apart.forEach((value, i) => {
      kept[i] = value;
      sums[i] = (sums[i] as number) + value;
    });
    return true;
  };
}

/**
 * Where a range is narrower than chance (six standard errors), rows that carry a mean farther off are
 * turned away the more the farther off it is, as in balanced sampling (Deville & Tillé 2004): the sum's
 * standard deviation then stays near a third of the range's half, however many rows there are.
 */
function pullOf(moment: Moment, centered: Float64Array, rows: number): number {
  const variance = meanOf(centered.map((value) => value * value));
  const half = (rows * (moment.high - moment.low)) / 2;
  if (isOpen(moment.low) || isOpen(moment.high) || variance === 0) return 0;
  if (half >= 3 * Math.sqrt(variance * rows)) return 0;
  return 9 / Math.max(half, Math.sqrt(variance)) ** 2;
}

/** A bound that a spec leaves open. */
function isOpen(bound: number): boolean {
  return Math.abs(bound) >= Number.MAX_SAFE_INTEGER;
}

/** Numbers per row whose means the expectation speaks of; undefined for statistics that have none. */
function momentsOf(rule: Expect, scope: Scope, rows: number): Moment[] | undefined {
  const { name, args } = rule.statistic;
  const [first, second] = args.map((arg) => compile(arg, scope).at);
  if (first === undefined) return undefined;
  const { text, low, high } = rule;
  switch (name) {
    case "mean":
    case "share":
      return [{ text, at: first, low, high }];
    case "sum":
    case "count":
      return [{ text, at: first, low: low / rows, high: high / rows }];
    case "median":
    case "quantile": {
      const p = name === "median" ? 0.5 : (second?.([], 0) ?? 0.5);
      // The p-quantile is at least `low` when no more than p lies below, at most `high` when p lies up to it.
      const below = step(first, (value) => value < low);
      const upTo = step(first, (value) => value <= high);
      return [
        ...(isOpen(low) ? [] : [{ text, at: below, low: -1, high: p }]),
        ...(isOpen(high) ? [] : [{ text, at: upTo, low: p, high: 2 }]),
      ];
    }
    default:
      return undefined;
  }
}

function step(at: Evaluate, test: (value: number) => boolean): Evaluate {
  return (cells, row) => {
    const value = at(cells, row);
    return Number.isNaN(value) ? value : test(value) ? 1 : 0;
  };
}

/** Where in its range the mean is to be moved; undefined where it lies well inside already. */
function targetOf(moment: Moment, values: Float64Array, rows: number): number | undefined {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = meanOf(known);
  const sd = Math.sqrt(meanOf(known.map((value) => (value - mean) ** 2)));
  const { low, high } = moment;
  // Three standard errors of the rows to come, so that chance does not carry the mean out again.
  const margin = Math.min((3 * sd) / Math.sqrt(rows), (high - low) / 2);
  if (mean >= low + margin && mean <= high - margin) return undefined;
  return mean < low + margin ? low + margin : high - margin;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  let n = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    n++;
  }
  return sum / n;
}

function weightsOf(centered: readonly Float64Array[], lambda: readonly number[]): Float64Array {
  const weights = new Float64Array(centered[0]?.length ?? 0);
  centered.forEach((values, i) => {
    for (let row = 0; row < weights.length; row++) {
      weights[row] = (weights[row] as number) + (lambda[i] as number) * (values[row] as number);
    }
  });
  return weights;
}

function tiltedMean(
  centered: readonly Float64Array[],
  lambda: readonly number[],
  at: number,
): number {
  const logs = weightsOf(centered, lambda);
  const top = logs.reduce((most, one) => Math.max(most, one), -Infinity);
  let sum = 0;
  let total = 0;
  logs.forEach((one, row) => {
    const weight = Math.exp(one - top);
    sum += weight * (centered[at]?.[row] as number);
    total += weight;
  });
  return sum / total;
}

/** Coordinate-wise Newton on the convex dual log Σ exp(λ·f), with the active features only. */
function solve(centered: readonly Float64Array[], active: readonly boolean[]): number[] {
  const lambda = centered.map(() => 0);
  for (let step = 0; step < mostSteps; step++) {
    let moved = 0;
    centered.forEach((values, i) => {
      if (active[i] !== true) return;
      const spread = Math.sqrt(meanOf(values.map((value) => value * value)));
      if (spread === 0) return;
      const logs = weightsOf(centered, lambda);
      const top = logs.reduce((most, one) => Math.max(most, one), -Infinity);
      let [total, sum, squares] = [0, 0, 0];
      logs.forEach((one, row) => {
        const weight = Math.exp(one - top);
        const value = values[row] as number;
        total += weight;
        sum += weight * value;
        squares += weight * value * value;
      });
      const mean = sum / total;
      const variance = squares / total - mean * mean;
      const change = variance > 1e-12 * spread * spread ? -mean / variance : 0;
      const capped = Math.max(-2 / spread, Math.min(2 / spread, change));
      lambda[i] = (lambda[i] as number) + capped;
      moved = Math.max(moved, Math.abs(capped) * spread);
    });
    if (moved < 1e-9) break;
  }
  return lambda;
}
