// What the parts have in common.

/** sum + x·y: with two roundings, or where compiled with relaxed instructions with one, if the machine has that. */
@inline
export function addProduct(sum: v128, x: v128, y: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, sum);
  return f32x4.add(sum, f32x4.mul(x, y));
}

/** e to the power of x ≤ 0, to within 2 units in the last place; below −87 what is there. */
@inline
export function exp4(x: v128): v128 {
  x = f32x4.max(x, f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.4426950408889634)));
  // ln 2 in two parts, the first exact in products with whole numbers (Cody & Waite 1980).
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = addProduct(r, n, f32x4.splat(2.12194440e-4));
  let sum = f32x4.splat(1 / 5040.0);
  sum = addProduct(f32x4.splat(1 / 720.0), sum, r);
  sum = addProduct(f32x4.splat(1 / 120.0), sum, r);
  sum = addProduct(f32x4.splat(1 / 24.0), sum, r);
  sum = addProduct(f32x4.splat(1 / 6.0), sum, r);
  sum = addProduct(f32x4.splat(0.5), sum, r);
  sum = addProduct(f32x4.splat(1), sum, r);
  sum = addProduct(f32x4.splat(1), sum, r);
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(sum, power);
}

@inline
export function total(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

@inline
export function addTimes(to: usize, from: usize, times: f32, bytes: usize): void {
  const factor = f32x4.splat(times);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(to + at, addProduct(v128.load(to + at), factor, v128.load(from + at)));
  }
}

@inline
export function dot(a: usize, b: usize, bytes: usize): f32 {
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    sum = addProduct(sum, v128.load(a + at), v128.load(b + at));
  }
  return total(sum);
}
