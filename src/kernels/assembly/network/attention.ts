// Causal attention, there and back.

import { addProduct, addTimes, dot, exp4, total } from "./vectors";

/** Rows of `size` floats, `row` bytes apart, turned: one line of `wide` bytes for each of their floats, padded with 0. */
function turn(from: usize, row: usize, tokens: i32, size: i32, wide: usize, to: usize): void {
  memory.fill(to, 0, <usize>size * wide);
  for (let t = 0; t < tokens; t++) {
    for (let i = 0; i < size; i++) {
      store<f32>(to + <usize>i * wide + (<usize>t << 2), load<f32>(from + <usize>t * row + (<usize>i << 2)));
    }
  }
}

/** Products of x with the first columns of what `turn` made, `bytes` of them. */
@inline
function along(x: usize, turned: usize, size: i32, wide: usize, bytes: usize, to: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    let sum = f32x4.splat(0);
    let line = turned + at;
    for (let i = 0; i < size; i++) {
      sum = addProduct(sum, v128.load_splat<f32>(x + (<usize>i << 2)), v128.load(line));
      line += wide;
    }
    v128.store(to + at, sum);
  }
}

/** Scores 0 to i of a line become shares, all others 0. */
@inline
function share(line: usize, i: i32, bytes: usize, wide: usize, scale: f32): void {
  const end = line + bytes;
  for (let at = line + (<usize>(i + 1) << 2); at < end; at += 4) store<f32>(at, -Infinity);
  let top = f32x4.splat(-Infinity);
  for (let at = line; at < end; at += 16) top = f32x4.max(top, v128.load(at));
  const most = f32x4.splat(max(
    max(f32x4.extract_lane(top, 0), f32x4.extract_lane(top, 1)),
    max(f32x4.extract_lane(top, 2), f32x4.extract_lane(top, 3)),
  ));
  const factor = f32x4.splat(scale);
  for (let at = line; at < end; at += 16) {
    v128.store(at, exp4(f32x4.mul(factor, f32x4.sub(v128.load(at), most))));
  }
  for (let at = line + (<usize>(i + 1) << 2); at < line + wide; at += 4) store<f32>(at, 0);
  let sum = f32x4.splat(0);
  for (let at = line; at < end; at += 16) sum = f32x4.add(sum, v128.load(at));
  const part = f32x4.splat(<f32>1 / total(sum));
  for (let at = line; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), part));
}

/**
 * Causal attention: `packed` holds query, key and value of `width` floats each, side by side, a token a row;
 * `width / heads` is a multiple of 4. Fills `mixed` (a token a row) and `shares` (examples × heads × t × t, lines
 * padded with 0 to a multiple of 4). `space` holds `width / heads` such lines.
 */
export function attend(packed: usize, width: i32, examples: i32, tokens: i32, heads: i32, mixed: usize, shares: usize, space: usize): void {
  const size = width / heads;
  const bytes = <usize>size << 2;
  const row = <usize>(3 * width) << 2;
  const wide = <usize>((tokens + 3) & ~3) << 2;
  const scale = <f32>1 / Mathf.sqrt(<f32>size);
  let line = shares;
  memory.fill(mixed, 0, <usize>(examples * tokens * width) << 2);
  for (let example = 0; example < examples; example++) {
    for (let head = 0; head < heads; head++) {
      const query = packed + <usize>(example * tokens) * row + <usize>head * bytes;
      const key = query + (<usize>width << 2);
      const value = key + (<usize>width << 2);
      const out = mixed + (<usize>(example * tokens * width) << 2) + <usize>head * bytes;
      turn(key, row, tokens, size, wide, space);
      for (let i = 0; i < tokens; i++) {
        const reach = <usize>((i + 4) & ~3) << 2;
        along(query + <usize>i * row, space, size, wide, reach, line);
        share(line, i, reach, wide, scale);
        for (let j = 0; j <= i; j++) {
          addTimes(out + (<usize>(i * width) << 2), value + <usize>j * row, load<f32>(line + (<usize>j << 2)), bytes);
        }
        line += wide;
      }
    }
  }
}

/**
 * Attention of each row's newest token alone over its `tokens` tokens, itself the last of them: queries lie `down` floats
 * apart, keys and values are rows × tokens × width. Fills `mixed` (rows × width); `line` has room for a padded line of shares.
 */
export function attendLast(queries: usize, down: i32, keys: usize, values: usize, width: i32, rows: i32, tokens: i32, heads: i32, mixed: usize, line: usize): void {
  const size = width / heads;
  const bytes = <usize>size << 2;
  const token = <usize>width << 2;
  const wide = <usize>((tokens + 3) & ~3) << 2;
  const scale = <f32>1 / Mathf.sqrt(<f32>size);
  memory.fill(mixed, 0, <usize>rows * token);
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const shift = <usize>head * bytes;
      for (let t = 0; t < tokens; t++) {
        store<f32>(line + (<usize>t << 2), dot(queries + shift, keys + <usize>t * token + shift, bytes));
      }
      share(line, tokens - 1, wide, wide, scale);
      for (let t = 0; t < tokens; t++) {
        addTimes(mixed + shift, values + <usize>t * token + shift, load<f32>(line + (<usize>t << 2)), bytes);
      }
    }
    queries += <usize>down << 2;
    keys += <usize>tokens * token;
    values += <usize>tokens * token;
    mixed += token;
  }
}

/**
 * The gradient of `attend` with respect to `packed`, into `slopes`. `space` holds `width / heads` + 1 padded lines of
 * `tokens` floats.
 */
export function attendBack(packed: usize, width: i32, examples: i32, tokens: i32, heads: i32, shares: usize, up: usize, slopes: usize, space: usize): void {
  const size = width / heads;
  const bytes = <usize>size << 2;
  const row = <usize>(3 * width) << 2;
  const thick = <usize>width << 2;
  const wide = <usize>((tokens + 3) & ~3) << 2;
  const pull = space + <usize>size * wide;
  const scale = <f32>1 / Mathf.sqrt(<f32>size);
  let line = shares;
  memory.fill(slopes, 0, <usize>(examples * tokens) * row);
  for (let example = 0; example < examples; example++) {
    for (let head = 0; head < heads; head++) {
      const shift = <usize>(example * tokens) * row + <usize>head * bytes;
      const from = up + <usize>(example * tokens) * thick + <usize>head * bytes;
      turn(packed + shift + 2 * thick, row, tokens, size, wide, space);
      for (let i = 0; i < tokens; i++) {
        const dy = from + <usize>i * thick;
        const reach = <usize>((i + 4) & ~3) << 2;
        along(dy, space, size, wide, reach, pull);
        let sum = f32x4.splat(0);
        for (let at: usize = 0; at < reach; at += 16) {
          sum = addProduct(sum, v128.load(line + at), v128.load(pull + at));
        }
        const mean = total(sum);
        const query = shift + <usize>i * row;
        for (let j = 0; j <= i; j++) {
          const part = load<f32>(line + (<usize>j << 2));
          const weight = scale * part * (load<f32>(pull + (<usize>j << 2)) - mean);
          const key = shift + <usize>j * row + thick;
          addTimes(slopes + key + thick, dy, part, bytes);
          addTimes(slopes + query, packed + key, weight, bytes);
          addTimes(slopes + key, packed + query, weight, bytes);
        }
        line += wide;
      }
    }
  }
}
