// Normal variables block by block: sums of products for their correlations, draws by the ziggurat,
// weighted sums of them, and the states that they fall into. The plain twins are in ../normal.ts.
import { next } from "./random/xoshiro";

/** Σ a · b over n doubles, in four interleaved sums. */
export function dot(a: usize, b: usize, n: i32): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  const end = a + (<usize>(n & ~3) << 3);
  while (a < end) {
    even = f64x2.add(even, f64x2.mul(v128.load(a), v128.load(b)));
    odd = f64x2.add(odd, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
    a += 32;
    b += 32;
  }
  let first = f64x2.extract_lane(even, 0);
  for (let i = n & 3; i > 0; i--) {
    first += load<f64>(a) * load<f64>(b);
    a += 8;
    b += 8;
  }
  const second = f64x2.extract_lane(even, 1);
  return first + second + f64x2.extract_lane(odd, 0) + f64x2.extract_lane(odd, 1);
}

/**
 * `n` standard normals by the ziggurat of 128 layers (their edges at `edges`, ratios of neighbours at
 * `ratios`), with xoshiro128** whose four words are at `words`. Draws outside their layer's core are left
 * as u in −1..1, and their places and layers noted at `slow`; returns how many.
 */
export function normals(words: usize, into: usize, n: i32, edges: usize, ratios: usize, slow: usize): i32 {
  let noted = slow;
  for (let i = 0; i < n; i++) {
    const word = next(words);
    const low = next(words);
    const layer = word & 127;
    const u = (<f64>(word >> 7) + <f64>low * 2.3283064365386963e-10) * 5.9604644775390625e-8 - 1;
    const at = <usize>layer << 3;
    if (Math.abs(u) < load<f64>(ratios + at)) {
      store<f64>(into, u * load<f64>(edges + at));
    } else {
      store<f64>(into, u);
      store<i32>(noted, i);
      store<u32>(noted, layer, 4);
      noted += 8;
    }
    into += 8;
  }
  return <i32>((noted - slow) >> 3);
}

/**
 * into = Σ weight · column over `count` + 1 columns of `n` doubles that follow each other every `stride`
 * bytes from `columns` on; the last one is added first. `n` may be rounded up to a multiple of 4.
 */
export function combine(into: usize, columns: usize, stride: usize, weights: usize, count: i32, n: i32): void {
  const last = columns + <usize>count * stride;
  const own = v128.load64_splat(weights + (<usize>count << 3));
  for (let i: usize = 0; i < <usize>n << 3; i += 32) {
    let low = f64x2.mul(own, v128.load(last + i));
    let high = f64x2.mul(own, v128.load(last + i, 16));
    let from = columns + i;
    for (let k = 0; k < count; k++) {
      const weight = v128.load64_splat(weights + (<usize>k << 3));
      low = f64x2.add(low, f64x2.mul(weight, v128.load(from)));
      high = f64x2.add(high, f64x2.mul(weight, v128.load(from, 16)));
      from += stride;
    }
    v128.store(into + i, low);
    v128.store(into + i, high, 16);
  }
}

/**
 * For each of `n` doubles at `values` the state s with thresholds[s] < value ≤ thresholds[s + 1], as 32-bit
 * integers. `guide` has `cells` + 2 entries: for each stretch of 1 / `scale` from −`reach` on, the first
 * threshold to look at; `last` is the last one.
 */
export function locate(
  values: usize,
  into: usize,
  n: i32,
  thresholds: usize,
  guide: usize,
  cells: i32,
  scale: f64,
  reach: f64,
  last: i32,
): void {
  for (let i = 0; i < n; i++) {
    const z = load<f64>(values + (<usize>i << 3));
    let cell = <i32>Math.floor((z + reach) * scale) + 1;
    cell = max(0, min(cells, cell));
    let low = load<i32>(guide + (<usize>cell << 2));
    let high = cell == cells ? last : load<i32>(guide + (<usize>cell << 2), 4);
    while (low < high) {
      const middle = (low + high) >> 1;
      const above = load<f64>(thresholds + (<usize>middle << 3)) < z;
      low = select<i32>(middle + 1, low, above);
      high = select<i32>(high, middle, above);
    }
    store<i32>(into + (<usize>i << 2), low - 1);
  }
}
