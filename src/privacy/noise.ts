import { below, belowBig, type Entropy } from "./entropy.js";
import { integerRoot, type Rational } from "./rational.js";

/**
 * Exact samplers of Canonne, Kamath & Steinke 2020, "The discrete Gaussian for differential privacy"
 * (Algorithms 1–3). Only whole numbers and uniform bits are used, so the distribution is the stated
 * one without any rounding. Doubles serve as whole numbers while every product stays below 2⁵³;
 * beyond that the same steps are done in BigInt.
 */

const SAFE = Number.MAX_SAFE_INTEGER;

/** True with probability e^(−num/den), for 0 ≤ num ≤ den. */
function bernoulliExpUnit(num: number, den: number, entropy: Entropy): boolean {
  for (let k = 1; ; k++) {
    const scaled = den * k;
    if (scaled > SAFE) return bernoulliExpUnitBig(BigInt(num), BigInt(den), entropy, BigInt(k));
    if (below(scaled, entropy) >= num) return (k & 1) === 1;
  }
}

function bernoulliExpUnitBig(num: bigint, den: bigint, entropy: Entropy, from = 1n): boolean {
  for (let k = from; ; k++) {
    if (belowBig(den * k, entropy) >= num) return (k & 1n) === 1n;
  }
}

/** True with probability e^(−num/den), for safe whole numbers num ≥ 0, den ≥ 1. */
export function bernoulliExp(num: number, den: number, entropy: Entropy): boolean {
  let rest = num;
  while (rest > den) {
    if (!bernoulliExpUnit(1, 1, entropy)) return false;
    rest -= den;
  }
  return bernoulliExpUnit(rest, den, entropy);
}

/** True with probability e^(−num/den), for any whole num ≥ 0, den ≥ 1. */
export function bernoulliExpBig(num: bigint, den: bigint, entropy: Entropy): boolean {
  let rest = num;
  while (rest > den) {
    if (!bernoulliExpUnit(1, 1, entropy)) return false;
    rest -= den;
  }
  return bernoulliExpUnitBig(rest, den, entropy);
}

/** P(x) ∝ e^(−|x|/t) on the whole numbers, for a whole scale t of at most 2⁴⁰. */
function laplaceOfWholeScale(t: number, entropy: Entropy): number {
  for (;;) {
    const offset = below(t, entropy);
    if (!bernoulliExp(offset, t, entropy)) continue;
    let laps = 0;
    while (bernoulliExpUnit(1, 1, entropy)) laps++;
    const magnitude = laps * t + offset;
    const negative = (entropy.word() & 1) === 1;
    if (!negative || magnitude !== 0) return negative ? -magnitude : magnitude;
  }
}

/** P(x) ∝ e^(−|x|/scale) on the whole numbers. ε-DP for a sensitivity of ε·scale in L1. */
export function discreteLaplace(scale: Rational, entropy: Entropy): bigint {
  for (;;) {
    const offset = belowBig(scale.num, entropy);
    if (!bernoulliExpBig(offset, scale.num, entropy)) continue;
    let laps = 0n;
    while (bernoulliExpUnit(1, 1, entropy)) laps++;
    const magnitude = (laps * scale.num + offset) / scale.den;
    const negative = (entropy.word() & 1) === 1;
    if (!negative || magnitude !== 0n) return negative ? -magnitude : magnitude;
  }
}

/** The rejection sampler of the discrete Gaussian of variance parameter `sigma2`; any rational > 0. */
export class RejectionGaussian {
  private readonly num: bigint;
  private readonly den: bigint;
  private readonly t: bigint;
  private readonly small: { num: number; den: number; t: number; denominator: number } | undefined;

  constructor(sigma2: Rational) {
    this.num = sigma2.num;
    this.den = sigma2.den;
    this.t = integerRoot(sigma2.num / sigma2.den) + 1n;
    const denominator = 2n * this.num * this.den * this.t * this.t;
    if (denominator * 1024n > BigInt(SAFE)) return;
    this.small = {
      num: Number(this.num),
      den: Number(this.den),
      t: Number(this.t),
      denominator: Number(denominator),
    };
  }

  draw(entropy: Entropy): number {
    const result = this.small === undefined ? this.drawBig(entropy) : this.drawSmall(entropy);
    return typeof result === "number" ? result : Number(result);
  }

  private drawSmall(entropy: Entropy): number {
    const { num, den, t, denominator } = this.small as NonNullable<typeof this.small>;
    for (;;) {
      const candidate = laplaceOfWholeScale(t, entropy);
      const distance = Math.abs(candidate) * t * den - num;
      const square = distance * distance;
      const accepted =
        square <= SAFE
          ? bernoulliExp(square, denominator, entropy)
          : this.accept(candidate, entropy);
      if (accepted) return candidate;
    }
  }

  /** The same steps in BigInt, for any variance. */
  drawBig(entropy: Entropy): bigint {
    for (;;) {
      const candidate = discreteLaplace({ num: this.t, den: 1n }, entropy);
      if (this.accept(candidate, entropy)) return candidate;
    }
  }

  /** True with probability e^(−(|c| − σ²/t)² / 2σ²). */
  private accept(candidate: bigint | number, entropy: Entropy): boolean {
    const c = BigInt(candidate);
    const distance = (c < 0n ? -c : c) * this.t * this.den - this.num;
    const denominator = 2n * this.num * this.den * this.t * this.t;
    return bernoulliExpBig(distance * distance, denominator, entropy);
  }
}
