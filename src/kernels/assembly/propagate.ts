// Passes of belief propagation over tables of doubles, in runs of the innermost axes. A run of the
// large table meets its partner at `offsets[run]`, with steps of `stride` cells (0: one cell for the
// whole run). The plain twin is `plainPropagation` in ../propagate.ts.

/** into[run, i] += from[offsets[run] + i · stride]. */
export function addRuns(into: usize, from: usize, offsets: usize, runs: i32, length: i32, stride: i32): void {
  let at = into;
  const end = <usize>length << 3;
  const pairs = <usize>(length >> 1) << 4;
  const step = <usize>stride << 3;
  for (let run = 0; run < runs; run++) {
    let other = from + (<usize>load<i32>(offsets + (<usize>run << 2)) << 3);
    let i: usize = 0;
    if (stride == 0) {
      const value = load<f64>(other);
      const both = f64x2.splat(value);
      for (; i < pairs; i += 16) v128.store(at + i, f64x2.add(v128.load(at + i), both));
      if (i < end) store<f64>(at + i, load<f64>(at + i) + value);
    } else if (stride == 1) {
      for (; i < pairs; i += 16) v128.store(at + i, f64x2.add(v128.load(at + i), v128.load(other + i)));
      if (i < end) store<f64>(at + i, load<f64>(at + i) + load<f64>(other + i));
    } else {
      for (; i < end; i += 8, other += step) store<f64>(at + i, load<f64>(at + i) + load<f64>(other));
    }
    at += end;
  }
}

/** into[offsets[run] + i · stride] += from[run, i]. */
export function sumRuns(from: usize, into: usize, offsets: usize, runs: i32, length: i32, stride: i32): void {
  let at = from;
  const end = <usize>length << 3;
  const pairs = <usize>(length >> 1) << 4;
  const step = <usize>stride << 3;
  for (let run = 0; run < runs; run++) {
    let other = into + (<usize>load<i32>(offsets + (<usize>run << 2)) << 3);
    let i: usize = 0;
    if (stride == 0) {
      let both = f64x2.splat(0);
      for (; i < pairs; i += 16) both = f64x2.add(both, v128.load(at + i));
      let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
      if (i < end) sum += load<f64>(at + i);
      store<f64>(other, load<f64>(other) + sum);
    } else if (stride == 1) {
      for (; i < pairs; i += 16) v128.store(other + i, f64x2.add(v128.load(other + i), v128.load(at + i)));
      if (i < end) store<f64>(other + i, load<f64>(other + i) + load<f64>(at + i));
    } else {
      for (; i < end; i += 8, other += step) store<f64>(other, load<f64>(other) + load<f64>(at + i));
    }
    at += end;
  }
}

/** e^x for x ≤ 0, two at a time, to the last bit or two; 0 below −708 (Cody & Waite's reduction). */
@inline
function exponential(x: v128): v128 {
  const k = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
  let r = f64x2.sub(x, f64x2.mul(k, f64x2.splat(6.93147180369123816490e-1)));
  r = f64x2.sub(r, f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10)));
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const r8 = f64x2.mul(r4, r4);
  const a = f64x2.add(f64x2.add(f64x2.splat(1), r), f64x2.mul(r2, f64x2.add(f64x2.splat(0.5), f64x2.mul(r, f64x2.splat(1.6666666666666666e-1)))));
  const b = f64x2.add(
    f64x2.add(f64x2.splat(4.1666666666666664e-2), f64x2.mul(r, f64x2.splat(8.333333333333333e-3))),
    f64x2.mul(r2, f64x2.add(f64x2.splat(1.3888888888888889e-3), f64x2.mul(r, f64x2.splat(1.984126984126984e-4)))),
  );
  const c = f64x2.add(
    f64x2.add(f64x2.splat(2.48015873015873e-5), f64x2.mul(r, f64x2.splat(2.7557319223985893e-6))),
    f64x2.mul(r2, f64x2.add(f64x2.splat(2.755731922398589e-7), f64x2.mul(r, f64x2.splat(2.505210838544172e-8)))),
  );
  const d = f64x2.add(f64x2.splat(2.08767569878681e-9), f64x2.mul(r, f64x2.splat(1.6059043836821613e-10)));
  const low = f64x2.add(a, f64x2.mul(r4, b));
  const high = f64x2.add(c, f64x2.mul(r4, d));
  const p = f64x2.add(low, f64x2.mul(r8, high));
  const whole = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(k));
  const power = i64x2.shl(i64x2.add(whole, i64x2.splat(1023)), 52);
  const kept = f64x2.gt(x, f64x2.splat(-708));
  return v128.and(f64x2.mul(p, power), kept);
}

