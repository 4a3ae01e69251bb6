// Three classes or more, by code, `T` a class: u16 in nodes below 32,768 rows, u32 in others. Of a cut, the left side's
// sum of squared counts is L; the right side's is the node's, less twice the sum D of count times total, plus L.
import { COLUMN, COUNTS, Cut, HEAD, LEFT, LIST, listMarked, MARKS } from "./cut";

/** Bytes that a code's counts take. */
// @ts-ignore: decorator
@inline
function widthOf<T>(classes: u32): usize {
  return <usize>((classes * sizeof<T>() + 15) & ~15);
}

// @ts-ignore: decorator
@inline
function count<T>(at: usize, counts: usize, width: usize, marks: usize): void {
  const code = <usize>load<u8>(at);
  const cell = counts + code * width;
  store<T>(cell, <T>(load<T>(cell) + 1));
  store<u8>(marks + code, 128);
}

/** Count the records `begin..end` by code and class in up to four columns. */
export function countClasses<T>(
  begin: usize,
  end: usize,
  step: usize,
  columns: usize,
  many: u32,
  scratch: usize,
  classes: u32,
): void {
  const width = widthOf<T>(classes);
  const counts = scratch + COUNTS;
  const marks = scratch + MARKS;
  if (many == 4) {
    const a = HEAD + <usize>load<u32>(columns);
    const b = HEAD + <usize>load<u32>(columns, 4);
    const c = HEAD + <usize>load<u32>(columns, 8);
    const d = HEAD + <usize>load<u32>(columns, 12);
    for (let at = begin; at < end; at += step) {
      const own = counts + <usize>load<u16>(at, 4) * sizeof<T>();
      count<T>(at + a, own, width, marks);
      count<T>(at + b, own + COLUMN, width, marks + 256);
      count<T>(at + c, own + 2 * COLUMN, width, marks + 512);
      count<T>(at + d, own + 3 * COLUMN, width, marks + 768);
    }
    return;
  }
  for (let i: usize = 0; i < <usize>many; i++) {
    const place = HEAD + <usize>load<u32>(columns + (i << 2));
    for (let at = begin; at < end; at += step) {
      const own = counts + i * COLUMN + <usize>load<u16>(at, 4) * sizeof<T>();
      count<T>(at + place, own, width, marks + (i << 8));
    }
  }
}

/** Improve `cut` by the best cut of the column counted at place `i`; whether all rows have one code. Clears its counts. */
export function findClasses<T>(
  scratch: usize,
  i: usize,
  column: i32,
  codes: u32,
  isApart: bool,
  size: u32,
  least: u32,
  classes: u32,
  cut: Cut,
): bool {
  const width = widthOf<T>(classes);
  const list = scratch + LIST;
  const found = listMarked(scratch + MARKS + (i << 8), codes, list);
  const counts = scratch + COUNTS + i * COLUMN;
  if (found > 1) {
    scan<T>(scratch, counts, width, found, 0, column, size, least, cut);
    if (isApart && load<u8>(list) == 0) scan<T>(scratch, counts, width, found, 1, column, size, least, cut);
  }
  clear(counts, width, list, found);
  return found < 2;
}

function clear(counts: usize, width: usize, list: usize, found: u32): void {
  for (let k: usize = 0; k < <usize>found; k++) {
    const own = counts + <usize>load<u8>(list + k) * width;
    for (let at: usize = 0; at < width; at += 16) v128.store(own + at, i64x2.splat(0));
  }
}

/** Products of counts, summed in pairs: in four lanes of 32 bits, or of u32 in two of 64, for `plus` and `sum`. */
// @ts-ignore: decorator
@inline
function products<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 2) return i32x4.dot_i16x8_s(a, b);
  return i64x2.add(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b));
}

// @ts-ignore: decorator
@inline
function plus<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 2 ? i32x4.add(a, b) : i64x2.add(a, b);
}

// @ts-ignore: decorator
@inline
function sum<T>(lanes: v128): i64 {
  if (sizeof<T>() == 2) return <i64>sumOfFour(lanes);
  return i64x2.extract_lane(lanes, 0) + i64x2.extract_lane(lanes, 1);
}

// @ts-ignore: decorator
@inline
function sumOfFour(lanes: v128): u32 {
  const half = i32x4.add(lanes, i32x4.shuffle(lanes, lanes, 2, 3, 0, 1));
  return i32x4.extract_lane(half, 0) + i32x4.extract_lane(half, 1);
}

function scan<T>(
  scratch: usize,
  counts: usize,
  width: usize,
  found: u32,
  first: u32,
  column: i32,
  size: u32,
  least: u32,
  cut: Cut,
): void {
  const totals = sizeof<T>() == 2 ? scratch + 256 : scratch;
  const lefts = scratch + LEFT;
  const list = scratch + LIST;
  const squares = <i64>cut.squares;
  memory.fill(lefts, 0, width);
  let left: u32 = 0;
  let product: i64 = 0;
  let best = cut.score;
  let place: i32 = -1;
  for (let k = first; k < found; k++) {
    const own = counts + <usize>load<u8>(list + k) * width;
    let l = i64x2.splat(0);
    let d = i64x2.splat(0);
    let c = i64x2.splat(0);
    for (let at: usize = 0; at < width; at += 16) {
      const here = v128.load(own + at);
      const lane = v128.add<T>(v128.load(lefts + at), here);
      v128.store(lefts + at, lane);
      l = plus<T>(l, products<T>(lane, lane));
      d = plus<T>(d, products<T>(here, v128.load(totals + at)));
      c = i32x4.add(c, sizeof<T>() == 2 ? i32x4.dot_i16x8_s(here, i16x8.splat(1)) : here);
    }
    left += sumOfFour(c);
    product += sum<T>(d);
    const right = size - left;
    if (right < least) break;
    if (left < least) continue;
    const square = sum<T>(l);
    const other = squares - 2 * product + square;
    const score = <f64>square / <f64>left + <f64>other / <f64>right;
    if (score > best) {
      best = score;
      place = k;
    }
  }
  if (place < 0) return;
  cut.score = best;
  cut.column = column;
  cut.code = load<u8>(list + place);
  cut.missingLeft = first == 0;
}
