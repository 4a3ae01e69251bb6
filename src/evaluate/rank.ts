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
  const order = new Uint32Array(values.length);
  let present = 0;
  for (let row = 0; row < values.length; row++) {
    if (!Number.isNaN(values[row] as number)) order[present++] = row;
  }
  const sorted = Float64Array.from(order.subarray(0, present), (row) => values[row] as number);
  sorted.sort();
  const rankOf = new Map<number, number>();
  for (let i = 0; i < present; ) {
    let j = i + 1;
    while (j < present && sorted[j] === sorted[i]) j++;
    rankOf.set(sorted[i] as number, (i + 1 + j) / 2);
    i = j;
  }
  return values.map((value) => (Number.isNaN(value) ? Number.NaN : (rankOf.get(value) as number)));
}
