// Nearest and second nearest reference row of each query row under Gower's distance, exactly.
//
// Bytes first: each column of a row is a byte (numbers cut to `unit` steps, codes modulo 256), and the
// distance in bytes, taken for 16 reference rows at a time, never exceeds the exact one by more than
// one step a numeric column. Only rows that this lower bound can't rule out are measured in doubles.
// The plain twin is `nearestPlain` in ../gower.ts; tests compare the two bit by bit.

@inline
function measured(query: usize, row: usize, numeric: i32, columns: i32): f64 {
  let sum: f64 = 0;
  for (let c = 0; c < numeric; c++) {
    const a = load<f64>(query + (<usize>c << 3));
    const b = load<f64>(row + (<usize>c << 3));
    const aMissing = a != a;
    const bMissing = b != b;
    if (aMissing || bMissing) {
      if (aMissing != bMissing) sum += 1;
    } else {
      sum += Math.min(Math.abs(a - b), 1);
    }
  }
  for (let c = numeric; c < columns; c++) {
    if (load<f64>(query + (<usize>c << 3)) != load<f64>(row + (<usize>c << 3))) sum += 1;
  }
  return sum;
}

/** Measure the rows that `near` marks; returns the new bound in bytes. */
function refine(
  near: i32,
  start: i32,
  q: i32,
  limit: i32,
  exact: usize,
  rows: usize,
  count: i32,
  numeric: i32,
  columns: i32,
  unit: f64,
  own: i32,
  best: usize,
  second: usize,
  index: usize,
): i32 {
  const query = exact + (<usize>(q * columns) << 3);
  const slot = <usize>q << 3;
  while (near != 0) {
    const row = start + ctz(near);
    near &= near - 1;
    if (row >= count || row == own) continue;
    const sum = measured(query, rows + (<usize>(row * columns) << 3), numeric, columns);
    if (sum < load<f64>(best + slot)) {
      store<f64>(second + slot, load<f64>(best + slot));
      store<f64>(best + slot, sum);
      store<i32>(index + (<usize>q << 2), row);
    } else if (sum < load<f64>(second + slot)) {
      store<f64>(second + slot, sum);
    }
  }
  const next = load<f64>(second + slot);
  return next < 255 ? <i32>Math.min(255, Math.ceil(next * unit) + <f64>numeric) : limit;
}

/**
 * Queries `from` to `to`, two at a time: `bytes` and `exact` hold them row by row, `blocks` the
 * reference in blocks of 16 rows, column by column, `rows` the reference in doubles row by row. `self`
 * is the reference row that is query 0 itself and must not count (below -1000000000: none). Results go
 * to `best`, `second` (sums over the columns) and `index` (row of the best).
 */
export function nearest(
  from: i32,
  to: i32,
  bytes: usize,
  exact: usize,
  blocks: usize,
  rows: usize,
  count: i32,
  numeric: i32,
  columns: i32,
  unit: f64,
  self: i32,
  best: usize,
  second: usize,
  index: usize,
): void {
  const step = i8x16.splat(<i8>(<i32>unit));
  for (let q = from; q < to; q += 2) {
    const r = q + 1 < to ? q + 1 : q;
    const quickQ = bytes + <usize>(q * columns);
    const quickR = bytes + <usize>(r * columns);
    for (let k = q; k <= r; k++) {
      store<f64>(best + (<usize>k << 3), f64.MAX_VALUE);
      store<f64>(second + (<usize>k << 3), f64.MAX_VALUE);
      store<i32>(index + (<usize>k << 2), -1);
    }
    let limitQ = 255;
    let limitR = 255;
    let boundQ = i8x16.splat(-1);
    let boundR = i8x16.splat(-1);
    let block = blocks;
    for (let start = 0; start < count; start += 16) {
      let farQ = i8x16.splat(0);
      let farR = i8x16.splat(0);
      for (let c = 0; c < numeric; c++) {
        const b = v128.load(block);
        const a = v128.load_splat<u8>(quickQ + <usize>c);
        const d = v128.load_splat<u8>(quickR + <usize>c);
        farQ = i8x16.add_sat_u(farQ, v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a)));
        farR = i8x16.add_sat_u(farR, v128.or(i8x16.sub_sat_u(d, b), i8x16.sub_sat_u(b, d)));
        block += 16;
      }
      for (let c = numeric; c < columns; c++) {
        const b = v128.load(block);
        const a = v128.load_splat<u8>(quickQ + <usize>c);
        const d = v128.load_splat<u8>(quickR + <usize>c);
        farQ = i8x16.add_sat_u(farQ, v128.andnot(step, i8x16.eq(a, b)));
        farR = i8x16.add_sat_u(farR, v128.andnot(step, i8x16.eq(d, b)));
        block += 16;
      }
      const nearQ = i8x16.le_u(farQ, boundQ);
      const nearR = i8x16.le_u(farR, boundR);
      if (!v128.any_true(v128.or(nearQ, nearR))) continue;
      const marksQ = i8x16.bitmask(nearQ);
      if (marksQ != 0) {
        limitQ = refine(marksQ, start, q, limitQ, exact, rows, count, numeric, columns, unit, self + q, best, second, index);
        boundQ = i8x16.splat(<i8>limitQ);
      }
      const marksR = i8x16.bitmask(nearR);
      if (marksR != 0 && r != q) {
        limitR = refine(marksR, start, r, limitR, exact, rows, count, numeric, columns, unit, self + r, best, second, index);
        boundR = i8x16.splat(<i8>limitR);
      }
    }
  }
}
