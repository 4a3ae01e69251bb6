// Codes for rows in rounded counts: systematic sampling in each group of rows, in random order. The plain
// twin is `apportionPlain` in ../apportion.ts.
import { fourfold, uniform } from "./random/xoshiro";

/**
 * Change the parent cells of `n` rows, 1 to 65,535, at `rows` into codes below `size`, as often as the
 * `runs` (one a cell, cumulated up to 2) say, rounded. `groups` holds 4 bytes a cell, zeros before the first
 * call; `list` and `drawn` have room for 4 bytes a row and 64 more, `found` for 4. xoshiro128** has its four
 * words at `words`.
 */
export function apportion(
  words: usize,
  rows: usize,
  n: i32,
  runs: usize,
  size: i32,
  groups: usize,
  found: usize,
  list: usize,
  drawn: usize,
): void {
  if (n > 1) fourfold(words, drawn, n);
  const met = group(rows, n, groups, found);
  share(words, met, runs, size, groups, found, list);
  deal(rows, n, groups, list, drawn);
}

/** Count the rows of each cell in the upper half of its group; leave the cells, as they are met, at `found`. */
function group(rows: usize, n: i32, groups: usize, found: usize): i32 {
  const end = rows + (<usize>n << 2);
  let last = found;
  for (let row = rows; row < end; row += 4) {
    const cell = load<u32>(row);
    const own = groups + (<usize>cell << 2);
    const count = load<u32>(own);
    if (count < 65536) {
      store<u32>(last, cell);
      last += 4;
      store<u32>(own, 65536);
    } else store<u32>(own, count + 65536);
  }
  return <i32>((last - found) >> 2);
}

/** Write each group's codes side by side into the list, and where they begin into the group's lower half. */
function share(words: usize, met: i32, runs: usize, size: i32, groups: usize, found: usize, list: usize): void {
  let begin: u32 = 0;
  for (let i = 0; i < met; i++) {
    const cell = load<u32>(found + (<usize>i << 2));
    const own = groups + (<usize>cell << 2);
    const rows = load<u32>(own) >> 16;
    store<u32>(own, (rows << 16) | begin);
    const run = runs + <usize>cell * (<usize>size << 3);
    const point = uniform(words);
    const codes = list + (<usize>begin << 2);
    if (<i32>rows << 3 < size) seek(run, size, <i32>rows, point, codes);
    else sweep(run, size, <i32>rows, point, codes);
    begin += rows;
  }
}

/** How many of the points `point`, `point` + 1 … lie before a code's end. */
// @ts-ignore: decorator
@inline
function before(run: usize, code: i32, rows: f64, point: f64): f64 {
  return Math.ceil(load<f64>(run + (<usize>code << 3)) * rows - point);
}

/** Code after code: those past the last row are never read, since later groups write over them. */
function sweep(run: usize, size: i32, rows: i32, point: f64, codes: usize): void {
  const end = codes + (<usize>rows << 2);
  let at = codes;
  for (let code = 0; at < end; code++) {
    const until = min(end, codes + (<usize>before(run, code, <f64>rows, point) << 2));
    const four = i32x4.splat(code);
    for (let to = at; to < until; to += 16) v128.store(to, four);
    at = max(at, until);
  }
}

/** Point after point, in few rows among many codes. */
function seek(run: usize, size: i32, rows: i32, point: f64, codes: usize): void {
  let low = 0;
  for (let row = 0; row < rows; row++) {
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const passed = before(run, middle, <f64>rows, point) <= <f64>row;
      low = select<i32>(middle + 1, low, passed);
      high = select<i32>(high, middle, passed);
    }
    store<i32>(codes + (<usize>row << 2), low);
  }
}

/** Give each row a code of its group's at random, and close the gap with the group's last one. */
function deal(rows: usize, n: i32, groups: usize, list: usize, drawn: usize): void {
  const end = rows + (<usize>n << 2);
  for (let row = rows; row < end; row += 4) {
    const own = groups + (<usize>load<u32>(row) << 2);
    const group = load<u32>(own);
    const left = group >> 16;
    const first = list + (<usize>(group & 65535) << 2);
    const chosen = first + (<usize>((<u64>load<u32>(drawn) * <u64>left) >> 32) << 2);
    store<u32>(row, load<u32>(chosen));
    store<u32>(chosen, load<u32>(first + (<usize>(left - 1) << 2)));
    store<u32>(own, group - 65536);
    drawn += 4;
  }
}
