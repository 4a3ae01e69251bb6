// What a small transformer is made of, in 32-bit floats, four at a time: products of matrices, causal
// attention and layer normalisation, there and back. Plain twins are in ../network.ts; tests compare the two.

/** Floats that a panel of the right factor is deep: with its 8 columns it stays in the nearest cache. */
const DEPTH: i32 = 256;

/** Where free memory begins: tables of the exponential function lie below. */
export function first(): usize {
  return (__heap_base + 15) & ~15;
}

/** Columns `from` to `to` of the right factor's rows `top` to `top + depth`, as panels of 8 columns, padded with 0. */
function pack(b: usize, top: i32, depth: i32, k: i32, n: i32, turned: bool, room: usize): void {
  const across: usize = turned ? <usize>k << 2 : 4;
  const down: usize = turned ? 4 : <usize>n << 2;
  let to = room;
  for (let j = 0; j < n; j += 8) {
    const wide = n - j < 8 ? n - j : 8;
    let row = b + <usize>j * across + <usize>top * down;
    for (let p = 0; p < depth; p++) {
      if (wide == 8 && !turned) {
        v128.store(to, v128.load(row));
        v128.store(to, v128.load(row, 16), 16);
      } else {
        for (let c = 0; c < 8; c++) {
          store<f32>(to + (<usize>c << 2), c < wide ? load<f32>(row + <usize>c * across) : 0);
        }
      }
      row += down;
      to += 32;
    }
  }
}

@inline
function put(c: usize, low: v128, high: v128, wide: i32, isFirst: bool): void {
  if (wide == 8) {
    if (!isFirst) {
      low = f32x4.add(low, v128.load(c));
      high = f32x4.add(high, v128.load(c, 16));
    }
    v128.store(c, low);
    v128.store(c, high, 16);
    return;
  }
  for (let i = 0; i < wide; i++) {
    const at = c + (<usize>i << 2);
    let value: f32 = 0;
    if (i == 0) value = f32x4.extract_lane(low, 0);
    else if (i == 1) value = f32x4.extract_lane(low, 1);
    else if (i == 2) value = f32x4.extract_lane(low, 2);
    else if (i == 3) value = f32x4.extract_lane(low, 3);
    else if (i == 4) value = f32x4.extract_lane(high, 0);
    else if (i == 5) value = f32x4.extract_lane(high, 1);
    else value = f32x4.extract_lane(high, 2);
    store<f32>(at, isFirst ? value : value + load<f32>(at));
  }
}

/** Four rows of the product with one panel. */
function four(a: usize, across: usize, down: usize, panel: usize, depth: i32, c: usize, row: usize, wide: i32, isFirst: bool): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  let a0 = a, a1 = a + down, a2 = a1 + down, a3 = a2 + down;
  for (let p = 0; p < depth; p++) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    const x0 = v128.load_splat<f32>(a0);
    c00 = f32x4.add(c00, f32x4.mul(x0, b0));
    c01 = f32x4.add(c01, f32x4.mul(x0, b1));
    const x1 = v128.load_splat<f32>(a1);
    c10 = f32x4.add(c10, f32x4.mul(x1, b0));
    c11 = f32x4.add(c11, f32x4.mul(x1, b1));
    const x2 = v128.load_splat<f32>(a2);
    c20 = f32x4.add(c20, f32x4.mul(x2, b0));
    c21 = f32x4.add(c21, f32x4.mul(x2, b1));
    const x3 = v128.load_splat<f32>(a3);
    c30 = f32x4.add(c30, f32x4.mul(x3, b0));
    c31 = f32x4.add(c31, f32x4.mul(x3, b1));
    panel += 32;
    a0 += across; a1 += across; a2 += across; a3 += across;
  }
  put(c, c00, c01, wide, isFirst);
  put(c + row, c10, c11, wide, isFirst);
  put(c + 2 * row, c20, c21, wide, isFirst);
  put(c + 3 * row, c30, c31, wide, isFirst);
}

function one(a: usize, across: usize, panel: usize, depth: i32, c: usize, wide: i32, isFirst: bool): void {
  let low = f32x4.splat(0), high = f32x4.splat(0);
  for (let p = 0; p < depth; p++) {
    const x = v128.load_splat<f32>(a);
    low = f32x4.add(low, f32x4.mul(x, v128.load(panel)));
    high = f32x4.add(high, f32x4.mul(x, v128.load(panel, 16)));
    panel += 32;
    a += across;
  }
  put(c, low, high, wide, isFirst);
}

/**
 * The product, m × n, of factors of m × k and k × n, either of which may lie turned (k × m, n × k). `room` has
 * space for DEPTH × (n rounded up to 8) floats.
 */
