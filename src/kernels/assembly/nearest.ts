// The rows nearest to one row, four at a time. The plain twin is `PlainNearest` in ../nearest.ts.

/**
 * The `k` of `count` rows nearest to the row at `query`, nearest first, the earlier of equals first: places at
 * `best`, squared distances at `distances`; returns how many there are. Column c of the rows lies at
 * `columns` + c · `stride`, in singles, and the line is padded to a multiple of four rows. The first
 * `numbers` columns add their squared gap, the others `penalty` where they differ. Row `skip` is left out.
 */
export function nearest(
  query: usize,
  columns: usize,
  stride: usize,
  count: i32,
  numbers: i32,
  all: i32,
  penalty: f32,
  skip: i32,
  k: i32,
  distances: usize,
  best: usize,
): i32 {
  let kept = 0;
  let limit = <f32>Infinity;
  const penalties = f32x4.splat(penalty);
  for (let row = 0; row < count; row += 4) {
    let sum = f32x4.splat(0);
    let from = columns + (<usize>row << 2);
    for (let c = 0; c < numbers; c++) {
      const gap = f32x4.sub(v128.load(from), v128.load32_splat(query + (<usize>c << 2)));
      sum = f32x4.add(sum, f32x4.mul(gap, gap));
      from += stride;
    }
    for (let c = numbers; c < all; c++) {
      const differs = f32x4.ne(v128.load(from), v128.load32_splat(query + (<usize>c << 2)));
      sum = f32x4.add(sum, v128.and(differs, penalties));
      from += stride;
    }
    if (!v128.any_true(f32x4.lt(sum, f32x4.splat(limit)))) continue;
    const most = min(4, count - row);
    for (let lane = 0; lane < most; lane++) {
      const distance =
        lane == 0
          ? f32x4.extract_lane(sum, 0)
          : lane == 1
            ? f32x4.extract_lane(sum, 1)
            : lane == 2
              ? f32x4.extract_lane(sum, 2)
              : f32x4.extract_lane(sum, 3);
      if (distance >= limit || row + lane == skip) continue;
      let at = min(kept, k - 1);
      while (at > 0 && load<f32>(distances + (<usize>(at - 1) << 2)) > distance) {
        store<f32>(distances + (<usize>at << 2), load<f32>(distances + (<usize>(at - 1) << 2)));
        store<i32>(best + (<usize>at << 2), load<i32>(best + (<usize>(at - 1) << 2)));
        at--;
      }
      store<f32>(distances + (<usize>at << 2), distance);
      store<i32>(best + (<usize>at << 2), row + lane);
      if (kept < k) kept++;
      if (kept == k) limit = load<f32>(distances + (<usize>(k - 1) << 2));
    }
  }
  return kept;
}
