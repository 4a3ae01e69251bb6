/**
 * Zero-concentrated differential privacy and its conversion to (ε, δ), by Canonne, Kamath & Steinke
 * 2020, Proposition 12: for every order α > 1,
 *
 *     δ = exp((α − 1)(αρ − ε) + α ln(1 − 1/α)) / (α − 1)
 *
 * holds, so any order found by search gives a sound answer. Results are rounded to the safe side.
 */

/** Halvings after which neither end of a bracket moves any more. */
const STEPS = 100;
/** Covers the rounding of the few dozen operations behind a result. */
const SLACK = 1e-12;

/** The order that gives (nearly) the least δ for ρ and ε. */
function bestOrder(rho: number, epsilon: number): number {
  let low = 1.01;
  let high = (epsilon + 1) / (2 * rho) + 2;
  for (let i = 0; i < STEPS; i++) {
    const order = (low + high) / 2;
    const slope = (2 * order - 1) * rho - epsilon + Math.log1p(-1 / order);
    if (slope < 0) low = order;
    else high = order;
  }
  return (low + high) / 2;
}

/** The least δ known for which ρ-zCDP is (ε, δ)-DP; rounded up. */
export function zcdpDelta(rho: number, epsilon: number): number {
  if (rho === 0) return 0;
  const order = bestOrder(rho, epsilon);
  const exponent = (order - 1) * (order * rho - epsilon) + order * Math.log1p(-1 / order);
  return Math.min(1, (Math.exp(exponent) / (order - 1)) * (1 + SLACK));
}

/** The least ε known for which ρ-zCDP is (ε, δ)-DP; rounded up. */
export function zcdpEpsilon(rho: number, delta: number): number {
  if (rho === 0) return 0;
  let low = 0;
  let high = rho + 2 * Math.sqrt(rho * Math.log(1 / delta));
  for (let i = 0; i < STEPS; i++) {
    const epsilon = (low + high) / 2;
    if (zcdpDelta(rho, epsilon) <= delta) high = epsilon;
    else low = epsilon;
  }
  return high * (1 + SLACK);
}

/** The largest ρ known for which ρ-zCDP is (ε, δ)-DP; rounded down. */
export function zcdpRho(epsilon: number, delta: number): number {
  let low = 0;
  let high = epsilon + 1;
  for (let i = 0; i < STEPS; i++) {
    const rho = (low + high) / 2;
    if (zcdpDelta(rho, epsilon) <= delta) low = rho;
    else high = rho;
  }
  return low * (1 - SLACK);
}

/**
 * The order at which a Rényi bound of αρ is worth exactly (ε, δ) for the largest ρ, rounded to a
 * multiple of 1/1024: a filter at this fixed order loses nothing against zCDP.
 */
export function zcdpOrder(epsilon: number, delta: number): number {
  const rho = zcdpRho(epsilon, delta);
  return Math.max(1 + 1 / 1024, Math.round(bestOrder(rho, epsilon) * 1024) / 1024);
}

/**
 * ρ of a mechanism that is ε-DP: ε (e^ε − 1)/(e^ε + 1), at most ε²/2 (tight; Steinke 2024,
 * differentialprivacy.org, Theorem 5); rounded up.
 */
export function pureRho(epsilon: number): number {
  return epsilon * Math.tanh(epsilon / 2) * (1 + SLACK);
}
