import { logAdd, logBinomial, logErfc } from "./special.js";

/**
 * Rényi differential privacy (Mironov 2017). A curve is an array of divergences, one for each order of
 * `ORDERS` (or of the orders given); curves of composed mechanisms add.
 */
export const ORDERS: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => (11 + i) / 10),
  ...Array.from({ length: 53 }, (_, i) => 11 + i),
  128,
  256,
  512,
  1024,
];

/** The Gaussian mechanism, discrete or continuous, of L2 sensitivity 1: α / (2σ²). */
export function gaussianRenyi(sigma: number, order: number): number {
  return order / (2 * sigma * sigma);
}

/** The Laplace mechanism of L1 sensitivity 1 and scale 1/ε (Mironov 2017, Proposition 6). */
export function laplaceRenyi(epsilon: number, order: number): number {
  if (order === 1) return epsilon + Math.expm1(-epsilon);
  const grown = ((order - 1) * Math.expm1((1 - 2 * order) * epsilon)) / (2 * order - 1);
  return epsilon + Math.log1p(grown) / (order - 1);
}

/** Any ε-DP mechanism: the curve of randomised response, which is the worst (Steinke 2024, Theorem 4). */
export function pureRenyi(epsilon: number, order: number): number {
  if (order === 1) return epsilon * Math.tanh(epsilon / 2);
  const ratio = Math.log1p(Math.exp(-epsilon)) - Math.log1p(Math.exp(-(2 * order - 1) * epsilon));
  return Math.min(epsilon, epsilon - ratio / (order - 1));
}

/** The exponential mechanism with parameter ε, by its bounded range (Dong, Durfee & Rogers 2020). */
export function exponentialRenyi(epsilon: number, order: number): number {
  const t = epsilon / Math.expm1(epsilon);
  const offset = t - 1 - Math.log(t) - (epsilon * epsilon) / 8;
  return Math.min(offset + (order * epsilon * epsilon) / 8, epsilon);
}

/**
 * The Gaussian mechanism on a Poisson sample of rate q, neighbours by adding or removing one unit
 * (Mironov, Talwar & Zhang 2019). `sigma` is the noise in multiples of the sensitivity. Infinite where
 * the series for a fractional order doesn't settle.
 */
export function sampledGaussianRenyi(rate: number, sigma: number, order: number): number {
  if (rate === 0) return 0;
  if (rate === 1) return gaussianRenyi(sigma, order);
  const logMoment = Number.isInteger(order)
    ? wholeMoment(rate, sigma, order)
    : fractionalMoment(rate, sigma, order);
  return logMoment / (order - 1);
}

function wholeMoment(rate: number, sigma: number, order: number): number {
  let total = Number.NEGATIVE_INFINITY;
  for (let i = 0; i <= order; i++) {
    const term =
      logBinomial(order, i) +
      (order - i) * Math.log1p(-rate) +
      i * Math.log(rate) +
      (i * i - i) / (2 * sigma * sigma);
    total = logAdd(total, term);
  }
  return total;
}

/** The two series of section 3.3 there; adding magnitudes instead of signed terms gives an upper bound. */
function fractionalMoment(rate: number, sigma: number, order: number): number {
  const split = sigma * sigma * Math.log(1 / rate - 1) + 0.5;
  const width = Math.SQRT2 * sigma;
  const [logRate, logRest] = [Math.log(rate), Math.log1p(-rate)];
  let total = Number.NEGATIVE_INFINITY;
  let [before0, before1] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < 1000; i++) {
    const j = order - i;
    const binomial = logBinomial(order, i);
    const term0 =
      binomial +
      i * logRate +
      j * logRest +
      (i * i - i) / (2 * sigma * sigma) +
      logErfc((i - split) / width) -
      Math.LN2;
    const term1 =
      binomial +
      j * logRate +
      i * logRest +
      (j * j - j) / (2 * sigma * sigma) +
      logErfc((split - j) / width) -
      Math.LN2;
    total = logAdd(total, logAdd(term0, term1));
    if (term0 < before0 && term1 < before1 && Math.max(term0, term1) < total - 30) return total;
    before0 = term0;
    before1 = term1;
  }
  return Number.POSITIVE_INFINITY;
}

export interface RenyiBound {
  readonly value: number;
  /** The order that gave it. */
  readonly order: number;
}

/** The least ε of a curve at δ (Canonne, Kamath & Steinke 2020, Proposition 12); rounded up. */
export function renyiEpsilon(
  curve: readonly number[],
  delta: number,
  orders: readonly number[] = ORDERS,
): RenyiBound {
  let best: RenyiBound = { value: Number.POSITIVE_INFINITY, order: orders[0] as number };
  curve.forEach((divergence, i) => {
    const order = orders[i] as number;
    if (delta * delta + Math.expm1(-divergence) > 0) best = { value: 0, order };
    if (order <= 1.01) return;
    const epsilon = divergence + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1);
    if (epsilon < best.value) best = { value: Math.max(0, epsilon) * (1 + 1e-12), order };
  });
  return best;
}

/** The least δ of a curve at ε; rounded up. */
export function renyiDelta(
  curve: readonly number[],
  epsilon: number,
  orders: readonly number[] = ORDERS,
): RenyiBound {
  let best: RenyiBound = { value: 1, order: orders[0] as number };
  curve.forEach((divergence, i) => {
    const order = orders[i] as number;
    const candidates = [Math.sqrt(-Math.expm1(-divergence))];
    if (order > 1.01) {
      const log = (order - 1) * (divergence - epsilon + Math.log1p(-1 / order)) - Math.log(order);
      candidates.push(Math.exp(log));
    }
    const delta = Math.min(...candidates) * (1 + 1e-12);
    if (delta < best.value) best = { value: delta, order };
  });
  return best;
}
