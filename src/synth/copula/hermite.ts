import { normalDensity } from "./normal.js";

const terms = 24;

/** How the scores of a column hang on its latent normal: score = Σ aₖ hₖ(z), orthonormal Hermite. */
export type Coefficients = Float64Array;

/** Runs of states this rare count as a continuous stretch, on which the score is z itself. */
const fine = 2e-3;

/**
 * Coefficients of a column's scores. The states are cut at `thresholds` (states + 1 values, from
 * −Infinity to Infinity); a state's score is the mean of z within it.
 */
export function hermiteCoefficients(thresholds: Float64Array, chances: Float64Array): Coefficients {
  const found = new Float64Array(terms + 1);
  const low = new Float64Array(terms + 2);
  const high = new Float64Array(terms + 2);
  for (let state = 0; state < chances.length; ) {
    let end = state + 1;
    if ((chances[state] as number) < fine) {
      while (end < chances.length && (chances[end] as number) < fine) end++;
    }
    weightedHermite(thresholds[state] as number, low);
    weightedHermite(thresholds[end] as number, high);
    let chance = 0;
    for (let at = state; at < end; at++) chance += chances[at] as number;
    addPieces(found, low, high, chance, end > state + 1);
    state = end;
  }
  return found;
}

/** Add what one interval of z gives: a step at the mean of z, or z itself where it is a stretch. */
function addPieces(
  found: Float64Array,
  low: Float64Array,
  high: Float64Array,
  chance: number,
  isStretch: boolean,
): void {
  // ∫ hₖ φ over a..b is (hₖ₋₁(a) φ(a) − hₖ₋₁(b) φ(b)) / √k.
  const piece = (k: number) => ((low[k - 1] as number) - (high[k - 1] as number)) / Math.sqrt(k);
  const score = chance > 0 ? piece(1) / chance : 0;
  for (let k = 1; k <= terms; k++) {
    // z hₖ = √(k+1) hₖ₊₁ + √k hₖ₋₁.
    const own = isStretch
      ? Math.sqrt(k + 1) * piece(k + 1) + Math.sqrt(k) * (k === 1 ? chance : piece(k - 1))
      : score * piece(k);
    found[k] = (found[k] as number) + own;
  }
}

/** hₖ(z) φ(z) for k = 0, 1, …; zero at ±Infinity. */
function weightedHermite(z: number, into: Float64Array): void {
  if (!Number.isFinite(z)) {
    into.fill(0);
    return;
  }
  into[0] = normalDensity(z);
  into[1] = z * (into[0] as number);
  for (let k = 1; k + 1 < into.length; k++) {
    into[k + 1] =
      (z * (into[k] as number) - Math.sqrt(k) * (into[k - 1] as number)) / Math.sqrt(k + 1);
  }
}

/**
 * The latent correlation ρ at which two columns' scores have the covariance that was seen. By Mehler's
 * formula the covariance is Σ aₖ bₖ ρᵏ; it rises with ρ, so bisection finds the root. For two binary
 * columns this is the tetrachoric correlation, for a binary and a continuous one the biserial.
 */
export function latentCorrelation(a: Coefficients, b: Coefficients, covariance: number): number {
  let low = -0.999;
  let high = 0.999;
  if (covarianceAt(a, b, low) >= covariance) return low;
  if (covarianceAt(a, b, high) <= covariance) return high;
  for (let round = 0; round < 50; round++) {
    const middle = (low + high) / 2;
    if (covarianceAt(a, b, middle) < covariance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function covarianceAt(a: Coefficients, b: Coefficients, rho: number): number {
  let sum = 0;
  for (let k = terms; k >= 1; k--) sum = (sum + (a[k] as number) * (b[k] as number)) * rho;
  return sum;
}
