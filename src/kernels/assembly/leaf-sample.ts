// The entry of a training row for each row that is drawn, from the leaf of a tree that it falls into. The plain twin is
// `samplePlain` in ../leaf-sample.ts.
import { fourfold, uniform } from "./random/xoshiro";

/** Bytes from the codes of one column to those of the next: one a row, for 4,096 rows. */
const stride: usize = 4096;

/** Past the cut that is `half` further, where it lies below the value: without a branch, since none could be foretold. */
// @ts-ignore: decorator
@inline
function beyond(cuts: usize, below: usize, half: usize, value: f64): usize {
  return below + (half & (0 - <usize>(load<f64>(cuts + ((below + half - 1) << 3)) < value)));
}

/**
 * Codes of `n` numbers at `values`, which have room for 3 more as the codes have: 0 where missing, else one more than
 * the number of cuts below. The cuts, ascending doubles, are filled up with Infinity to one less than 2^`depth`.
 */
export function encodeNumbers(values: usize, n: i32, cuts: usize, depth: i32, codes: usize): void {
  for (let i = 0; i < n; i += 4) {
    const from = values + (<usize>i << 3);
    const p = load<f64>(from);
    const q = load<f64>(from, 8);
    const r = load<f64>(from, 16);
    const s = load<f64>(from, 24);
    let a: usize = 0;
    let b: usize = 0;
    let c: usize = 0;
    let d: usize = 0;
    for (let half: usize = (<usize>1 << depth) >> 1; half > 0; half >>= 1) {
      a = beyond(cuts, a, half, p);
      b = beyond(cuts, b, half, q);
      c = beyond(cuts, c, half, r);
      d = beyond(cuts, d, half, s);
    }
    store<u8>(codes + i, (a + 1) * <usize>(p == p));
    store<u8>(codes + i, (b + 1) * <usize>(q == q), 1);
    store<u8>(codes + i, (c + 1) * <usize>(r == r), 2);
    store<u8>(codes + i, (d + 1) * <usize>(s == s), 3);
  }
}

/** Codes of `n` levels at `values`, each −1 or more, by a table that begins with the code of −1. */
export function encodeLevels(values: usize, n: i32, table: usize, codes: usize): void {
  for (let i = 0; i < n; i++) {
    store<u8>(codes + i, load<u8>(table + 1 + load<i32>(values + (<usize>i << 2))));
  }
}

/**
 * Leave at `found`, 4 bytes a row, the entry of a training row for each of the `count` rows below `n` that are listed
 * at `rows`, 2 bytes each, room for 8 more. The rows of one leaf share its `entries`, 4 bytes each and as `bounds` say
 * (first and number, 8 bytes a node), evenly and in random order. A node is its left child (bits 0–23), the lowest rank that goes left and how many
 * after it do (24–31, 32–39), the column's place in the tree's rank table (40–47) and in the codes (48–62), and whether
 * it is a leaf (63). `stack` has room for 12 bytes a row, `spare` for 2, `list` and `drawn` for 4, and 64 more.
 */
export function sample(
  words: usize,
  nodes: usize,
  ranks: usize,
  bounds: usize,
  entries: usize,
  codes: usize,
  rows: usize,
  count: i32,
  n: i32,
  stack: usize,
  spare: usize,
  list: usize,
  drawn: usize,
  found: usize,
): void {
  if (count > 1) fourfold(words, drawn, n);
  let top = stack;
  let node: usize = 0;
  let from = rows;
  let to = rows + (<usize>count << 1);
  for (;;) {
    const word = load<u64>(nodes + (node << 3));
    if (<i64>word < 0) {
      deal(words, bounds + (node << 3), entries, from, to, list, drawn, found);
      if (top == stack) return;
      top -= 12;
      node = load<u32>(top);
      from = load<u32>(top, 4);
      to = load<u32>(top, 8);
      continue;
    }
    const own = codes + <usize>(word >> 48) * stride;
    const middle = part(word, own, ranks + (<usize>(word >> 32) & 0xff00), from, to, spare);
    node = <usize>(word & 0xffffff);
    if (middle == to) continue;
    if (middle > from) {
      store<u32>(top, node);
      store<u32>(top, from, 4);
      store<u32>(top, middle, 8);
      top += 12;
    }
    node++;
    from = middle;
  }
}

/** Put a row where the next that goes right would stand, and where the next that goes left would; 2 more if right. */
// @ts-ignore: decorator
@inline
function put(row: usize, low: u32, span: u32, own: usize, ranks: usize, at: usize, right: usize, spare: usize): usize {
  const rank = <u32>load<u8>(ranks + <usize>load<u8>(own + row));
  store<u16>(at - right, row);
  store<u16>(spare + right, row);
  return right + (<usize>(((rank - low) & 255) > span) << 1);
}

/**
 * Put those of the rows `from..to` that go left before the others, both in their old order; returns where the others
 * begin. Up to 14 bytes behind `to` are written over: the rows there have had their turn.
 */
// @ts-ignore: decorator
@inline
function part(word: u64, own: usize, ranks: usize, from: usize, to: usize, spare: usize): usize {
  const low = <u32>(word >> 24);
  const span = <u32>(word >> 32) & 255;
  let right: usize = 0;
  let at = from;
  for (const end = from + ((to - from) & ~7); at < end; at += 8) {
    right = put(load<u16>(at), low, span, own, ranks, at, right, spare);
    right = put(load<u16>(at, 2), low, span, own, ranks, at + 2, right, spare);
    right = put(load<u16>(at, 4), low, span, own, ranks, at + 4, right, spare);
    right = put(load<u16>(at, 6), low, span, own, ranks, at + 6, right, spare);
  }
  for (; at < to; at += 2) right = put(load<u16>(at), low, span, own, ranks, at, right, spare);
  const left = to - right;
  const kept = spare + right;
  for (let at: usize = 0; spare + at < kept; at += 16) v128.store(left + at, v128.load(spare + at));
  return left;
}

/** Give each of a leaf's rows one of its entries, as lots decide, and close the gap with the last one. */
// @ts-ignore: decorator
@inline
function deal(
  words: usize,
  bounds: usize,
  entries: usize,
  from: usize,
  to: usize,
  list: usize,
  drawn: usize,
  found: usize,
): void {
  const own = entries + (<usize>load<u32>(bounds) << 2);
  const size = load<i32>(bounds, 4);
  const point = uniform(words);
  let left = <u32>((to - from) >> 1);
  const pace = <f64>size / <f64>left;
  for (let i: u32 = 0; i < left; i++) {
    const at = <usize>min(size - 1, <i32>((point + <f64>i) * pace));
    store<i32>(list + (<usize>i << 2), load<i32>(own + (at << 2)));
  }
  for (let at = from; at < to; at += 2) {
    const row = <usize>load<u16>(at) << 2;
    const chosen = list + (<usize>((<u64>load<u32>(drawn + row) * <u64>left) >> 32) << 2);
    store<u32>(found + row, load<u32>(chosen));
    left--;
    store<u32>(chosen, load<u32>(list + (<usize>left << 2)));
  }
}
