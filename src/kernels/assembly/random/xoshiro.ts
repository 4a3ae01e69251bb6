// xoshiro128** (Blackman & Vigna 2018), as `Random` in base/random.ts has it: four words at `words`.

/** The next word. */
export function next(words: usize): u32 {
  const b = load<u32>(words, 4);
  const result = rotl<u32>(b * 5, 7) * 9;
  let c = load<u32>(words, 8) ^ load<u32>(words);
  let d = load<u32>(words, 12) ^ b;
  store<u32>(words, b ^ c, 4);
  store<u32>(words, load<u32>(words) ^ d);
  c ^= b << 9;
  store<u32>(words, c, 8);
  store<u32>(words, rotl<u32>(d, 11), 12);
  return result;
}

/** Uniform on [0, 1) with 53 bits. */
export function uniform(words: usize): f64 {
  const high = next(words) >> 5;
  const low = next(words) >> 6;
  return (<f64>high * 67108864 + <f64>low) / 9007199254740992;
}

/** Uniform on the integers 0 .. n−1, without bias. */
export function below(words: usize, n: u32): u32 {
  const limit: u64 = (<u64>1 << 32) - ((<u64>1 << 32) % <u64>n);
  let word = next(words);
  while (<u64>word >= limit) word = next(words);
  return word % n;
}

/**
 * `n` words, rounded up to a multiple of 4, of four streams that begin at the next 16 words of the one at
 * `words`, in turn.
 */
export function fourfold(words: usize, into: usize, n: i32): void {
  for (let lane: usize = 0; lane < 16; lane += 4) {
    for (let word: usize = 0; word < 64; word += 16) store<u32>(into + lane + word, next(words));
  }
  let a = v128.load(into);
  let b = v128.load(into, 16);
  let c = v128.load(into, 32);
  let d = v128.load(into, 48);
  const zero = i32x4.eq(v128.or(v128.or(a, b), v128.or(c, d)), i32x4.splat(0));
  a = v128.or(a, v128.and(zero, i32x4.splat(1)));
  const end = into + ((<usize>n + 3) & ~3) * 4;
  for (; into < end; into += 16) {
    const five = i32x4.add(i32x4.shl(b, 2), b);
    const turned = v128.or(i32x4.shl(five, 7), i32x4.shr_u(five, 25));
    v128.store(into, i32x4.add(i32x4.shl(turned, 3), turned));
    const shifted = i32x4.shl(b, 9);
    c = v128.xor(c, a);
    d = v128.xor(d, b);
    b = v128.xor(b, c);
    a = v128.xor(a, d);
    c = v128.xor(c, shifted);
    d = v128.or(i32x4.shl(d, 11), i32x4.shr_u(d, 21));
  }
}
