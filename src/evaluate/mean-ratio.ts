import type { BinnedColumn } from "./binned.js";
import { Z } from "./privacy/intervals.js";
import { rowInfluence } from "./row-influence.js";
import type { UtilityRatio } from "./utility-ratio.js";

/** Two columns as bins of real and generated rows, with the pMSE ratio of their joint counts. */
export interface RatioPair {
  readonly left: BinnedColumn;
  readonly right: BinnedColumn;
  readonly ratio: UtilityRatio;
  /** Real and generated. */
  readonly counts: readonly [Float64Array, Float64Array];
}

const SIDES = ["real", "synthetic"] as const;

/**
 * The mean ratio of pairs of columns of the same rows, at least one pair, with a 95 % interval for what it is on
 * average over samples of these sizes. A sum of squares varies by about the same at any size on the scale of its
 * root, so the delta method is applied there; the variance is that of all pairs at once (row-influence.ts). Where
 * nothing differs, as in a copy, the root of each ratio varies by one over the root of its degrees of freedom.
 */
export function meanRatio(pairs: readonly RatioPair[]): {
  readonly value: number;
  readonly low: number;
  readonly high: number;
} {
  const first = (pairs[0] as RatioPair).left;
  const moved = SIDES.map((side) => rowInfluence(first[side].length));
  for (const { left, right, ratio, counts } of pairs) {
    const columns = right.bins.labels.length;
    const by = derivatives(...counts, ratio.freedom);
    SIDES.forEach((side, at) => {
      const [a, b] = [left[side], right[side]];
      const cellOf = (row: number) => (a[row] as number) * columns + (b[row] as number);
      moved[at]?.add(cellOf, by[at] as Float64Array);
    });
  }
  const mean = (of: (ratio: UtilityRatio) => number) =>
    pairs.reduce((sum, { ratio }) => sum + of(ratio), 0) / pairs.length;
  const value = mean((ratio) => ratio.value);
  const root = Math.sqrt(value);
  const spread =
    Math.sqrt(moved.reduce((sum, of) => sum + of.variance(), 0)) / pairs.length / (2 * root);
  const half = Z * (root > 0 ? spread : mean(({ freedom }) => 1 / Math.sqrt(freedom)));
  return { value, low: Math.max(0, root - half) ** 2, high: (root + half) ** 2 };
}

/** How a ratio moves with the share of each cell among the real and among the generated rows. */
function derivatives(real: Float64Array, made: Float64Array, freedom: number) {
  const [n, m] = [real, made].map((counts) => counts.reduce((sum, count) => sum + count)) as [
    number,
    number,
  ];
  const [share, odds] = [m / (n + m), m / n];
  const moved = [new Float64Array(real.length), new Float64Array(real.length)] as const;
  for (let cell = 0; cell < real.length; cell++) {
    const both = (real[cell] as number) + (made[cell] as number);
    if (both === 0) continue;
    const apart = ((made[cell] as number) - odds * (real[cell] as number)) / both;
    moved[0][cell] = (n * apart * (-2 * odds - apart)) / (share * freedom);
    moved[1][cell] = (m * apart * (2 - apart)) / (share * freedom);
  }
  return moved;
}
