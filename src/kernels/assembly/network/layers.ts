// What lies between the products, there and back.

import { addTimes, dot, exp4, total } from "./vectors";

/** Each row to mean 0 and mean square 1; `width` is a multiple of 4. Keeps the factor of each row in `scales`. */
export function normalise(x: usize, rows: i32, width: i32, out: usize, scales: usize): void {
  const bytes = <usize>width << 2;
  const count = <f32>width;
  for (let row = 0; row < rows; row++) {
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) sum = f32x4.add(sum, v128.load(x + at));
    const mean = f32x4.splat(total(sum) / count);
    let squares = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const gap = f32x4.sub(v128.load(x + at), mean);
      squares = f32x4.add(squares, f32x4.mul(gap, gap));
    }
    const scale = <f32>1 / Mathf.sqrt(total(squares) / count + <f32>1e-5);
    const factor = f32x4.splat(scale);
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(out + at, f32x4.mul(f32x4.sub(v128.load(x + at), mean), factor));
    }
    store<f32>(scales + (<usize>row << 2), scale);
    x += bytes;
    out += bytes;
  }
}

/** The gradient of `normalise` with respect to its input, from that of its output `y`; into `out` or added to it. */
export function normaliseBack(up: usize, y: usize, scales: usize, rows: i32, width: i32, out: usize, adds: bool): void {
  const bytes = <usize>width << 2;
  const count = <f32>width;
  for (let row = 0; row < rows; row++) {
    let sum = f32x4.splat(0), along = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const slope = v128.load(up + at);
      sum = f32x4.add(sum, slope);
      along = f32x4.add(along, f32x4.mul(slope, v128.load(y + at)));
    }
    const mean = f32x4.splat(total(sum) / count);
    const tilt = f32x4.splat(total(along) / count);
    const scale = f32x4.splat(load<f32>(scales + (<usize>row << 2)));
    for (let at: usize = 0; at < bytes; at += 16) {
      const level = f32x4.sub(v128.load(up + at), mean);
      const slope = f32x4.mul(scale, f32x4.sub(level, f32x4.mul(v128.load(y + at), tilt)));
      v128.store(out + at, adds ? f32x4.add(slope, v128.load(out + at)) : slope);
    }
    up += bytes;
    y += bytes;
    out += bytes;
  }
}

/** Element by element, a multiple of 4 of them: negative ones become 0. */
export function rectify(x: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (const end = x + (<usize>count << 2); x < end; x += 16) v128.store(x, f32x4.max(v128.load(x), zero));
}

/** The gradient of `rectify` in its place: 0 where its output `y` is. */
export function rectifyBack(up: usize, y: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (const end = up + (<usize>count << 2); up < end; up += 16) {
    v128.store(up, v128.and(v128.load(up), f32x4.gt(v128.load(y), zero)));
    y += 16;
  }
}

/** `to` = x × mask, or with `adds` `to` + x × mask; a multiple of 4 floats. */
export function mask(x: usize, factors: usize, count: i32, to: usize, adds: bool): void {
  for (const end = x + (<usize>count << 2); x < end; x += 16) {
    const value = f32x4.mul(v128.load(x), v128.load(factors));
    v128.store(to, adds ? f32x4.add(v128.load(to), value) : value);
    factors += 16;
    to += 16;
  }
}

/** `to` = each row of x + `bias` (none: 0), or with `adds` added to it; `width` is a multiple of 4. */
export function settle(x: usize, rows: i32, width: i32, bias: usize, to: usize, adds: bool): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      let value = v128.load(x + at);
      if (bias != 0) value = f32x4.add(value, v128.load(bias + at));
      v128.store(to + at, adds ? f32x4.add(v128.load(to + at), value) : value);
    }
    x += bytes;
    to += bytes;
  }
}

