// Counts of pairs of byte columns, block by block. Two histograms take turns, so that a run of equal
// pairs does not wait for its own last write. The plain twin is `countPairsPlain` in ../count.ts.

/** Each of `n` bytes at `into` becomes itself times `size` plus the byte at `from`; fits in a byte. */
export function fuse(into: usize, from: usize, size: i32, n: i32): void {
  const factor = i16x8.splat(<i16>size);
  const mask = i16x8.splat(0xff);
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    const a = v128.load(into + i);
    const b = v128.load(from + i);
    const low = i16x8.add(
      i16x8.mul(i16x8.extend_low_i8x16_u(a), factor),
      i16x8.extend_low_i8x16_u(b),
    );
    const high = i16x8.add(
      i16x8.mul(i16x8.extend_high_i8x16_u(a), factor),
      i16x8.extend_high_i8x16_u(b),
    );
    const narrow = i8x16.narrow_i16x8_u(v128.and(low, mask), v128.and(high, mask));
    v128.store(into + i, narrow);
  }
  for (; i < n; i++) store<u8>(into + i, <u8>(<i32>load<u8>(into + i) * size + <i32>load<u8>(from + i)));
}

@inline
function add(histogram: usize, cell: u32): void {
  const at = histogram + (<usize>cell << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** Add `n` pairs of bytes to the histograms `even` and `odd`, whose rows have `width` cells. */
export function pairs(a: usize, b: usize, n: i32, width: u32, even: usize, odd: usize): void {
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    const x = load<u64>(a + i);
    const y = load<u64>(b + i);
    add(even, <u32>(x & 255) * width + <u32>(y & 255));
    add(odd, <u32>((x >> 8) & 255) * width + <u32>((y >> 8) & 255));
    add(even, <u32>((x >> 16) & 255) * width + <u32>((y >> 16) & 255));
    add(odd, <u32>((x >> 24) & 255) * width + <u32>((y >> 24) & 255));
    add(even, <u32>((x >> 32) & 255) * width + <u32>((y >> 32) & 255));
    add(odd, <u32>((x >> 40) & 255) * width + <u32>((y >> 40) & 255));
    add(even, <u32>((x >> 48) & 255) * width + <u32>((y >> 48) & 255));
    add(odd, <u32>(x >> 56) * width + <u32>(y >> 56));
  }
  for (; i < n; i++) add(even, <u32>load<u8>(a + i) * width + <u32>load<u8>(b + i));
}
