import { gaussianDelta } from "./analytic-gaussian.js";
import { connectDots, type LossPair } from "./loss-distribution.js";
import { type Rational, toNumber } from "./rational.js";

/** Standard deviations beyond which less than 1e−22 of a Gaussian lies. */
const REACH = 10;

/** The Gaussian mechanism, σ in multiples of the sensitivity. */
export function gaussianPair(sigma: number, width?: number): LossPair {
  const center = 1 / (2 * sigma * sigma);
  const spread = REACH / sigma;
  const curve = (epsilon: number) => gaussianDelta(sigma, epsilon);
  const both = connectDots(curve, center - spread, center + spread, width);
  return { remove: both, add: both };
}

/**
 * The Gaussian mechanism on a Poisson sample of rate q: q·N(1, σ²) + (1 − q)·N(0, σ²) against
 * N(0, σ²), and the other way round. Both curves follow from the Gaussian's own at the amplified ε′.
 */
export function sampledGaussianPair(rate: number, sigma: number, width?: number): LossPair {
  if (rate === 1) return gaussianPair(sigma, width);
  const least = Math.log1p(-rate);
  const loss = (x: number) => Math.log1p(rate * Math.expm1((2 * x - 1) / (2 * sigma * sigma)));
  const remove = (epsilon: number) => {
    const growth = Math.expm1(epsilon) / rate;
    if (!(growth > -1)) return -Math.expm1(epsilon);
    return rate * gaussianDelta(sigma, Math.log1p(growth));
  };
  const add = (epsilon: number) => {
    const growth = Math.expm1(-epsilon) / rate;
    if (!(growth > -1)) return 0;
    const amplified = Math.log1p(growth);
    return Math.exp(epsilon + amplified) * rate * gaussianDelta(sigma, -amplified);
  };
  const [lowest, highest] = [loss(-REACH * sigma), loss(1 + REACH * sigma)];
  return {
    remove: connectDots(remove, lowest, highest, width),
    add: connectDots(add, -loss(REACH * sigma), Math.min(-least, -lowest), width),
  };
}

/** Laplace noise of scale `scale` in multiples of the L1 sensitivity. */
export function laplacePair(scale: number, width?: number): LossPair {
  const epsilon = 1 / scale;
  const curve = (at: number) => {
    if (at >= epsilon) return 0;
    if (at < -epsilon) return -Math.expm1(at);
    return -Math.expm1((at - epsilon) / 2);
  };
  const both = connectDots(curve, -epsilon, epsilon, width);
  return { remove: both, add: both };
}

/** Any (ε, δ)-DP mechanism: randomised response that fails with probability δ. */
export function approximatePair(epsilon: number, delta: number, width?: number): LossPair {
  const high = 1 / (1 + Math.exp(-epsilon));
  const curve = (at: number) => {
    if (at >= epsilon) return delta;
    if (at < -epsilon) return delta - (1 - delta) * Math.expm1(at);
    return delta + (1 - delta) * high * -Math.expm1(at - epsilon);
  };
  const both = connectDots(curve, -epsilon, epsilon, width);
  return { remove: both, add: both };
}

/** Mass function of a whole-number noise, symmetric around 0, as cumulative sums. */
interface WholeNoise {
  readonly reach: number;
  /** P(X ≤ x). */
  cumulative(x: number): number;
  /** ln P(x) − ln P(x − shift), decreasing in x for log-concave noise. */
  loss(x: number, shift: number): number;
}

function noiseOf(
  weight: (x: number) => number,
  logWeight: (x: number) => number,
  reach: number,
): WholeNoise {
  const sums = new Float64Array(2 * reach + 1);
  let total = 0;
  for (let x = -reach; x <= reach; x++) {
    total += weight(x);
    sums[x + reach] = total;
  }
  return {
    reach,
    cumulative: (x) => (x < -reach ? 0 : (sums[Math.min(2 * reach, x + reach)] as number) / total),
    loss: (x, shift) => logWeight(x) - logWeight(x - shift),
  };
}

/** The pair of a whole-number noise for a whole sensitivity, from its exact curve. */
function wholePair(noise: WholeNoise, shift: number, width?: number): LossPair {
  const curve = (epsilon: number) => {
    let low = -noise.reach - 1;
    let high = noise.reach + shift + 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (noise.loss(middle, shift) > epsilon) low = middle;
      else high = middle;
    }
    return noise.cumulative(low) - Math.exp(epsilon) * noise.cumulative(low - shift);
  };
  const lowest = noise.loss(noise.reach, shift);
  const highest = noise.loss(-noise.reach, shift);
  const both = connectDots((epsilon) => Math.max(0, curve(epsilon)), lowest, highest, width);
  return { remove: both, add: both };
}

/** The discrete Gaussian of variance parameter σ² for a whole sensitivity. */
export function discreteGaussianPair(
  sigma2: Rational,
  sensitivity: number,
  width?: number,
): LossPair {
  const variance = toNumber(sigma2);
  const reach = Math.ceil(REACH * Math.sqrt(variance)) + sensitivity + 2;
  const log = (x: number) => (-x * x) / (2 * variance);
  return wholePair(
    noiseOf((x) => Math.exp(log(x)), log, reach),
    sensitivity,
    width,
  );
}

/** δ of the discrete Gaussian at ε, exactly but for the rounding of doubles. */
export function discreteGaussianDelta(
  sigma2: number,
  sensitivity: number,
  epsilon: number,
): number {
  const reach = Math.ceil(REACH * Math.sqrt(sigma2)) + sensitivity + 2;
  const log = (x: number) => (-x * x) / (2 * sigma2);
  const noise = noiseOf((x) => Math.exp(log(x)), log, reach);
  let last = -reach;
  while (noise.loss(last + 1, sensitivity) > epsilon) last++;
  return noise.cumulative(last) - Math.exp(epsilon) * noise.cumulative(last - sensitivity);
}

/** Discrete Laplace noise of scale `scale` for a whole sensitivity. */
export function discreteLaplacePair(scale: number, sensitivity: number, width?: number): LossPair {
  const reach = Math.ceil(52 * scale) + sensitivity + 2;
  const log = (x: number) => -Math.abs(x) / scale;
  return wholePair(
    noiseOf((x) => Math.exp(log(x)), log, reach),
    sensitivity,
    width,
  );
}
