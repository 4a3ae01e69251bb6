/** Pearson's correlation over the rows where both values are present; NaN where one doesn't vary. */
export function pearson(x: Float64Array, y: Float64Array): number {
  let count = 0;
  let [meanX, meanY, xx, yy, xy] = [0, 0, 0, 0, 0];
  for (let row = 0; row < x.length; row++) {
    const a = x[row] as number;
    const b = y[row] as number;
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    count++;
    const fromX = a - meanX;
    const fromY = b - meanY;
    meanX += fromX / count;
    meanY += fromY / count;
    xx += fromX * (a - meanX);
    yy += fromY * (b - meanY);
    xy += fromX * (b - meanY);
  }
  return count < 2 || xx <= 0 || yy <= 0 ? Number.NaN : xy / Math.sqrt(xx * yy);
}

/** Ranks from 1, ties at their mean; NaN keeps its place as NaN. */
export function ranks(values: Float64Array): Float64Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const distinct = new Float64Array(sorted.length);
  const ranked = new Float64Array(sorted.length);
  let found = 0;
  for (let i = 0; i < sorted.length; found++) {
    let j = i + 1;
    while (j < sorted.length && sorted[j] === sorted[i]) j++;
    distinct[found] = sorted[i] as number;
    ranked[found] = (i + 1 + j) / 2;
    i = j;
  }
  return values.map((value) => {
    if (Number.isNaN(value)) return Number.NaN;
    let [low, high] = [0, found - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((distinct[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return ranked[low] as number;
  });
}