/** Rows of each example times its own factor; `width` is a multiple of 4. */
export function scale(x: usize, examples: i32, tokens: i32, width: i32, factors: usize): void {
  const bytes = <usize>(tokens * width) << 2;
  for (let example = 0; example < examples; example++) {
    const factor = v128.load_splat<f32>(factors + (<usize>example << 2));
    for (const end = x + bytes; x < end; x += 16) v128.store(x, f32x4.mul(v128.load(x), factor));
  }
}

/** The sum of all rows, added to `out`; `width` is a multiple of 4. */
export function sumRows(x: usize, rows: i32, width: i32, out: usize): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    addTimes(out, x, 1, bytes);
    x += bytes;
  }
}

/** Inputs of one token: the row that asks, and of `table` the row of the word told (none: 0). `width` is a multiple of 4. */
export function tell(words: usize, table: usize, ask: usize, examples: i32, width: i32, down: i32, out: usize): void {
  const bytes = <usize>width << 2;
  for (let example = 0; example < examples; example++) {
    memory.copy(out, ask, bytes);
    if (table != 0) addTimes(out, table + <usize>load<i32>(words + (<usize>example << 2)) * bytes, 1, bytes);
    out += <usize>down << 2;
  }
}

/** The gradient of `tell`, added to that of the table and that of the row that asks. */
export function tellBack(words: usize, table: usize, ask: usize, examples: i32, width: i32, down: i32, up: usize): void {
  const bytes = <usize>width << 2;
  for (let example = 0; example < examples; example++) {
    addTimes(ask, up, 1, bytes);
    if (table != 0) addTimes(table + <usize>load<i32>(words + (<usize>example << 2)) * bytes, up, 1, bytes);
    up += <usize>down << 2;
  }
}

/**
 * Cross-entropy of the words in `aims` (−1: none there), rows of `wide` floats that are a multiple of 4, the last
 * of them −∞ (padding). Logits become their gradient times `weight`. Returns the sum.
 */
export function crossEntropy(logits: usize, examples: i32, wide: i32, aims: usize, weight: f32): f64 {
  const bytes = <usize>wide << 2;
  let loss: f64 = 0;
  for (let example = 0; example < examples; example++, logits += bytes) {
    const aim = load<i32>(aims + (<usize>example << 2));
    if (aim < 0) {
      memory.fill(logits, 0, bytes);
      continue;
    }
    const end = logits + bytes;
    const own = logits + (<usize>aim << 2);
    let top = f32x4.splat(-Infinity);
    for (let at = logits; at < end; at += 16) top = f32x4.max(top, v128.load(at));
    const most = max(
      max(f32x4.extract_lane(top, 0), f32x4.extract_lane(top, 1)),
      max(f32x4.extract_lane(top, 2), f32x4.extract_lane(top, 3)),
    );
    const gap = <f64>load<f32>(own) - <f64>most;
    const level = f32x4.splat(most);
    let sum = f32x4.splat(0);
    for (let at = logits; at < end; at += 16) {
      const value = exp4(f32x4.sub(v128.load(at), level));
      v128.store(at, value);
      sum = f32x4.add(sum, value);
    }
    const all = total(sum);
    const part = f32x4.splat(weight / all);
    for (let at = logits; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), part));
    store<f32>(own, load<f32>(own) - weight);
    loss += Math.log(<f64>all) - gap;
  }
  return loss;
}

/**
 * By example, added to `sums` (doubles): `times` (a·b + 1)(c·d), where a and b have `wide` floats, c and d `thick`,
 * multiples of 4, and an example's rows lie `down` and `far` floats apart.
 */
export function pairNorms(examples: i32, a: usize, b: usize, wide: i32, down: i32, c: usize, d: usize, thick: i32, far: i32, times: f64, sums: usize): void {
  for (let example = 0; example < examples; example++) {
    const near = <f64>dot(a, b, <usize>wide << 2) + 1;
    const at = sums + (<usize>example << 3);
    store<f64>(at, load<f64>(at) + times * near * <f64>dot(c, d, <usize>thick << 2));
    a += <usize>down << 2;
    b += <usize>down << 2;
    c += <usize>far << 2;
    d += <usize>far << 2;
  }
}
