import { type Accountant, lossAccountant, renyiAccountant } from "./accountant.js";
import { LARGE_EPSILON } from "./sampled-cost.js";

export interface Search {
  /** Where to begin; default 1. */
  readonly start?: number;
  /** Default 1e-4, relative. */
  readonly precision?: number;
}

/**
 * The least value in (0, ∞) that `enough` accepts, to a relative precision, on the accepted side.
 * `enough` must go from false to true as its argument grows.
 */
export function leastEnough(enough: (value: number) => boolean, search: Search = {}): number {
  const { start = 1, precision = 1e-4 } = search;
  let stride = 1.25;
  let high = start;
  while (!enough(high)) {
    high *= stride;
    stride *= stride;
  }
  let low = high / 1.25;
  for (stride = 1.25; enough(low); low /= stride) {
    high = low;
    stride *= stride;
  }
  while (high / low > 1 + precision) {
    const middle = Math.sqrt(low * high);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

export interface SampledPlan {
  /** Poisson sampling rate of a step. */
  readonly rate: number;
  readonly steps: number;
  readonly epsilon: number;
  readonly delta: number;
}

/** The noise of private gradient descent, in multiples of the clipping norm, that keeps to (ε, δ). */
export function calibrateNoise(plan: SampledPlan): number {
  return leastEnough(keeps(plan, renyiAccountant));
}

/**
 * The same by privacy-loss distributions, as far as `sampledEpsilon` charges by them: less noise, after seconds instead of
 * milliseconds.
 */
export function calibrateNoiseTightly(plan: SampledPlan): number {
  const start = calibrateNoise(plan);
  if (plan.epsilon > LARGE_EPSILON) return start;
  return leastEnough(keeps(plan, lossAccountant), { start, precision: 1e-3 });
}

function keeps(plan: SampledPlan, accountant: Accountant): (noise: number) => boolean {
  const { rate, steps, epsilon, delta } = plan;
  return (noise) => {
    const event = { kind: "sampled-gaussian", rate, noise, steps } as const;
    return accountant.epsilon([{ event, times: 1 }], delta) <= epsilon;
  };
}
