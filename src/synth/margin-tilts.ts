import { lowerBound } from "../base/lower-bound.js";
import { nextUp } from "../constraint/grid.js";
import type { Allowed } from "../constraint/guide.js";
import { intersectSpans } from "../constraint/spans.js";

/** How readily a drawn value of a column stands, by its bin: so that rules leave the column its shares. */
export interface Tilt {
  /** Of a number column: the last value of each bin but the last, ascending. */
  readonly edges?: Float64Array;
  /** Weights by bin, or by code; the last one is that of a missing value. */
  readonly weights: Float64Array;
}

/** By position in the table; a column without one is drawn as the model has it. */
export type Tilts = ReadonlyMap<number, Tilt>;

/** A value that weighs less than others is drawn again at most so often. */
export const mostTiltTries = 32;

/** The bin of a value (NaN or −1: missing). */
export function binOf({ edges, weights }: Tilt, value: number): number {
  if (edges === undefined) return value < 0 ? weights.length - 1 : value;
  if (Number.isNaN(value)) return weights.length - 1;
  return lowerBound(edges, value);
}

/** The largest weight among the values that are allowed. */
export function topWeight(tilt: Tilt, allowed: Allowed | undefined): number {
  const { weights, edges } = tilt;
  const gap = weights.length - 1;
  let top = allowed?.missing === false ? 0 : (weights[gap] as number);
  const take = (first: number, last: number): void => {
    for (let bin = first; bin <= last; bin++) top = Math.max(top, weights[bin] as number);
  };
  if (edges === undefined) {
    for (let code = 0; code < gap; code++) {
      if (allowed?.codes === undefined || allowed.codes[code] === 1) take(code, code);
    }
    return top;
  }
  const spans = allowed?.intervals ?? [-Infinity, Infinity];
  for (let i = 0; i + 1 < spans.length; i += 2) {
    take(binOf(tilt, spans[i] as number), binOf(tilt, spans[i + 1] as number));
  }
  return top;
}

/** What is allowed (undefined: anything), in parts of one weight each. */
export function partsByWeight(
  { edges, weights }: Tilt,
  allowed: Allowed | undefined,
): ReadonlyMap<number, Allowed> {
  const gap = weights.length - 1;
  const parts = new Map<number, { missing: boolean; codes: Uint8Array; intervals: number[] }>();
  const partOf = (bin: number) => {
    const weight = weights[bin] as number;
    const part = parts.get(weight) ?? { missing: false, codes: new Uint8Array(gap), intervals: [] };
    parts.set(weight, part);
    return part;
  };
  if (allowed?.missing !== false) partOf(gap).missing = true;
  for (let bin = 0; bin < gap; bin++) {
    if (edges === undefined) {
      if (allowed?.codes === undefined || allowed.codes[bin] === 1) partOf(bin).codes[bin] = 1;
      continue;
    }
    const low = bin === 0 ? Number.NEGATIVE_INFINITY : nextUp(edges[bin - 1] as number);
    const own = [low, edges[bin] ?? Number.POSITIVE_INFINITY];
    const inside = intersectSpans(allowed?.intervals ?? own, own);
    if (inside.length > 0) partOf(bin).intervals.push(...inside);
  }
  return new Map(
    [...parts].map(([weight, { missing, codes, intervals }]) => [
      weight,
      edges === undefined ? { missing, codes } : { missing, intervals },
    ]),
  );
}

/**
 * By a value's weight, how readily it is taken by drawing from what is allowed until one stands, in proportion to its
 * probability under the model; of what is allowed, `whole` is the probability and `parts` are those of each weight. A model
 * that lends what it never saw some probability lends it to a part whose neighbours it did see, too: parts are
 * counted from the largest on, up to the whole.
 */
export function readinessOf(
  parts: readonly (readonly [number, number])[],
  whole: number,
  top: number,
): (weight: number) => number {
  let left = whole;
  let sum = 0;
  for (const [weight, mass] of parts.toSorted((a, b) => b[1] - a[1])) {
    const own = Math.min(mass, left);
    sum += weight * own;
    left -= own;
  }
  if (left === whole) return () => 1 / whole;
  sum *= whole / (whole - left);
  // The last one stands, whatever its weight.
  const never = Math.max(0, 1 - sum / (whole * top)) ** mostTiltTries;
  return (weight) => ((1 - never) * weight) / sum + never / whole;
}
