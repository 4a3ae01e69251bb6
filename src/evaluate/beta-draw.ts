import type { Random } from "../base/random.js";

/** A draw from the gamma distribution with that shape and scale 1 (Marsaglia & Tsang 2000). */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const root = 1 + c * x;
    const v = root * root * root;
    if (v <= 0) continue;
    const u = 1 - random.uniform();
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/**
 * A draw of the share behind `hits` of `count`, from its Jeffreys posterior Beta(hits + ½, misses + ½).
 * Unlike a bootstrap of the rows it is right for groups of a few rows and for shares of 0 or 1.
 */
export function drawShare(random: Random, hits: number, count: number): number {
  const a = gamma(random, hits + 0.5);
  const b = gamma(random, count - hits + 0.5);
  return a / (a + b);
}

/**
 * How many of `count` independent trials succeed; by normal approximation where both sides are large, else by inversion
 * from 0 upwards (BINV, Kachitvichyanukul & Schmeiser 1988).
 */
export function drawCount(random: Random, count: number, share: number): number {
  if (count * Math.min(share, 1 - share) > 50) {
    const drawn = count * share + Math.sqrt(count * share * (1 - share)) * random.normal();
    return Math.max(0, Math.min(count, Math.round(drawn)));
  }
  if (share > 0.5) return count - drawCount(random, count, 1 - share);
  if (share <= 0) return 0;
  const odds = share / (1 - share);
  let left = random.uniform();
  let chance = Math.exp(count * Math.log1p(-share));
  let hits = 0;
  while (left >= chance && hits < count) {
    left -= chance;
    hits++;
    chance *= (odds * (count - hits + 1)) / hits;
  }
  return hits;
}
