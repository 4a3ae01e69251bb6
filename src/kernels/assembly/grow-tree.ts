// Growing a decision tree over columns of bytes. The plain twin is `growPlain` in ../grow-tree.ts.
// A training row is a record of `stride` bytes: its number (4 bytes), its class or score (2), a code for each column
// (1 each). Records are moved when a node is split, so that every node reads a slice from one end to the other.
import { below } from "./random/xoshiro";
import { countClasses, findClasses } from "./tree/classes";
import { census, entriesOf, lay, look, present } from "./tree/column";
import { CUT, Cut, HEAD, NODE, ONE } from "./tree/cut";
import { partition } from "./tree/partition";
import { countScores, findScores } from "./tree/scores";

export { census, entriesOf, lay, look, present };

/**
 * Make `count` records of the rows listed at `rows`. `columns` has two addresses a column: of its codes, and of 256
 * bytes that say as what each code is to be recorded.
 */
export function record(
  records: usize,
  stride: usize,
  rows: usize,
  count: u32,
  own: usize,
  columns: usize,
  width: usize,
): void {
  for (let from: u32 = 0; from < count; from += 256) {
    const to = min(from + 256, count);
    let into = records + <usize>from * stride;
    for (let i = from; i < to; i++) {
      const row = load<u32>(rows + (<usize>i << 2));
      store<u32>(into, row);
      store<u16>(into, load<u16>(own + (<usize>row << 1)), 4);
      into += stride;
    }
    for (let column: usize = 0; column < width; column++) {
      const codes = load<u32>(columns + (column << 3));
      const table = load<u32>(columns + (column << 3), 4);
      into = records + <usize>from * stride + HEAD + column;
      for (let i = from; i < to; i++) {
        const row = <usize>load<u32>(rows + (<usize>i << 2));
        const code = <usize>load<u8>(<usize>codes + row);
        store<u8>(into, load<u8>(<usize>table + code));
        into += stride;
      }
    }
  }
}

/** Leave the numbers of the records' rows at `rows`, in the records' order. */
export function rowsOf(records: usize, stride: usize, count: u32, rows: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    store<u32>(rows + (<usize>i << 2), load<u32>(records + <usize>i * stride));
  }
}

/** Count rows by code (of `codes`) and class: `kinds` counts of 4 bytes a code. */
export function tally(codes: usize, rows: usize, count: u32, own: usize, kinds: u32, counts: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + (<usize>i << 2));
    const cell = <u32>load<u8>(codes + row) * kinds + <u32>load<u16>(own + (row << 1));
    const at = counts + (<usize>cell << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}

/**
 * Count rows by code and sum up their scores: 8 bytes a code, the number above the 40 bits of the sum. Returns the sum of
 * the squared scores.
 */
export function tallyScores(codes: usize, rows: usize, count: u32, own: usize, sums: usize): f64 {
  let squares: f64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + (<usize>i << 2));
    const at = sums + (<usize>load<u8>(codes + row) << 3);
    const score = <u32>load<u16>(own + (row << 1));
    store<u64>(at, load<u64>(at) + (ONE | <u64>score));
    squares += <f64>(score * score);
  }
  return squares;
}

// What `grow` was called with.
let cut: Cut = changetype<Cut>(0);
let data: usize;
let step: usize;
let wide: u32;
let classes: u32;
let least: u32;
let dues: f64;
let apart: usize;
let sizes: usize;
let scratch: usize;
let chosen: usize;
let stack: usize;
let top: usize;
let nodes: usize;
let made: u32;

/**
 * Grow a tree over `count` records of `width` columns; returns the number of its nodes, left at `into` as `NODE` says,
 * and arranges the records. `kinds` is the number of classes, 3 or more, or 1 for scores. `missing` has a byte a column:
 * whether code 0 may go to either side; `codes` the number of its codes, 2 bytes each. `tries` columns are tried at each
 * node, drawn by the words at `words`; 0: all. `order` has room for 4 bytes a column, `pending` for 4 a node, `spare`
 * for the records, `work` for what the searches need.
 */
export function grow(
  records: usize,
  count: u32,
  stride: usize,
  width: u32,
  kinds: u32,
  minLeaf: u32,
  worth: f64,
  missing: usize,
  codes: usize,
  tries: u32,
  words: usize,
  order: usize,
  pending: usize,
  spare: usize,
  work: usize,
  into: usize,
): u32 {
  data = records;
  step = stride;
  wide = width;
  classes = kinds;
  least = minLeaf;
  dues = worth;
  apart = missing;
  sizes = codes;
  scratch = work;
  cut = changetype<Cut>(work + CUT);
  chosen = order;
  nodes = into;
  stack = pending;
  top = pending;
  made = 0;
  for (let column: u32 = 0; column < width; column++) store<u32>(order + (<usize>column << 2), column);
  const all: u64 = width >= 64 ? ~0 : (<u64>1 << width) - 1;
  add(0, count, all);
  store<u32>(top, 0);
  top += 4;
  while (top > stack) {
    top -= 4;
    split(load<u32>(top), tries, words, spare);
  }
  return made;
}

function add(from: u32, to: u32, live: u64): void {
  const node = nodes + <usize>made * NODE;
  store<u32>(node, from);
  store<u32>(node, to, 4);
  store<i32>(node, -1, 8);
  store<i16>(node, -1, 12);
  store<u16>(node, 0, 14);
  store<u64>(node, live, 16);
  made++;
}

