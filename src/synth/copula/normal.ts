import cdfOf from "@stdlib/stats-base-dists-normal-cdf";
import quantileOf from "@stdlib/stats-base-dists-normal-quantile";
import type { Random } from "../../base/random.js";

/** Φ. */
export const normalCdf: (z: number) => number = cdfOf.factory(0, 1);

/** Φ⁻¹; ∓Infinity at 0 and 1. */
export const normalQuantile: (p: number) => number = quantileOf.factory(0, 1);

const rootTwoPi = Math.sqrt(2 * Math.PI);

/** The standard normal density; 0 at ±Infinity. */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / rootTwoPi;
}

/** P(low < Z < high), exact in both tails. */
export function normalMass(low: number, high: number): number {
  if (!(low < high)) return 0;
  return low > 0 ? normalCdf(-low) - normalCdf(-high) : normalCdf(high) - normalCdf(low);
}

/** Beyond this the density is 0 in double precision. */
const farthest = 38;

/** A standard normal within `low..high`, by inversion in the nearer tail; always finite. */
export function truncatedNormal(low: number, high: number, random: Random): number {
  const u = random.uniform();
  const flip = low > 0;
  const [a, b] = flip ? [-high, -low] : [low, high];
  const from = normalCdf(a);
  const to = normalCdf(b);
  const z = to - from < 1e-300 ? b : normalQuantile(from + (to - from) * u);
  const inside = Math.max(-farthest, Math.min(farthest, b, Math.max(a, z)));
  return flip ? -inside : inside;
}
