// Codes for rows in rounded counts: rows in random order take the next point of systematic sampling in
// the group that they belong to. The plain twin is `apportionPlain` in ../apportion.ts.

/** Of each group of rows: 32 bytes. */
const POINT: usize = 0;
const CUMULATED: usize = 8;
const SCALE: usize = 16;
const RUN: usize = 24;
const CODE: usize = 28;

/**
 * Give the `n` rows with parent cells at `parents` codes below `size`, as often as the runs of `joint`
 * (one a cell) say, rounded. `slots` holds a 0 for each parent cell and does again afterwards; `groups` has
 * room for 32 bytes a row, `order` for 4. xoshiro128** has its four words at `words`.
 */
export function apportion(
  words: usize,
  parents: usize,
  n: i32,
  joint: usize,
  marginal: usize,
  size: i32,
  slots: usize,
  groups: usize,
  order: usize,
  codes: usize,
): void {
  const found = group(parents, n, slots, groups, order, codes);
  open(words, found, joint, marginal, size, groups);
  shuffle(words, order, n);
  for (let i = 0; i < n; i++) {
    const at = codes + (<usize>load<u32>(order + (<usize>i << 2)) << 2);
    const own = groups + (<usize>load<u32>(at) << 5);
    const point = load<f64>(own, POINT);
    let code = load<i32>(own, CODE);
    if (point >= load<f64>(own, CUMULATED)) {
      code = advance(own, code, size, point);
    }
    store<f64>(own, point + 1, POINT);
    store<i32>(at, code);
  }
  // What `slots` holds is forgotten, cell by cell that was met.
  for (let i = 0; i < n; i++) store<i32>(slots + (<usize>load<u32>(parents + (<usize>i << 2)) << 2), 0);
}

/** Leave each row's group at `codes`, counts and cells in the groups; returns how many there are. */
function group(parents: usize, n: i32, slots: usize, groups: usize, order: usize, codes: usize): i32 {
  let found = 0;
  for (let i = 0; i < n; i++) {
    const cell = load<u32>(parents + (<usize>i << 2));
    const slot = slots + (<usize>cell << 2);
    let at = load<i32>(slot);
    if (at == 0) {
      at = ++found;
      store<i32>(slot, at);
      const own = groups + (<usize>(at - 1) << 5);
      store<f64>(own, 0, SCALE);
      store<u32>(own, cell, RUN);
    }
    at--;
    const own = groups + (<usize>at << 5);
    store<f64>(own, load<f64>(own, SCALE) + 1, SCALE);
    store<i32>(codes + (<usize>i << 2), at);
    store<i32>(order + (<usize>i << 2), i);
  }
  return found;
}

/** The first point of each group, and its run: that of its cell, or the marginal where that has no mass. */
function open(words: usize, found: i32, joint: usize, marginal: usize, size: i32, groups: usize): void {
  for (let at = 0; at < found; at++) {
    const own = groups + (<usize>at << 5);
    let run = joint + <usize>load<u32>(own, RUN) * (<usize>size << 3);
    let mass = total(run, size);
    if (!(mass > 0)) {
      run = marginal;
      mass = total(run, size);
    }
    const scale = load<f64>(own, SCALE) / mass;
    const high = next(words) >> 5;
    const low = next(words) >> 6;
    store<f64>(own, (<f64>high * 67108864 + <f64>low) / 9007199254740992, POINT);
    store<f64>(own, load<f64>(run) * scale, CUMULATED);
    store<f64>(own, scale, SCALE);
    store<u32>(own, <u32>run, RUN);
    store<i32>(own, 0, CODE);
  }
}

function total(run: usize, size: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < size; i++) sum += load<f64>(run + (<usize>i << 3));
  return sum;
}

/** On to the code in whose stretch the point falls; past the last one, where rounding led, the heaviest. */
function advance(own: usize, code: i32, size: i32, point: f64): i32 {
  const run = <usize>load<u32>(own, RUN);
  const scale = load<f64>(own, SCALE);
  let cumulated = load<f64>(own, CUMULATED);
  while (point >= cumulated) {
    if (++code >= size) {
      code = heaviest(run, size);
      cumulated = Infinity;
    } else cumulated += load<f64>(run + (<usize>code << 3)) * scale;
  }
  store<f64>(own, cumulated, CUMULATED);
  store<i32>(own, code, CODE);
  return code;
}

function heaviest(run: usize, size: i32): i32 {
  let best = 0;
  for (let i = 1; i < size; i++) {
    if (load<f64>(run + (<usize>i << 3)) > load<f64>(run + (<usize>best << 3))) best = i;
  }
  return best;
}

function next(words: usize): u32 {
  const b = load<u32>(words, 4);
  const result = rotl<u32>(b * 5, 7) * 9;
  let c = load<u32>(words, 8) ^ load<u32>(words);
  let d = load<u32>(words, 12) ^ b;
  store<u32>(words, b ^ c, 4);
  store<u32>(words, load<u32>(words) ^ d);
  c ^= b << 9;
  store<u32>(words, c, 8);
  store<u32>(words, rotl<u32>(d, 11), 12);
  return result;
}

/** Fisher–Yates, with numbers below i by multiplication (Lemire 2019), without bias. */
function shuffle(words: usize, order: usize, n: i32): void {
  let a = load<u32>(words);
  let b = load<u32>(words, 4);
  let c = load<u32>(words, 8);
  let d = load<u32>(words, 12);
  let last = n - 1;
  let least: u32 = 0;
  while (last > 0) {
    const word = rotl<u32>(b * 5, 7) * 9;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotl<u32>(d, 11);
    const choices = <u32>(last + 1);
    const product = <u64>word * <u64>choices;
    const low = <u32>product;
    if (low < choices) {
      least = (0 - choices) % choices;
      if (low < least) continue;
    }
    const from = order + (<usize>last << 2);
    const to = order + (<usize>(product >> 32) << 2);
    const kept = load<u32>(from);
    store<u32>(from, load<u32>(to));
    store<u32>(to, kept);
    last--;
  }
  store<u32>(words, a);
  store<u32>(words, b, 4);
  store<u32>(words, c, 8);
  store<u32>(words, d, 12);
}