/**
 * Each run of logs becomes e^(log − most), with its sum in `sums` and its largest log in `most`; a run
 * that is −∞ throughout becomes 0 with sum 0.
 */
export function exponentiateRuns(logs: usize, sums: usize, most: usize, runs: i32, length: i32): void {
  let at = logs;
  const end = <usize>length << 3;
  const pairs = <usize>(length >> 1) << 4;
  for (let run = 0; run < runs; run++, at += end, sums += 8, most += 8) {
    let largest = f64x2.splat(-Infinity);
    let i: usize = 0;
    for (; i < pairs; i += 16) largest = f64x2.pmax(largest, v128.load(at + i));
    let top = f64x2.extract_lane(largest, 0);
    const second = f64x2.extract_lane(largest, 1);
    if (second > top) top = second;
    if (i < end && load<f64>(at + i) > top) top = load<f64>(at + i);
    if (top == -Infinity) {
      for (i = 0; i < end; i += 8) store<f64>(at + i, 0);
      store<f64>(sums, 0);
      store<f64>(most, top);
      continue;
    }
    const shift = f64x2.splat(top);
    let total = f64x2.splat(0);
    for (i = 0; i < pairs; i += 16) {
      const value = exponential(f64x2.sub(v128.load(at + i), shift));
      v128.store(at + i, value);
      total = f64x2.add(total, value);
    }
    let sum = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
    if (i < end) {
      const value = f64x2.extract_lane(exponential(f64x2.splat(load<f64>(at + i) - top)), 0);
      store<f64>(at + i, value);
      sum += value;
    }
    store<f64>(sums, sum);
    store<f64>(most, top);
  }
}

/** Each run times scales[run] / sums[run]; a sum of 0 leaves the run 0. */
export function scaleRuns(values: usize, scales: usize, sums: usize, runs: i32, length: i32): void {
  let at = values;
  const end = <usize>length << 3;
  const pairs = <usize>(length >> 1) << 4;
  for (let run = 0; run < runs; run++, at += end, scales += 8, sums += 8) {
    const sum = load<f64>(sums);
    if (sum == 0) continue;
    const scale = load<f64>(scales) / sum;
    const both = f64x2.splat(scale);
    let i: usize = 0;
    for (; i < pairs; i += 16) v128.store(at + i, f64x2.mul(v128.load(at + i), both));
    if (i < end) store<f64>(at + i, load<f64>(at + i) * scale);
  }
}

/** Σ a[i] · b[i]. */
export function dot(a: usize, b: usize, length: i32): f64 {
  const end = <usize>length << 3;
  const blocks = <usize>(length >> 2) << 5;
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  let i: usize = 0;
  for (; i < blocks; i += 32) {
    even = f64x2.add(even, f64x2.mul(v128.load(a + i), v128.load(b + i)));
    odd = f64x2.add(odd, f64x2.mul(v128.load(a + i, 16), v128.load(b + i, 16)));
  }
  const both = f64x2.add(even, odd);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; i < end; i += 8) sum += load<f64>(a + i) * load<f64>(b + i);
  return sum;
}

/** into[i] += factor · from[i]. */
export function addScaled(into: usize, from: usize, factor: f64, length: i32): void {
  const end = <usize>length << 3;
  const pairs = <usize>(length >> 1) << 4;
  const both = f64x2.splat(factor);
  let i: usize = 0;
  for (; i < pairs; i += 16) {
    v128.store(into + i, f64x2.add(v128.load(into + i), f64x2.mul(both, v128.load(from + i))));
  }
  if (i < end) store<f64>(into + i, load<f64>(into + i) + factor * load<f64>(from + i));
}
