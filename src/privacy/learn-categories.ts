import { normalQuantile } from "../base/quantiles.js";
import { measure, type Payer, standardDeviation, varianceFor } from "./mechanism.js";
import { rational } from "./rational.js";

export interface LearnedCategories {
  /** Values common enough to be told, in alphabetical order. */
  readonly values: readonly string[];
  /** Noisy numbers of units that have each; all at or above `threshold`. */
  readonly counts: Float64Array;
  readonly sigma: number;
  readonly threshold: number;
}

/**
 * Partition selection: the values of a column that many units have. Each unit counts at most once for
 * a value and, with k rows, for at most k values, so the counts have L2 sensitivity √k. A value that a
 * single unit has is told with probability at most δ/k, hence δ for all of that unit's values: the
 * noisy count must reach 1 + m with P(noise ≥ m) ≤ δ/k, and P(noise ≥ m) ≤ P(N(0, σ²) ≥ m − 1)
 * (Canonne, Kamath & Steinke 2020, Proposition 25).
 *
 * `codes` has one code a row (−1: no value), `entities` whose row it is (absent: each its own).
 */
export function learnCategories(
  payer: Payer,
  what: string,
  levels: readonly string[],
  codes: ArrayLike<number>,
  entities: ArrayLike<number> | undefined,
  rho: number,
  delta: number,
): LearnedCategories {
  const k = payer.contributions;
  const sensitivity2 = rational(k);
  const sigma2 = varianceFor(rho, sensitivity2);
  const sigma = standardDeviation(sigma2);
  const margin = -sigma * normalQuantile(delta / k, 0, 1) * (1 + 1e-9);
  const threshold = 2 + Math.ceil(margin);
  let held: number[] = [];
  const answers = () => {
    const units = unitsPerLevel(levels.length, codes, entities);
    held = [...units.keys()].filter((level) => (units[level] as number) > 0);
    return Float64Array.from(held, (level) => units[level] as number);
  };
  const [noisy] = measure(payer, what, [{ answers, sensitivity2, sigma2 }], delta);
  const passed = held
    .map((level, i) => ({
      value: levels[level] as string,
      count: (noisy as Float64Array)[i] as number,
    }))
    .filter(({ count }) => count >= threshold)
    .sort((a, b) => (a.value < b.value ? -1 : 1));
  return {
    values: passed.map(({ value }) => value),
    counts: Float64Array.from(passed, ({ count }) => count),
    sigma,
    threshold,
  };
}

/** How many units have each level at least once. */
function unitsPerLevel(
  levels: number,
  codes: ArrayLike<number>,
  entities: ArrayLike<number> | undefined,
): Float64Array {
  const units = new Float64Array(levels);
  const seen = new Set<number>();
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (!(code >= 0 && code < levels)) continue;
    if (entities !== undefined) {
      const pair = (entities[row] as number) * levels + code;
      if (seen.has(pair)) continue;
      seen.add(pair);
    }
    units[code] = (units[code] as number) + 1;
  }
  return units;
}