function split(number: u32, tries: u32, words: usize, spare: usize): void {
  const node = nodes + <usize>number * NODE;
  const from = load<u32>(node);
  const to = load<u32>(node, 4);
  const size = to - from;
  if (size < 2 * least || size == 0) return;
  const begin = data + <usize>from * step;
  const end = data + <usize>to * step;
  cut.column = -1;
  if (!(classes == 1 ? enterScores(begin, end) : enterClasses(begin, end, size))) return;
  let live = load<u64>(node, 16);
  if (tries > 0) tryDrawn(begin, end, size, tries, words);
  else live = tryAll(begin, end, size, live);
  if (cut.column < 0) return;
  const column = <usize>cut.column;
  const isRight = load<u8>(apart + column) != 0 && !cut.missingLeft;
  const middle = partition(begin, end, step, HEAD + column, cut.code, isRight, spare);
  const half = from + <u32>((middle - begin) / step);
  store<u32>(node, made, 8);
  store<i16>(node, <i16>column, 12);
  store<u8>(node, cut.code, 14);
  store<u8>(node, <u8>cut.missingLeft, 15);
  store<u32>(top, made + 1);
  store<u32>(top, made, 4);
  top += 8;
  add(from, half, live);
  add(half, to, live);
}

/** Take in the scores of a node; whether they differ. */
function enterScores(begin: usize, end: usize): bool {
  const first = load<u16>(begin, 4);
  let differ: u32 = 0;
  let total: u64 = 0;
  let squares: u64 = 0;
  for (let at = begin; at < end; at += step) {
    const score = <u32>load<u16>(at, 4);
    differ |= score ^ <u32>first;
    total += <u64>score;
    squares += <u64>(score * score);
  }
  if (differ == 0) return false;
  const size = <f64>(<u32>((end - begin) / step));
  cut.total = <f64>total;
  const base = (cut.total * cut.total) / size;
  need(base, <f64>squares - base, size);
  return true;
}

/** Take in the classes of a node; whether they differ. The totals are left at `scratch`, 4 bytes each. */
function enterClasses(begin: usize, end: usize, size: u32): bool {
  memory.fill(scratch, 0, 256);
  for (let at = begin; at < end; at += step) {
    const place = scratch + (<usize>load<u16>(at, 4) << 2);
    store<u32>(place, load<u32>(place) + 1);
  }
  let squares: u64 = 0;
  for (let k: u32 = 0; k < classes; k++) {
    const count = load<u32>(scratch + (<usize>k << 2));
    if (count == size) return false;
    squares += <u64>count * <u64>count;
  }
  cut.squares = squares;
  const base = <f64>squares / <f64>size;
  need(base, <f64>size - base, <f64>size);
  return true;
}

// @ts-ignore: decorator
@inline
function need(base: f64, spread: f64, size: f64): void {
  cut.score = base + max(1e-9 * spread, (dues * spread) / size);
}

/** Try `tries` columns that are drawn anew. */
function tryDrawn(begin: usize, end: usize, size: u32, tries: u32, words: usize): void {
  const count = min(tries, wide);
  for (let i: u32 = 0; i < count; i++) {
    const here = chosen + (<usize>i << 2);
    const there = chosen + (<usize>(i + below(words, wide - i)) << 2);
    const kept = load<u32>(here);
    store<u32>(here, load<u32>(there));
    store<u32>(there, kept);
  }
  for (let i: u32 = 0; i < count; i += 4) {
    attempt(begin, end, size, chosen + (<usize>i << 2), min(4, count - i));
  }
}

/** Try all columns that vary; those that turn out not to are never tried below. Returns the others. */
function tryAll(begin: usize, end: usize, size: u32, live: u64): u64 {
  let count: u32 = 0;
  for (let column: u32 = 0; column < wide; column++) {
    const varies = column >= 64 || (live >> column) & 1;
    store<u32>(chosen + (<usize>count << 2), column);
    count += <u32>varies;
  }
  let left = live;
  for (let i: u32 = 0; i < count; i += 4) {
    const four = chosen + (<usize>i << 2);
    const some = min(4, count - i);
    let constant = attempt(begin, end, size, four, some);
    for (; constant > 0; constant &= constant - 1) {
      const column = load<u32>(four + (<usize>ctz(constant) << 2));
      if (column < 64) left &= ~(<u64>1 << column);
    }
  }
  return left;
}

/** Try up to four columns; returns a bit for each of them that has the same code in all rows. */
function attempt(begin: usize, end: usize, size: u32, columns: usize, count: u32): u32 {
  const isMany = size > 32767;
  if (classes == 1) countScores(begin, end, step, columns, count, scratch);
  else if (isMany) countClasses<u32>(begin, end, step, columns, count, scratch, classes);
  else countClasses<u16>(begin, end, step, columns, count, scratch, classes);
  if (classes > 2 && !isMany) narrow();
  let constant: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const column = load<u32>(columns + (<usize>i << 2));
    const codes = <u32>load<u16>(sizes + (<usize>column << 1));
    const isApart = load<u8>(apart + column) != 0;
    let isSame: bool;
    if (classes == 1) isSame = findScores(scratch, i, column, codes, isApart, size, least, cut);
    else if (isMany) isSame = findClasses<u32>(scratch, i, column, codes, isApart, size, least, classes, cut);
    else isSame = findClasses<u16>(scratch, i, column, codes, isApart, size, least, classes, cut);
    constant |= <u32>isSame << i;
  }
  return constant;
}

/** The node's totals a second time, with 2 bytes each. */
function narrow(): void {
  for (let k: usize = 0; k < 64; k++) store<u16>(scratch + 256 + (k << 1), <u16>load<u32>(scratch + (k << 2)));
}
