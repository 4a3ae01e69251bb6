import { randomFillSync } from "node:crypto";
import { type Random, stream } from "../base/random.js";

const BUFFERED_WORDS = 16_384;

/** Where the bits of privacy noise come from. */
export interface Entropy {
  /** `seeded` noise protects nobody: whoever sees it must say so. */
  readonly kind: "system" | "seeded";
  /** Uniform on 0 .. 2³²−1. */
  word(): number;
  /** Fill an array with such words. */
  fill(words: Uint32Array): void;
}

/** The operating system's randomness, read in blocks of 64 KiB. The only source for real releases. */
export class SystemEntropy implements Entropy {
  readonly kind = "system";
  private readonly buffer = new Uint32Array(BUFFERED_WORDS);
  private next = BUFFERED_WORDS;

  word(): number {
    if (this.next === BUFFERED_WORDS) {
      randomFillSync(this.buffer);
      this.next = 0;
    }
    const word = this.buffer[this.next] as number;
    this.buffer[this.next++] = 0;
    return word;
  }

  fill(words: Uint32Array): void {
    randomFillSync(words);
  }
}

/**
 * Repeatable bits, for teaching and tests. Anyone who knows the seed can subtract the noise, so every
 * charge drawn from it is stamped "seeded, not private".
 */
export class SeededEntropy implements Entropy {
  readonly kind = "seeded";
  private readonly random: Random;

  constructor(seed: number | string) {
    this.random = stream(seed, "privacy", "noise");
  }

  word(): number {
    return this.random.uint32();
  }

  fill(words: Uint32Array): void {
    for (let i = 0; i < words.length; i++) words[i] = this.random.uint32();
  }
}

/** Uniform on 0 .. limit−1 for a whole `limit` of 1 .. 2⁵³, by rejection on the bits needed. */
export function below(limit: number, entropy: Entropy): number {
  if (limit <= 0x1_0000_0000) {
    if (limit === 1) return 0;
    const shift = Math.clz32(limit - 1);
    for (;;) {
      const candidate = entropy.word() >>> shift;
      if (candidate < limit) return candidate;
    }
  }
  const shift = Math.clz32(Math.floor((limit - 1) / 0x1_0000_0000));
  for (;;) {
    const high = entropy.word() >>> shift;
    const candidate = high * 0x1_0000_0000 + entropy.word();
    if (candidate < limit) return candidate;
  }
}

/** Uniform on 0 .. limit−1 for any whole `limit` ≥ 1. */
export function belowBig(limit: bigint, entropy: Entropy): bigint {
  const bits = (limit - 1n).toString(2).length;
  const words = Math.ceil(bits / 32);
  const surplus = BigInt(words * 32 - bits);
  for (;;) {
    let candidate = 0n;
    for (let i = 0; i < words; i++) candidate = (candidate << 32n) | BigInt(entropy.word());
    candidate >>= surplus;
    if (candidate < limit) return candidate;
  }
}
