// Scores of two bytes, by code: a word has the number of rows above the 40 bits of their sum.
import { COLUMN, COUNTS, Cut, HEAD, LIST, listMarked, MARKS, ONE, VALUES } from "./cut";

const SUM: u64 = ONE - 1;

// @ts-ignore: decorator
@inline
function count(at: usize, sums: usize, marks: usize, value: u64): void {
  const code = <usize>load<u8>(at);
  const cell = sums + (code << 3);
  store<u64>(cell, load<u64>(cell) + value);
  store<u8>(marks + code, 128);
}

/** Count the records `begin..end` by code in up to four columns. */
export function countScores(begin: usize, end: usize, step: usize, columns: usize, many: u32, scratch: usize): void {
  const a = HEAD + <usize>load<u32>(columns);
  const marks = scratch + MARKS;
  const sums = scratch + COUNTS;
  if (many == 4) {
    const b = HEAD + <usize>load<u32>(columns, 4);
    const c = HEAD + <usize>load<u32>(columns, 8);
    const d = HEAD + <usize>load<u32>(columns, 12);
    for (let at = begin; at < end; at += step) {
      const value = ONE | <u64>load<u16>(at, 4);
      count(at + a, sums, marks, value);
      count(at + b, sums + COLUMN, marks + 256, value);
      count(at + c, sums + 2 * COLUMN, marks + 512, value);
      count(at + d, sums + 3 * COLUMN, marks + 768, value);
    }
    return;
  }
  for (let i: usize = 0; i < <usize>many; i++) {
    const own = HEAD + <usize>load<u32>(columns + (i << 2));
    for (let at = begin; at < end; at += step) {
      count(at + own, sums + i * COLUMN, marks + (i << 8), ONE | <u64>load<u16>(at, 4));
    }
  }
}

/** Improve `cut` by the best cut of the column counted at place `i`; whether all rows have one code. Clears its counts. */
export function findScores(
  scratch: usize,
  i: usize,
  column: i32,
  codes: u32,
  isApart: bool,
  size: u32,
  least: u32,
  cut: Cut,
): bool {
  const list = scratch + LIST;
  const found = listMarked(scratch + MARKS + (i << 8), codes, list);
  const sums = scratch + COUNTS + i * COLUMN;
  const values = scratch + VALUES;
  for (let k: usize = 0; k < <usize>found; k++) {
    const cell = sums + (<usize>load<u8>(list + k) << 3);
    store<u64>(values + (k << 3), load<u64>(cell));
    store<u64>(cell, 0);
  }
  if (found < 2) return true;
  scan(values, list, found, 0, column, size, least, cut);
  if (isApart && load<u8>(list) == 0) scan(values, list, found, 1, column, size, least, cut);
  return false;
}

function scan(values: usize, list: usize, found: u32, first: u32, column: i32, size: u32, least: u32, cut: Cut): void {
  let both: u64 = 0;
  let best = cut.score;
  let place: i32 = -1;
  const total = cut.total;
  for (let k = first; k < found; k++) {
    both += load<u64>(values + (<usize>k << 3));
    const left = <u32>(both >> 40);
    const right = size - left;
    if (right < least) break;
    if (left < least) continue;
    const sum = <f64>(<i64>(both & SUM));
    const rest = total - sum;
    const score = (sum * sum) / <f64>left + (rest * rest) / <f64>right;
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
