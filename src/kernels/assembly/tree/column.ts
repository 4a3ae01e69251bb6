// A column that a tree is grown for, before and after.
import { NODE } from "./cut";

/** What each of `n` values, −1 or more, is told apart as: 2 bytes each, by a table that begins with that of −1. */
export function look(values: usize, n: u32, table: usize, own: usize): void {
  for (let row: u32 = 0; row < n; row++) {
    const value = load<i32>(values + (<usize>row << 2));
    store<u16>(own + (<usize>row << 1), load<u16>(table + 2 + (<usize>value << 1)));
  }
}

/** Count `n` values, −1 or more, at `counts`, 4 bytes each, which begin with that of −1. */
export function census(values: usize, n: u32, counts: usize): void {
  for (let row: u32 = 0; row < n; row++) {
    const own = counts + 4 + (<usize>load<u32>(values + (<usize>row << 2)) << 2);
    store<u32>(own, load<u32>(own) + 1);
  }
}

/** List the rows whose value is not −1; returns their number. */
export function present(values: usize, n: u32, rows: usize): u32 {
  let count: u32 = 0;
  for (let row: u32 = 0; row < n; row++) {
    store<u32>(rows + (<usize>count << 2), row);
    count += <u32>(load<i32>(values + (<usize>row << 2)) >= 0);
  }
  return count;
}

/** The values of the `count` rows listed, in their order but ascending within each leaf. `spare` has 4 bytes a row. */
export function entriesOf(
  values: usize,
  rows: usize,
  count: u32,
  nodes: usize,
  made: u32,
  entries: usize,
  spare: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + (<usize>i << 2));
    store<u32>(entries + (<usize>i << 2), load<u32>(values + (row << 2)));
  }
  for (const end = nodes + <usize>made * NODE; nodes < end; nodes += NODE) {
    if (load<i32>(nodes, 8) >= 0) continue;
    const from = entries + (<usize>load<u32>(nodes) << 2);
    const to = entries + (<usize>load<u32>(nodes, 4) << 2);
    if (to - from > 192) sortMany(from, to, spare);
    else sortFew(from, to);
  }
}

/** By insertion. */
function sortFew(from: usize, to: usize): void {
  for (let next = from + 4; next < to; next += 4) {
    const entry = load<u32>(next);
    let at = next;
    while (at > from && load<u32>(at - 4) > entry) {
      store<u32>(at, load<u32>(at - 4));
      at -= 4;
    }
    store<u32>(at, entry);
  }
}

/** By bytes, the last first; 1,024 bytes of tallies lie behind as many of `spare` as there are to sort. */
function sortMany(from: usize, to: usize, spare: usize): void {
  const bytes = to - from;
  const tallies = spare + bytes;
  let most: u32 = 0;
  for (let at = from; at < to; at += 4) most |= load<u32>(at);
  for (let shift: u32 = 0; shift < 32 && most >> shift > 0; shift += 8) {
    memory.fill(tallies, 0, 1024);
    for (let at = from; at < to; at += 4) {
      const own = tallies + (<usize>((load<u32>(at) >> shift) & 255) << 2);
      store<u32>(own, load<u32>(own) + 4);
    }
    let before = spare;
    for (let own = tallies; own < tallies + 1024; own += 4) {
      const some = load<u32>(own);
      store<u32>(own, before);
      before += <usize>some;
    }
    for (let at = from; at < to; at += 4) {
      const entry = load<u32>(at);
      const own = tallies + (<usize>((entry >> shift) & 255) << 2);
      const place = <usize>load<u32>(own);
      store<u32>(place, entry);
      store<u32>(own, place + 4);
    }
    memory.copy(from, spare, bytes);
  }
}

/** Lay `made` nodes out as arrays: asks, children, parents, starts, ends of 4 bytes, then codes and `missingLeft`, 1 each. */
export function lay(nodes: usize, made: u32, into: usize): void {
  const all = <usize>made << 2;
  const codes = into + 5 * all;
  store<i32>(into + 2 * all, -1);
  for (let node: u32 = 0; node < made; node++) {
    const from = nodes + <usize>node * NODE;
    const to = into + (<usize>node << 2);
    const left = load<i32>(from, 8);
    store<i32>(to, load<i16>(from, 12));
    store<i32>(to + all, left);
    store<u32>(to + 3 * all, load<u32>(from));
    store<u32>(to + 4 * all, load<u32>(from, 4));
    store<u8>(codes + node, load<u8>(from, 14));
    store<u8>(codes + made + node, load<u8>(from, 15));
    if (left < 0) continue;
    store<u32>(into + 2 * all + (<usize>left << 2), node);
    store<u32>(into + 2 * all + (<usize>left << 2), node, 4);
  }
}
