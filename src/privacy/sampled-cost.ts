import type { SampledGaussianEvent } from "./event.js";
import { composePairs, pairEpsilon } from "./loss-distribution.js";
import { sampledGaussianPair } from "./loss-pairs.js";

const KEPT = 64;
const known = new Map<string, number>();

/**
 * The ε at δ of all steps of a sampled Gaussian together, by convolving its privacy-loss distribution:
 * the tightest known, and never too small. Takes a second or more, so answers are kept.
 */
export function sampledEpsilon(event: SampledGaussianEvent, delta: number): number {
  const { rate, noise, steps } = event;
  const key = `${rate},${noise},${steps},${delta}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const pair = sampledGaussianPair(rate, noise);
  const epsilon = pairEpsilon(composePairs([{ pair, times: steps }]), delta);
  if (known.size >= KEPT) known.clear();
  known.set(key, epsilon);
  return epsilon;
}
