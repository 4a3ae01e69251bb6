// The different numbers of a column. The plain twin is `distinctPlain` in ../distinct.ts.

/** Leave the least and the largest of `n` numbers at `into`, and, as a third double, 1 where all are whole, else 0. */
export function survey(values: usize, n: u32, into: usize): void {
  let low = f64.MAX_VALUE * 2;
  let high = -low;
  let whole: u32 = 1;
  for (const end = values + (<usize>n << 3); values < end; values += 8) {
    const value = load<f64>(values);
    if (value != value) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    whole &= <u32>(value == Math.floor(value));
  }
  store<f64>(into, low);
  store<f64>(into, high, 8);
  store<f64>(into, <f64>whole, 16);
}

/**
 * Leave the different ones among `n` whole numbers of `low` on at `found`, ascending, how often each occurs at
 * `counts`, as doubles, and of each row the position among them or −1 at `positions`; returns their number. `seen` has
 * `span` times 4 bytes, all 0.
 */
export function countWhole(
  values: usize,
  n: u32,
  low: f64,
  span: u32,
  seen: usize,
  found: usize,
  counts: usize,
  positions: usize,
): u32 {
  for (let row: u32 = 0; row < n; row++) {
    const value = load<f64>(values + (<usize>row << 3));
    if (value != value) continue;
    const at = seen + (<usize>(<u32>(value - low)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let place: u32 = 0;
  for (let at: u32 = 0; at < span; at++) {
    const own = seen + (<usize>at << 2);
    const count = load<u32>(own);
    if (count == 0) continue;
    store<f64>(found + (<usize>place << 3), low + <f64>at);
    store<f64>(counts + (<usize>place << 3), <f64>count);
    store<u32>(own, place++);
  }
  for (let row: u32 = 0; row < n; row++) {
    const value = load<f64>(values + (<usize>row << 3));
    let place: u32 = -1;
    if (value == value) place = load<u32>(seen + (<usize>(<u32>(value - low)) << 2));
    store<u32>(positions + (<usize>row << 2), place);
  }
  return place;
}

/** Bits of a digit, and digits of a key. */
const BITS: u32 = 11;
const DIGITS: u32 = 6;

/**
 * The same for any numbers, by sorting: `keys`, `otherKeys` have room for 8 bytes a row, `rows`, `otherRows` for 4,
 * `tallies` for 4 × 2,048.
 */
export function sortAll(
  values: usize,
  n: u32,
  keys: usize,
  otherKeys: usize,
  rows: usize,
  otherRows: usize,
  tallies: usize,
  found: usize,
  counts: usize,
  positions: usize,
): u32 {
  let count: u32 = 0;
  for (let row: u32 = 0; row < n; row++) {
    const value = load<f64>(values + (<usize>row << 3));
    store<u32>(positions + (<usize>row << 2), -1);
    if (value != value) continue;
    const bits = reinterpret<u64>(value);
    store<u64>(keys + (<usize>count << 3), bits ^ (<u64>(<i64>bits >> 63) | (<u64>1 << 63)));
    store<u32>(rows + (<usize>count << 2), row);
    count++;
  }
  for (let digit: u32 = 0; digit < DIGITS; digit++) {
    if (!pass(keys, otherKeys, rows, otherRows, tallies, count, digit * BITS)) continue;
    const kept = keys;
    keys = otherKeys;
    otherKeys = kept;
    const listed = rows;
    rows = otherRows;
    otherRows = listed;
  }
  let place: u32 = -1;
  let last: f64 = NaN;
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + (<usize>i << 2));
    const value = load<f64>(values + (row << 3));
    if (value != last) {
      place++;
      last = value;
      // A zero has no sign here.
      store<f64>(found + (<usize>place << 3), value + 0);
      store<f64>(counts + (<usize>place << 3), 0);
    }
    const own = counts + (<usize>place << 3);
    store<f64>(own, load<f64>(own) + 1);
    store<u32>(positions + (row << 2), place);
  }
  return place + 1;
}

/** Lay the keys out by one digit, rows with them; false, and nothing done, where all have the same one. */
function pass(
  keys: usize,
  otherKeys: usize,
  rows: usize,
  otherRows: usize,
  tallies: usize,
  count: u32,
  shift: u32,
): bool {
  const mask: usize = (1 << BITS) - 1;
  memory.fill(tallies, 0, <usize>4 << BITS);
  for (let i: u32 = 0; i < count; i++) {
    const digit = <usize>(load<u64>(keys + (<usize>i << 3)) >> shift) & mask;
    const at = tallies + (digit << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let before: u32 = 0;
  for (let at = tallies; at < tallies + (<usize>4 << BITS); at += 4) {
    const own = load<u32>(at);
    if (own == count) return false;
    store<u32>(at, before);
    before += own;
  }
  for (let i: u32 = 0; i < count; i++) {
    const key = load<u64>(keys + (<usize>i << 3));
    const at = tallies + ((<usize>(key >> shift) & mask) << 2);
    const place = <usize>load<u32>(at);
    store<u32>(at, <u32>place + 1);
    store<u64>(otherKeys + (place << 3), key);
    store<u32>(otherRows + (place << 2), load<u32>(rows + (<usize>i << 2)));
  }
  return true;
}
