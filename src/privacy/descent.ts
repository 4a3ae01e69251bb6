import { impossible } from "../base/failure.js";
import type { Entropy } from "./entropy.js";
import { charge, type Payer } from "./mechanism.js";
import { WIDE, wideGaussians } from "./noise-gaussian.js";

/** How private gradient descent goes; all of it public. */
export interface DescentPlan {
  /** The chance of each unit to be in a step's sample; a multiple of 2⁻³². */
  readonly rate: number;
  /** Standard deviation of the noise, in multiples of the clipping norm. */
  readonly noise: number;
  readonly steps: number;
  /** δ at which the steps together are charged. */
  readonly delta: number;
}

/** The part of the clipping norm that is kept free for rounding and single precision. */
export const CLIP_MARGIN = 2 ** -7;

/** The nearest sampling rate that can be drawn exactly. */
export function exactRate(rate: number): number {
  return Math.min(1, Math.max(1, Math.round(rate * 2 ** 32)) / 2 ** 32);
}

/**
 * Noisy sums of clipped gradients over Poisson samples (Abadi et al. 2016, Algorithm 1). All steps are
 * charged at once when this is made, before anything is sampled; there are no more steps than were paid for.
 */
export class Descent {
  readonly plan: DescentPlan;
  readonly #entropy: Entropy;
  readonly #contributions: number;
  readonly #units: readonly Uint32Array[];
  #left: number;

  /** `units`: the rows of each protected unit, at most `payer.contributions` each. */
  constructor(payer: Payer, what: string, units: readonly Uint32Array[], plan: DescentPlan) {
    const { rate, noise, steps, delta } = plan;
    if (!(rate > 0 && rate <= 1 && rate === exactRate(rate))) {
      throw impossible("a sampling rate that can't be drawn exactly", { rate });
    }
    charge(payer, what, { kind: "sampled-gaussian", rate, noise, steps, delta });
    this.plan = plan;
    this.#entropy = payer.entropy;
    this.#contributions = payer.contributions;
    this.#units = units;
    this.#left = steps;
  }

  /**
   * One step: sample units, sum their rows' gradients, add noise. `sum` gets the rows in the sample and
   * gives the sum of their gradients, each clipped to L2 norm `most`; so no unit moves the sum by
   * more than `clip`.
   */
  step(clip: number, sum: (rows: Uint32Array, most: number) => Float32Array): Float64Array {
    if (this.#left === 0) throw impossible("more steps of descent than were paid for", this.plan);
    this.#left--;
    const rows = this.#sample();
    const exact = sum(rows, (clip * (1 - CLIP_MARGIN)) / this.#contributions);
    const grain = (clip * this.plan.noise) / WIDE;
    const noisy = wideGaussians(exact.length, this.#entropy);
    for (let i = 0; i < noisy.length; i++) {
      noisy[i] = grain * ((noisy[i] as number) + Math.round((exact[i] as number) / grain));
    }
    return noisy;
  }

  /** Each unit by itself with the plan's rate. */
  #sample(): Uint32Array {
    const bar = this.plan.rate * 2 ** 32;
    const rows: number[] = [];
    for (const unit of this.#units) {
      if (this.#entropy.word() >= bar) continue;
      for (const row of unit) rows.push(row);
    }
    return Uint32Array.from(rows);
  }
}
