/** Counts of two binned columns: `left` is the slow axis. */
export interface Crossed {
  readonly counts: Float64Array;
  readonly left: number;
  readonly right: number;
}

/**
 * Cramér's V with Bergsma's correction (2013): 0 for independent columns, up to 1; without the
 * correction small tables look related by chance.
 */
export function cramersV({ counts, left, right }: Crossed): number {
  const rows = new Float64Array(left);
  const columns = new Float64Array(right);
  let n = 0;
  for (let i = 0; i < left; i++) {
    for (let j = 0; j < right; j++) {
      const count = counts[i * right + j] as number;
      rows[i] = (rows[i] as number) + count;
      columns[j] = (columns[j] as number) + count;
      n += count;
    }
  }
  let chi = 0;
  for (let i = 0; i < left; i++) {
    for (let j = 0; j < right; j++) {
      const expected = ((rows[i] as number) * (columns[j] as number)) / n;
      if (expected > 0) chi += ((counts[i * right + j] as number) - expected) ** 2 / expected;
    }
  }
  const r = rows.filter((count) => count > 0).length;
  const k = columns.filter((count) => count > 0).length;
  if (n < 2 || r < 2 || k < 2) return Number.NaN;
  const phi = Math.max(0, chi / n - ((r - 1) * (k - 1)) / (n - 1));
  const rr = r - (r - 1) ** 2 / (n - 1);
  const kk = k - (k - 1) ** 2 / (n - 1);
  return Math.sqrt(phi / Math.min(rr - 1, kk - 1));
}

/**
 * The correlation ratio η: the share of the variance of numbers that their groups explain, as a root,
 * with ω²'s correction for chance (Hays 1963). Missing numbers and groups (−1) are left out.
 */
export function correlationRatio(groups: ArrayLike<number>, values: Float64Array): number {
  let highest = -1;
  for (let row = 0; row < values.length; row++) highest = Math.max(highest, groups[row] as number);
  const counts = new Float64Array(highest + 1);
  const sums = new Float64Array(highest + 1);
  let [n, sum, squares] = [0, 0, 0];
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    const group = groups[row] as number;
    if (Number.isNaN(value) || group < 0) continue;
    counts[group] = (counts[group] as number) + 1;
    sums[group] = (sums[group] as number) + value;
    n++;
    sum += value;
  }
  const mean = sum / n;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (!Number.isNaN(value) && (groups[row] as number) >= 0) squares += (value - mean) ** 2;
  }
  const k = counts.filter((count) => count > 0).length;
  if (k < 2 || n <= k || squares <= 0) return Number.NaN;
  let between = 0;
  counts.forEach((count, group) => {
    if (count > 0) between += count * ((sums[group] as number) / count - mean) ** 2;
  });
  const within = (squares - between) / (n - k);
  const omega = (between - (k - 1) * within) / (squares + within);
  return Math.sqrt(Math.max(0, omega));
}
