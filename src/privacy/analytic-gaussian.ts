import { scaledErfc } from "./special.js";

/**
 * The exact privacy curve of the continuous Gaussian mechanism with sensitivity 1 (Balle & Wang 2018):
 *
 *     δ(ε) = Φ(1/(2σ) − εσ) − e^ε Φ(−1/(2σ) − εσ)
 *
 * written with e^(x²) erfc(x), where the two exponents cancel and no digits are lost. ε may be negative.
 */
export function gaussianDelta(sigma: number, epsilon: number): number {
  const a = 1 / (2 * sigma) - epsilon * sigma;
  const b = -1 / (2 * sigma) - epsilon * sigma;
  const x = Math.abs(a) / Math.SQRT2;
  const y = Math.abs(b) / Math.SQRT2;
  const half = 0.5 * Math.exp(-x * x);
  if (a <= 0) return half * (scaledErfc(x) - scaledErfc(y));
  if (b <= 0) return 1 - half * (scaledErfc(x) + scaledErfc(y));
  return -Math.expm1(epsilon) - half * (scaledErfc(x) - scaledErfc(y));
}

/** The least ε for which noise of this σ is (ε, δ)-DP; rounded up. */
export function gaussianEpsilon(sigma: number, delta: number): number {
  if (gaussianDelta(sigma, 0) <= delta) return 0;
  let low = 0;
  let high = 1;
  while (gaussianDelta(sigma, high) > delta) high *= 2;
  for (let i = 0; i < 200; i++) {
    const epsilon = (low + high) / 2;
    if (gaussianDelta(sigma, epsilon) <= delta) high = epsilon;
    else low = epsilon;
  }
  return high * (1 + 1e-12);
}

/** The least σ for which the mechanism is (ε, δ)-DP; rounded up. */
export function gaussianSigma(epsilon: number, delta: number): number {
  let low = 1e-10;
  let high = 1;
  while (gaussianDelta(high, epsilon) > delta) high *= 2;
  for (let i = 0; i < 200; i++) {
    const sigma = (low + high) / 2;
    if (gaussianDelta(sigma, epsilon) <= delta) high = sigma;
    else low = sigma;
  }
  return high * (1 + 1e-12);
}
