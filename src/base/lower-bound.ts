/** The first place in `from..to` of an ascending array whose value is not below `wanted`; `to` where all are. */
export function lowerBound(
  sorted: Float64Array | Int32Array | Uint32Array,
  wanted: number,
  from = 0,
  to = sorted.length,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
