import type { Target } from "./terms.js";

/** Noisy counts of one attribute with the precision of each. */
type Counts = Pick<Target, "counts" | "weights">;

/** The least expected rows of a code: nothing is held impossible that was not declared so. */
const LEAST = 0.01;
/** Longer orders are not smoothed: the search is quadratic. */
const LONGEST = 2000;

/**
 * The shares of one attribute's codes that fit its noisy counts best: the nearest point, in noise
 * units, of those that are nowhere negative and sum to `total` (for even noise the projection on the
 * simplex, Wang & Carreira-Perpiñán 2013), found by bisection.
 */
export function sharesOf({ counts, weights }: Counts, total: number): Float64Array {
  const sumAt = (shift: number): number => {
    let sum = 0;
    for (let i = 0; i < counts.length; i++) {
      sum += Math.max(0, (counts[i] as number) - shift / (weights[i] as number));
    }
    return sum;
  };
  let [low, high] = bracket(counts, weights, total);
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (sumAt(middle) > total) low = middle;
    else high = middle;
  }
  const shares = counts.map((count, i) => Math.max(LEAST, count - high / (weights[i] as number)));
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / sum);
}

/**
 * Noisy counts of an ordered attribute as stretches of one height each, as many as the noise lets be
 * told apart: the least Σ (y − height)²/σ² + ln n for each stretch, by dynamic programming (the choice
 * of Xu et al. 2013, "Differentially private histogram publication", with a Schwarz penalty). Codes from
 * `ordered` on are left as they are.
 */
export function smooth({ counts, weights }: Counts, ordered: number): Counts {
  if (ordered < 3 || ordered > LONGEST) return { counts, weights };
  const precision = weights[0] as number;
  const sums = new Float64Array(ordered + 1);
  const squares = new Float64Array(ordered + 1);
  for (let i = 0; i < ordered; i++) {
    sums[i + 1] = (sums[i] as number) + (counts[i] as number);
    squares[i + 1] = (squares[i] as number) + (counts[i] as number) ** 2;
  }
  const between = (array: Float64Array, from: number, to: number): number =>
    (array[to] as number) - (array[from] as number);
  const least = new Float64Array(ordered + 1).fill(Number.POSITIVE_INFINITY);
  const from = new Int32Array(ordered + 1);
  least[0] = 0;
  for (let end = 1; end <= ordered; end++) {
    for (let start = 0; start < end; start++) {
      const sum = between(sums, start, end);
      const rest = between(squares, start, end) - (sum * sum) / (end - start);
      const cost = (least[start] as number) + precision * rest + Math.log(ordered);
      if (cost >= (least[end] as number)) continue;
      least[end] = cost;
      from[end] = start;
    }
  }
  const smoothed = counts.slice();
  for (let end = ordered; end > 0; end = from[end] as number) {
    const start = from[end] as number;
    smoothed.fill(between(sums, start, end) / (end - start), start, end);
  }
  return { counts: smoothed, weights };
}

/** Shifts at which the counts sum to more and to less than `total`. */
function bracket(counts: Float64Array, weights: Float64Array, total: number): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < counts.length; i++) {
    const weight = weights[i] as number;
    low = Math.min(low, ((counts[i] as number) - total) * weight);
    high = Math.max(high, (counts[i] as number) * weight);
  }
  return [low, high];
}