export function multiply(m: i32, k: i32, n: i32, a: usize, turnedA: bool, b: usize, turnedB: bool, c: usize, room: usize): void {
  const across: usize = turnedA ? <usize>m << 2 : 4;
  const down: usize = turnedA ? 4 : <usize>k << 2;
  const row = <usize>n << 2;
  for (let top = 0; top < k; top += DEPTH) {
    const depth = k - top < DEPTH ? k - top : DEPTH;
    pack(b, top, depth, k, n, turnedB, room);
    const start = a + <usize>top * across;
    let panel = room;
    for (let j = 0; j < n; j += 8) {
      const wide = n - j < 8 ? n - j : 8;
      const out = c + (<usize>j << 2);
      let i = 0;
      for (; i + 4 <= m; i += 4) {
        four(start + <usize>i * down, across, down, panel, depth, out + <usize>i * row, row, wide, top == 0);
      }
      for (; i < m; i++) {
        one(start + <usize>i * down, across, panel, depth, out + <usize>i * row, wide, top == 0);
      }
      panel += <usize>depth << 5;
    }
  }
}

@inline
function total(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

@inline
function dot(a: usize, b: usize, bytes: usize): f32 {
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  }
  return total(sum);
}

@inline
function addTimes(to: usize, from: usize, times: f32, bytes: usize): void {
  const factor = f32x4.splat(times);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(to + at, f32x4.add(v128.load(to + at), f32x4.mul(factor, v128.load(from + at))));
  }
}

/**
 * Causal attention: `packed` holds query, key and value of `width` floats each, side by side, a token a row;
 * `width / heads` is a multiple of 4. Fills `mixed` (a token a row; zeros before) and `shares` (examples × heads × t × t).
 */
export function attend(packed: usize, width: i32, examples: i32, tokens: i32, heads: i32, mixed: usize, shares: usize): void {
  const size = width / heads;
  const bytes = <usize>size << 2;
  const row = <usize>(3 * width) << 2;
  const scale = <f32>1 / Mathf.sqrt(<f32>size);
  let line = shares;
  for (let example = 0; example < examples; example++) {
    for (let head = 0; head < heads; head++) {
      const query = packed + <usize>(example * tokens) * row + <usize>head * bytes;
      const key = query + (<usize>width << 2);
      const value = key + (<usize>width << 2);
      const out = mixed + (<usize>(example * tokens * width) << 2) + <usize>head * bytes;
      for (let i = 0; i < tokens; i++) {
        let top: f32 = -Infinity;
        for (let j = 0; j <= i; j++) {
          const score = scale * dot(query + <usize>i * row, key + <usize>j * row, bytes);
          store<f32>(line + (<usize>j << 2), score);
          if (score > top) top = score;
        }
        let sum: f32 = 0;
        for (let j = 0; j <= i; j++) {
          const weight = Mathf.exp(load<f32>(line + (<usize>j << 2)) - top);
          store<f32>(line + (<usize>j << 2), weight);
          sum += weight;
        }
        for (let j = 0; j <= i; j++) {
          const share = load<f32>(line + (<usize>j << 2)) / sum;
          store<f32>(line + (<usize>j << 2), share);
          addTimes(out + (<usize>(i * width) << 2), value + <usize>j * row, share, bytes);
        }
        line += <usize>tokens << 2;
      }
    }
  }
}

/** The gradient of `attend` with respect to `packed`, into `slopes` (zeros before); `pull` has space for `tokens` floats. */
export function attendBack(packed: usize, width: i32, examples: i32, tokens: i32, heads: i32, shares: usize, up: usize, slopes: usize, pull: usize): void {
  const size = width / heads;
  const bytes = <usize>size << 2;
  const row = <usize>(3 * width) << 2;
  const wide = <usize>width << 2;
  const scale = <f32>1 / Mathf.sqrt(<f32>size);
  let line = shares;
  for (let example = 0; example < examples; example++) {
    for (let head = 0; head < heads; head++) {
      const shift = <usize>(example * tokens) * row + <usize>head * bytes;
      const from = up + <usize>(example * tokens) * wide + <usize>head * bytes;
      for (let i = 0; i < tokens; i++) {
        const dy = from + <usize>i * wide;
        let mean: f32 = 0;
        for (let j = 0; j <= i; j++) {
          const at = shift + <usize>j * row + 2 * wide;
          const share = load<f32>(line + (<usize>j << 2));
          const slope = dot(dy, packed + at, bytes);
          addTimes(slopes + at, dy, share, bytes);
          store<f32>(pull + (<usize>j << 2), slope);
          mean += share * slope;
        }
        const query = shift + <usize>i * row;
        for (let j = 0; j <= i; j++) {
          const share = load<f32>(line + (<usize>j << 2));
          const weight = scale * share * (load<f32>(pull + (<usize>j << 2)) - mean);
          const key = shift + <usize>j * row + wide;
          addTimes(slopes + query, packed + key, weight, bytes);
          addTimes(slopes + key, packed + query, weight, bytes);
        }
        line += <usize>tokens << 2;
      }
    }
  }
}

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

/** The gradient of `normalise` with respect to its input, from that of its output `y`. */
export function normaliseBack(up: usize, y: usize, scales: usize, rows: i32, width: i32, out: usize): void {
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
      v128.store(out + at, f32x4.mul(scale, f32x4.sub(level, f32x4.mul(v128.load(y + at), tilt))));
    }
    up += bytes;
    y += bytes;
    out += bytes;
  }
}
