import type { SampledGaussianEvent } from "./event.js";
import { composePairs, pairEpsilon } from "./loss-distribution.js";
import { sampledGaussianPair } from "./loss-pairs.js";
import { ORDERS, renyiEpsilon, sampledGaussianRenyi } from "./renyi.js";

const KEPT = 64;
const known = new Map<string, number>();

/**
 * From this ε on the Rényi divergences' bound is taken: a distribution of such losses takes minutes and, further up, more
 * memory than there is, to save a few percent of noise that protects hardly anyone.
 */
export const LARGE_EPSILON = 30;

/**
 * The ε at δ of all steps of a sampled Gaussian together, by convolving its privacy-loss distribution:
 * the tightest known, and never too small; beyond `LARGE_EPSILON` by Rényi divergences. Takes a second or more, so
 * answers are kept.
 */
export function sampledEpsilon(event: SampledGaussianEvent, delta: number): number {
  const { rate, noise, steps } = event;
  const key = `${rate},${noise},${steps},${delta}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const curve = ORDERS.map((order) => steps * sampledGaussianRenyi(rate, noise, order));
  const most = renyiEpsilon(curve, delta).value;
  const tight = () =>
    pairEpsilon(composePairs([{ pair: sampledGaussianPair(rate, noise), times: steps }]), delta);
  const epsilon = most > LARGE_EPSILON ? most : tight();
  if (known.size >= KEPT) known.clear();
  known.set(key, epsilon);
  return epsilon;
}
