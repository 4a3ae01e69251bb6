import type { Random } from "../base/random.js";

/** How many rows of a table belong to one row of its parent: a weight for each number from `min` on. */
export interface PrivateCounts {
  readonly ref: string;
  readonly min: number;
  readonly weights: readonly number[];
}

/** A number of children, drawn by its weight. */
export function drawCount({ min, weights }: PrivateCounts, random: Random): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = random.uniform() * total;
  for (const [number, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return min + number;
  }
  return min + weights.length - 1;
}
