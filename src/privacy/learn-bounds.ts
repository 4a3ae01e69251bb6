import { failure } from "../base/failure.js";
import { normalQuantile } from "../base/quantiles.js";
import { measure, type Payer, standardDeviation, varianceFor } from "./mechanism.js";
import { rational } from "./rational.js";

/** Magnitudes [0, 1), [1, 2), [2, 4) … 2⁶² and beyond, once for each sign. */
const MAGNITUDES = 64;

export interface LearnedBounds {
  readonly low: number;
  readonly high: number;
}

/**
 * Bounds of a number column: noisy counts of its powers of two for both signs, and the outermost that
 * stand out of the noise (after Desfontaines 2020, "Lowering the cost of anonymization", section 5.1).
 * The bins are public, so no δ is needed. `grain` is the unit in which powers of two are counted, the
 * column's step where it has one. Throws P0759 when nothing stands out.
 */
export function learnBounds(
  payer: Payer,
  column: string,
  values: ArrayLike<number>,
  grain: number,
  rho: number,
): LearnedBounds {
  const sensitivity2 = rational(BigInt(payer.contributions) ** 2n);
  const sigma2 = varianceFor(rho, sensitivity2);
  const answers = () => magnitudeCounts(values, grain);
  const what = `bounds of ${column}`;
  const [noisy] = measure(payer, what, [{ answers, sensitivity2, sigma2 }]);
  const outer = outermost(noisy as Float64Array, standardDeviation(sigma2));
  if (outer === undefined) throw failure("P0759", { column });
  return { low: lowEdge(outer.first) * grain, high: highEdge(outer.last) * grain };
}

/** Bin 0 is the most negative; bin 64 is [0, 1). */
function magnitudeCounts(values: ArrayLike<number>, grain: number): Float64Array {
  const counts = new Float64Array(2 * MAGNITUDES);
  for (let row = 0; row < values.length; row++) {
    const value = (values[row] as number) / grain;
    if (Number.isNaN(value)) continue;
    const size = Math.abs(value);
    const magnitude = size < 1 ? 0 : Math.min(MAGNITUDES - 1, Math.floor(Math.log2(size)) + 1);
    const bin = value < 0 ? MAGNITUDES - 1 - magnitude : MAGNITUDES + magnitude;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

/** First and last bin above a threshold that empty bins rarely pass; weaker thresholds if none does. */
function outermost(
  noisy: Float64Array,
  sigma: number,
): { first: number; last: number } | undefined {
  for (let chance = 1e-8; chance <= 1e-2; chance *= 10) {
    const threshold = 1 - sigma * normalQuantile(chance / noisy.length, 0, 1);
    const first = noisy.findIndex((count) => count >= threshold);
    if (first >= 0) return { first, last: noisy.findLastIndex((count) => count >= threshold) };
  }
  return undefined;
}

function lowEdge(bin: number): number {
  if (bin < MAGNITUDES) return -(2 ** (MAGNITUDES - 1 - bin));
  return bin === MAGNITUDES ? 0 : 2 ** (bin - MAGNITUDES - 1);
}

function highEdge(bin: number): number {
  if (bin >= MAGNITUDES) return 2 ** (bin - MAGNITUDES);
  return bin === MAGNITUDES - 1 ? 0 : -(2 ** (MAGNITUDES - 2 - bin));
}
