// Three classes or more, by code: 2 bytes a class in nodes below 32,768 rows, 4 in others. Of a cut, the left side's
// sum of squared counts is L; the right side's is the node's, less twice the sum D of count times total, plus L.
import { COLUMN, COUNTS, Cut, HEAD, LEFT, LIST, listMarked, MARKS } from "./cut";

/** Bytes that a code's counts take, with 2 or 4 bytes a class. */
// @ts-ignore: decorator
@inline
function widthOf(classes: u32, bytes: u32): usize {
  return <usize>((classes * bytes + 15) & ~15);
}

// @ts-ignore: decorator
@inline
function count(at: usize, counts: usize, width: usize, marks: usize): void {
  const code = <usize>load<u8>(at);
  const cell = counts + code * width;
  store<u16>(cell, load<u16>(cell) + 1);
  store<u8>(marks + code, 128);
}

/** Count the records `begin..end` by code and class in up to four columns. */
export function countClasses(
  begin: usize,
  end: usize,
  step: usize,
  columns: usize,
  many: u32,
  scratch: usize,
  classes: u32,
): void {
  const width = widthOf(classes, 2);
  const counts = scratch + COUNTS;
  const marks = scratch + MARKS;
  if (many == 4) {
    const a = HEAD + <usize>load<u32>(columns);
    const b = HEAD + <usize>load<u32>(columns, 4);
    const c = HEAD + <usize>load<u32>(columns, 8);
    const d = HEAD + <usize>load<u32>(columns, 12);
    for (let at = begin; at < end; at += step) {
      const own = counts + (<usize>load<u16>(at, 4) << 1);
      count(at + a, own, width, marks);
      count(at + b, own + COLUMN, width, marks + 256);
      count(at + c, own + 2 * COLUMN, width, marks + 512);
      count(at + d, own + 3 * COLUMN, width, marks + 768);
    }
    return;
  }
  for (let i: usize = 0; i < <usize>many; i++) {
    const place = HEAD + <usize>load<u32>(columns + (i << 2));
    for (let at = begin; at < end; at += step) {
      count(at + place, counts + i * COLUMN + (<usize>load<u16>(at, 4) << 1), width, marks + (i << 8));
    }
  }
}

/** Improve `cut` by the best cut of the column counted at place `i`; whether all rows have one code. Clears its counts. */
export function findClasses(
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
  const width = widthOf(classes, 2);
  const list = scratch + LIST;
  const found = listMarked(scratch + MARKS + (i << 8), codes, list);
  const counts = scratch + COUNTS + i * COLUMN;
  if (found > 1) {
    scan(scratch, counts, width, found, 0, column, size, least, cut);
    if (isApart && load<u8>(list) == 0) scan(scratch, counts, width, found, 1, column, size, least, cut);
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

// @ts-ignore: decorator
@inline
function sum(lanes: v128): u32 {
  const half = i32x4.add(lanes, i32x4.shuffle(lanes, lanes, 2, 3, 0, 1));
  return i32x4.extract_lane(half, 0) + i32x4.extract_lane(half, 1);
}

function scan(
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
  const totals = scratch + 256;
  const lefts = scratch + LEFT;
  const list = scratch + LIST;
  const squares = <i32>cut.squares;
  memory.fill(lefts, 0, width);
  let left: u32 = 0;
  let product: i32 = 0;
  let best = cut.score;
  let place: i32 = -1;
  for (let k = first; k < found; k++) {
    const own = counts + <usize>load<u8>(list + k) * width;
    let l = i32x4.splat(0);
    let d = i32x4.splat(0);
    let c = i32x4.splat(0);
    for (let at: usize = 0; at < width; at += 16) {
      const here = v128.load(own + at);
      const lane = i16x8.add(v128.load(lefts + at), here);
      v128.store(lefts + at, lane);
      l = i32x4.add(l, i32x4.dot_i16x8_s(lane, lane));
      d = i32x4.add(d, i32x4.dot_i16x8_s(here, v128.load(totals + at)));
      c = i32x4.add(c, i32x4.dot_i16x8_s(here, i16x8.splat(1)));
    }
    left += sum(c);
    product += sum(d);
    const right = size - left;
    if (right < least) break;
    if (left < least) continue;
    const square = <i32>sum(l);
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

/** `countClasses` with 4 bytes a class. */
export function countManyClasses(
  begin: usize,
  end: usize,
  step: usize,
  columns: usize,
  many: u32,
  scratch: usize,
  classes: u32,
): void {
  const width = widthOf(classes, 4);
  for (let i: usize = 0; i < <usize>many; i++) {
    const place = HEAD + <usize>load<u32>(columns + (i << 2));
    const counts = scratch + COUNTS + i * COLUMN;
    const marks = scratch + MARKS + (i << 8);
    for (let at = begin; at < end; at += step) {
      const code = <usize>load<u8>(at + place);
      const cell = counts + code * width + (<usize>load<u16>(at, 4) << 2);
      store<u32>(cell, load<u32>(cell) + 1);
      store<u8>(marks + code, 128);
    }
  }
}

/** `findClasses` with 4 bytes a class. */
export function findManyClasses(
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
  const width = widthOf(classes, 4);
  const list = scratch + LIST;
  const found = listMarked(scratch + MARKS + (i << 8), codes, list);
  const counts = scratch + COUNTS + i * COLUMN;
  if (found > 1) {
    scanMany(scratch, counts, width, found, 0, column, size, least, cut);
    if (isApart && load<u8>(list) == 0) scanMany(scratch, counts, width, found, 1, column, size, least, cut);
  }
  clear(counts, width, list, found);
  return found < 2;
}

// @ts-ignore: decorator
@inline
function wideSum(lanes: v128): u64 {
  return i64x2.extract_lane(lanes, 0) + i64x2.extract_lane(lanes, 1);
}

// @ts-ignore: decorator
@inline
function products(a: v128, b: v128): v128 {
  return i64x2.add(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b));
}

function scanMany(
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
  const lefts = scratch + LEFT;
  const list = scratch + LIST;
  memory.fill(lefts, 0, width);
  let left: u32 = 0;
  let product: u64 = 0;
  let best = cut.score;
  let place: i32 = -1;
  for (let k = first; k < found; k++) {
    const own = counts + <usize>load<u8>(list + k) * width;
    let l = i64x2.splat(0);
    let d = i64x2.splat(0);
    let c = i32x4.splat(0);
    for (let at: usize = 0; at < width; at += 16) {
      const here = v128.load(own + at);
      const lane = i32x4.add(v128.load(lefts + at), here);
      v128.store(lefts + at, lane);
      l = i64x2.add(l, products(lane, lane));
      d = i64x2.add(d, products(here, v128.load(scratch + at)));
      c = i32x4.add(c, here);
    }
    left += sum(c);
    product += wideSum(d);
    const right = size - left;
    if (right < least) break;
    if (left < least) continue;
    const square = wideSum(l);
    const other = cut.squares - 2 * product + square;
    const score = <f64>(<i64>square) / <f64>left + <f64>(<i64>other) / <f64>right;
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
