import { below, type Entropy } from "./entropy.js";
import { bernoulliExpBig } from "./noise.js";
import type { Rational } from "./rational.js";

/**
 * The exponential mechanism (McSherry & Talwar 2007), exactly: a position i is drawn with probability
 * proportional to e^(rate · score_i). Scores are whole numbers and the rate is rational. A position is
 * proposed uniformly and kept with probability e^(−rate · (best − score)): the accepted one has the
 * stated distribution, after at most as many proposals as there are scores on average.
 */
export function exponentialChoice(
  scores: readonly bigint[],
  rate: Rational,
  entropy: Entropy,
): number {
  let best = scores[0] as bigint;
  for (const score of scores) if (score > best) best = score;
  for (;;) {
    const proposal = below(scores.length, entropy);
    const gap = (best - (scores[proposal] as bigint)) * rate.num;
    if (bernoulliExpBig(gap, rate.den, entropy)) return proposal;
  }
}
