import { createHash } from "node:crypto";

/**
 * A seeded stream of random numbers: xoshiro128** (Blackman & Vigna 2018, "Scrambled linear
 * pseudorandom number generators"). For drawing from models, splitting and bootstrap. Never for
 * privacy noise, which comes from the operating system (privacy/entropy).
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  private spare: number | undefined;

  constructor(words: readonly [number, number, number, number]) {
    [this.a, this.b, this.c, this.d] = words;
    if ((this.a | this.b | this.c | this.d) === 0) this.a = 1;
  }

  /** Uniform on 0 .. 2³²−1. */
  uint32(): number {
    const scrambled = Math.imul(this.b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }

  /** Uniform on [0, 1) with 53 bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Uniform on the integers 0 .. n−1, without bias; `n` at most 2³². */
  below(n: number): number {
    const limit = 4294967296 - (4294967296 % n);
    for (;;) {
      const word = this.uint32();
      if (word < limit) return word % n;
    }
  }

  /** Standard normal, by the polar method (Marsaglia & Bray 1964). */
  normal(): number {
    if (this.spare !== undefined) {
      const kept = this.spare;
      this.spare = undefined;
      return kept;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = y * scale;
      return x * scale;
    }
  }

  /** Put the state into four words, for a kernel that goes on with the stream. */
  lend(words: Int32Array): void {
    words[0] = this.a;
    words[1] = this.b;
    words[2] = this.c;
    words[3] = this.d;
  }

  /** Go on where the kernel stopped. */
  takeBack(words: Int32Array): void {
    this.a = words[0] as number;
    this.b = words[1] as number;
    this.c = words[2] as number;
    this.d = words[3] as number;
  }

  /** Another stream, from the next four words of this one. */
  fork(): Random {
    return new Random([this.uint32(), this.uint32(), this.uint32(), this.uint32()]);
  }

  /** Shuffle in place (Fisher–Yates, Durstenfeld's form). */
  shuffle<T extends { length: number; [index: number]: number }>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = values[i] as number;
      values[i] = values[j] as number;
      values[j] = kept;
    }
    return values;
  }
}

/**
 * The stream that belongs to a seed and a path of names, e.g. `stream(42, "fair", "draw", "age", 3)`.
 * Different paths give independent streams, so the order in which work is done changes nothing.
 */
export function stream(seed: number | string, ...path: readonly (string | number)[]): Random {
  const digest = createHash("sha256")
    .update(JSON.stringify([String(seed), ...path]))
    .digest();
  return new Random([
    digest.readInt32LE(0),
    digest.readInt32LE(4),
    digest.readInt32LE(8),
    digest.readInt32LE(12),
  ]);
}
