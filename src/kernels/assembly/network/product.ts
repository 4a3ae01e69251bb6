// Products of matrices: panels of both factors are packed, so that tiles of 4 × 8 run along them.

// What a small transformer is made of, in 32-bit floats, four at a time: products of matrices, causal
// attention, layer normalisation, embeddings and cross-entropy, there and back. Strides are in floats.
// Plain twins are in ../../../test/kernels; tests compare the two.

import { addProduct } from "./vectors";

/** Floats that a panel of a factor is deep: the right one's with its 8 columns stays in the nearest cache. */
const DEPTH: i32 = 256;
/** Rows of the left factor that are packed together. */
const BLOCK: i32 = 64;

/** Where free memory begins. */
export function first(): usize {
  return (__heap_base + 15) & ~15;
}

/** Floats of room that `multiply` needs for a product of n columns. */
export function room(n: i32): i32 {
  return ((n + 7) & ~7) * (DEPTH + 1) + BLOCK * DEPTH + 32;
}

/** The right factor's next rows as panels of 8 columns, padded with 0; strides in bytes. */
function packRight(b: usize, down: usize, across: usize, depth: i32, n: i32, to: usize): void {
  for (let j = 0; j < n; j += 8) {
    const wide = n - j < 8 ? n - j : 8;
    let row = b + <usize>j * across;
    for (let p = 0; p < depth; p++) {
      if (wide == 8 && across == 4) {
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

/** Some rows of the left factor as panels of 4, padded with 0; strides in bytes. */
function packLeft(a: usize, down: usize, across: usize, rows: i32, depth: i32, to: usize): void {
  for (let i = 0; i < rows; i += 4) {
    let at = a + <usize>i * down;
    const tall = rows - i;
    if (tall >= 4 && down == 4) {
      for (let p = 0; p < depth; p++) {
        v128.store(to, v128.load(at));
        at += across;
        to += 16;
      }
      continue;
    }
    for (let p = 0; p < depth; p++) {
      store<f32>(to, load<f32>(at));
      store<f32>(to, tall > 1 ? load<f32>(at + down) : 0, 4);
      store<f32>(to, tall > 2 ? load<f32>(at + 2 * down) : 0, 8);
      store<f32>(to, tall > 3 ? load<f32>(at + 3 * down) : 0, 12);
      at += across;
      to += 16;
    }
  }
}

/** A panel of 4 rows times a panel of 8 columns, upon `bias` (or 0), into c or added to it. */
function tile(a: usize, b: usize, depth: i32, bias: usize, c: usize, row: usize, adds: bool): void {
  let c00 = f32x4.splat(0), c01 = c00;
  if (bias != 0) {
    c00 = v128.load(bias);
    c01 = v128.load(bias, 16);
  }
  let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
  const end = a + (<usize>depth << 4);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load_splat<f32>(a);
    c00 = addProduct(c00, x0, b0);
    c01 = addProduct(c01, x0, b1);
    const x1 = v128.load_splat<f32>(a, 4);
    c10 = addProduct(c10, x1, b0);
    c11 = addProduct(c11, x1, b1);
    const x2 = v128.load_splat<f32>(a, 8);
    c20 = addProduct(c20, x2, b0);
    c21 = addProduct(c21, x2, b1);
    const x3 = v128.load_splat<f32>(a, 12);
    c30 = addProduct(c30, x3, b0);
    c31 = addProduct(c31, x3, b1);
    a += 16;
    b += 32;
  }
  put(c, c00, c01, adds);
  put(c + row, c10, c11, adds);
  put(c + 2 * row, c20, c21, adds);
  put(c + 3 * row, c30, c31, adds);
}

@inline
function put(c: usize, low: v128, high: v128, adds: bool): void {
  v128.store(c, adds ? f32x4.add(low, v128.load(c)) : low);
  v128.store(c, adds ? f32x4.add(high, v128.load(c, 16)) : high, 16);
}

/** What of a tile, laid out 4 × 8, lies within the product. */
function putPart(from: usize, c: usize, row: usize, tall: i32, wide: i32, adds: bool): void {
  for (let i = 0; i < tall; i++) {
    for (let j = 0; j < wide; j++) {
      const to = c + <usize>i * row + (<usize>j << 2);
      const value = load<f32>(from + (<usize>(8 * i + j) << 2));
      store<f32>(to, adds ? value + load<f32>(to) : value);
    }
  }
}

/**
 * The product, m × n, of factors of m × k and k × n, upon the row `bias` (none: 0), into c or added to it.
 * Of each factor the strides from row to row and from column to column; of c from row to row. `space` holds `room(n)` floats.
 */
export function multiply(
  m: i32, k: i32, n: i32,
  a: usize, downA: i32, acrossA: i32,
  b: usize, downB: i32, acrossB: i32,
  c: usize, downC: i32, bias: usize, adds: bool, space: usize,
): void {
  const row = <usize>downC << 2;
  const down = <usize>downA << 2, across = <usize>acrossA << 2;
  const wide8 = <usize>((n + 7) & ~7) << 2;
  const biases = space + wide8 * DEPTH;
  const left = biases + wide8;
  const spare = left + (<usize>(BLOCK * DEPTH) << 2);
  if (bias != 0) memory.copy(biases, bias, <usize>n << 2);
  for (let top = 0; top < k; top += DEPTH) {
    const depth = k - top < DEPTH ? k - top : DEPTH;
    const isAdded = adds || top > 0;
    const isBiased = bias != 0 && top == 0;
    packRight(b + (<usize>(top * downB) << 2), <usize>downB << 2, <usize>acrossB << 2, depth, n, space);
    for (let block = 0; block < m; block += BLOCK) {
      const rows = m - block < BLOCK ? m - block : BLOCK;
      packLeft(a + <usize>block * down + <usize>top * across, down, across, rows, depth, left);
      let panel = space;
      for (let j = 0; j < n; j += 8) {
        const wide = n - j < 8 ? n - j : 8;
        const from = isBiased ? biases + (<usize>j << 2) : 0;
        let slab = left;
        let out = c + <usize>block * row + (<usize>j << 2);
        for (let i = 0; i < rows; i += 4) {
          const tall = rows - i < 4 ? rows - i : 4;
          if (wide == 8 && tall == 4) tile(slab, panel, depth, from, out, row, isAdded);
          else {
            tile(slab, panel, depth, from, spare, 32, false);
            putPart(spare, out, row, tall, wide, isAdded);
          }
          slab += <usize>depth << 4;
          out += 4 * row;
        }
        panel += <usize>depth << 5;
      }
    }
  }
}
