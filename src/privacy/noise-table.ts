import type { Entropy } from "./entropy.js";
import { enclosedGaussian } from "./noise-exponential.js";
import { type Rational, toNumber } from "./rational.js";

const BLOCK = 8192;
const GUIDE_BITS = 11;

/**
 * The discrete Gaussian by exact inversion. A uniform real U in [0, 1) is revealed bit by bit, and
 * |X| is the smallest m with U < P(|X| ≤ m). The first 31 bits decide nearly always; a tie with the
 * table takes 32 more; a tie with 63 bits, or a U beyond the table's end, is settled by rigorous
 * enclosures of the true distribution at growing precision. Nothing is cut off and nothing is rounded.
 */
export class TableGaussian {
  private readonly sigma2: Rational;
  /** Bits 1–31 and 32–63 of P(|X| ≤ m). */
  private readonly high: Uint32Array;
  private readonly low: Uint32Array;
  /** For each first 11 bits of U, the smallest m that is still possible. */
  private readonly guide: Uint32Array;
  private readonly words = new Uint32Array(BLOCK);

  constructor(sigma2: Rational) {
    this.sigma2 = sigma2;
    const last = Math.ceil(9.6 * Math.sqrt(toNumber(sigma2))) + 2;
    const thresholds = thresholdsOf(sigma2, last);
    this.high = Uint32Array.from(thresholds, (threshold) => Number(threshold >> 32n));
    this.low = Uint32Array.from(thresholds, (threshold) => Number(threshold & 0xffffffffn));
    this.guide = guideOf(this.high);
  }

  /** How many magnitudes the table holds. */
  get cells(): number {
    return this.high.length;
  }

  /** Write one independent draw into each element of `out`. */
  fill(out: Float64Array, entropy: Entropy): void {
    for (let from = 0; from < out.length; from += BLOCK) {
      const to = Math.min(out.length, from + BLOCK);
      const words = to - from === BLOCK ? this.words : this.words.subarray(0, to - from);
      entropy.fill(words);
      this.invert(words, out, from, entropy);
      words.fill(0);
    }
  }

  private invert(words: Uint32Array, out: Float64Array, from: number, entropy: Entropy): void {
    const { high, guide } = this;
    for (let i = 0; i < words.length; i++) {
      const word = words[i] as number;
      const u = word >>> 1;
      let m = guide[u >>> (31 - GUIDE_BITS)] as number;
      while ((high[m] as number) < u) m++;
      if ((high[m] as number) === u) m = this.settle(u, m, entropy);
      out[from + i] = (word & 1) === 1 ? 0 - m : m;
    }
  }

  /** U begins with the 31 bits `u`, the same as threshold `m` (which may be the table's last). */
  private settle(u: number, m: number, entropy: Entropy): number {
    const next = entropy.word();
    let candidate = m;
    for (; candidate < this.high.length; candidate++) {
      const high = this.high[candidate] as number;
      if (high > u) return candidate;
      const low = this.low[candidate] as number;
      if (next < low) return candidate;
      if (next === low) break;
    }
    return refine(this.sigma2, (BigInt(u) << 32n) | BigInt(next), entropy);
  }
}

/** ⌊P(|X| ≤ m) · 2⁶³⌋, computed with enough bits that both ends of the enclosure agree. */
function thresholdsOf(sigma2: Rational, last: number): bigint[] {
  for (let bits = 128; ; bits += 64) {
    const reach = reachOf(sigma2, bits);
    const whole = enclosedGaussian(sigma2.num, sigma2.den, reach, bits).cumulative;
    const cumulative = whole.slice(0, last + 1);
    const drop = BigInt(bits - 63);
    if (cumulative.every((f) => f.low >> drop === f.high >> drop || isNearlyOne(f.low, bits))) {
      return cumulative.map((f) => f.low >> drop);
    }
  }
}

/** A magnitude beyond which less than 2^−bits of the distribution lies. */
function reachOf(sigma2: Rational, bits: number): number {
  return Math.ceil(Math.sqrt(toNumber(sigma2) * 2 * Math.LN2 * bits)) + 4;
}

/** Thresholds within 2⁻⁶³ of one have all 63 bits set; their upper end may round to one. */
function isNearlyOne(low: bigint, bits: number): boolean {
  return low >> BigInt(bits - 63) === (1n << 63n) - 1n;
}

function guideOf(high: Uint32Array): Uint32Array {
  const guide = new Uint32Array(1 << GUIDE_BITS);
  let m = 0;
  for (let prefix = 0; prefix < guide.length; prefix++) {
    const u = prefix * 2 ** (31 - GUIDE_BITS);
    while ((high[m] as number) < u) m++;
    guide[prefix] = m;
  }
  return guide;
}

/**
 * The last word on a draw: U begins with the 63 bits of `prefix`. Enclose the distribution ever more
 * closely and reveal further bits of U until U lies wholly within one step.
 */
export function refine(sigma2: Rational, prefix: bigint, entropy: Entropy): number {
  let known = prefix;
  let revealed = 63;
  for (;;) {
    const last = reachOf(sigma2, revealed + 70);
    const bits = revealed + 64 + Math.ceil(Math.log2(last));
    const { cumulative } = enclosedGaussian(sigma2.num, sigma2.den, last, bits);
    const drop = BigInt(bits - revealed);
    const [least, beyond] = [known << drop, (known + 1n) << drop];
    const m = cumulative.findIndex((f) => beyond <= f.low);
    if (m >= 0 && (m === 0 || (cumulative[m - 1] as { high: bigint }).high <= least)) return m;
    known = (known << 32n) | BigInt(entropy.word());
    revealed += 32;
  }
}
