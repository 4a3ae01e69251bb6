import { ranks } from "../rank.js";

const Z = 1.959963984540054;

export interface Auc {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The chance that a positive row scores above a negative one, ties one half (Mann & Whitney 1947), with
 * Hanley & McNeil's interval (1982). NaN where a side is empty.
 */
export function aucOf(actual: ArrayLike<number>, scores: Float64Array): Auc {
  const rank = ranks(scores);
  let positives = 0;
  let sum = 0;
  for (let row = 0; row < scores.length; row++) {
    if (actual[row] !== 1) continue;
    positives++;
    sum += rank[row] as number;
  }
  const negatives = scores.length - positives;
  if (positives === 0 || negatives === 0) return { value: Number.NaN, low: 0, high: 1 };
  const value = (sum - (positives * (positives + 1)) / 2) / (positives * negatives);
  const q1 = value / (2 - value);
  const q2 = (2 * value * value) / (1 + value);
  const variance =
    (value * (1 - value) +
      (positives - 1) * (q1 - value * value) +
      (negatives - 1) * (q2 - value * value)) /
    (positives * negatives);
  const half = Z * Math.sqrt(Math.max(0, variance));
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}
