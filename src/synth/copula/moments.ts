/** A latent normal's observed side: the score of each state, the state of each row (−1 unseen). */
export interface Scored {
  readonly states: Int32Array;
  readonly scores: Float64Array;
  readonly hasGaps: boolean;
}

const block = 2048;

/** Covariances of all pairs of scores, over the rows where both are seen; row after row. */
export function covariances(columns: readonly Scored[], rows: number): Float64Array {
  const size = columns.length;
  const sums = new Float64Array(size * size);
  const values = columns.map(() => new Float64Array(block));
  const masks = columns.map(({ hasGaps }) => (hasGaps ? new Float64Array(block) : undefined));
  const gaps = new Gaps(size, rows);
  for (let from = 0; from < rows; from += block) {
    const count = Math.min(block, rows - from);
    columns.forEach((column, at) => {
      fill(column, from, count, values[at] as Float64Array, masks[at]);
    });
    for (let i = 0; i < size; i++) {
      const left = values[i] as Float64Array;
      for (let j = 0; j < i; j++) {
        const right = values[j] as Float64Array;
        sums[i * size + j] = (sums[i * size + j] as number) + dot(left, right, count);
        if (masks[i] !== undefined || masks[j] !== undefined) {
          gaps.add(i, j, [left, right, masks[i], masks[j]], count);
        }
      }
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const covariance =
        masks[i] === undefined && masks[j] === undefined
          ? (sums[i * size + j] as number) / rows
          : gaps.covariance(i, j, sums[i * size + j] as number);
      sums[i * size + j] = covariance;
      sums[j * size + i] = covariance;
    }
  }
  return sums;
}

function fill(
  { states, scores }: Scored,
  from: number,
  count: number,
  values: Float64Array,
  mask: Float64Array | undefined,
): void {
  if (mask === undefined) {
    for (let at = 0; at < count; at++) {
      values[at] = scores[states[from + at] as number] as number;
    }
    return;
  }
  for (let at = 0; at < count; at++) {
    const state = states[from + at] as number;
    values[at] = state < 0 ? 0 : (scores[state] as number);
    mask[at] = state < 0 ? 0 : 1;
  }
}

function dot(a: Float64Array, b: Float64Array, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let at = 0;
  for (; at + 3 < count; at += 4) {
    s0 += (a[at] as number) * (b[at] as number);
    s1 += (a[at + 1] as number) * (b[at + 1] as number);
    s2 += (a[at + 2] as number) * (b[at + 2] as number);
    s3 += (a[at + 3] as number) * (b[at + 3] as number);
  }
  for (; at < count; at++) s0 += (a[at] as number) * (b[at] as number);
  return s0 + s1 + s2 + s3;
}

function total(a: Float64Array, count: number): number {
  let sum = 0;
  for (let at = 0; at < count; at++) sum += a[at] as number;
  return sum;
}

/** Means over the rows where both columns of a pair are seen. */
class Gaps {
  private readonly size: number;
  private readonly rows: number;
  private readonly both: Float64Array;
  private readonly left: Float64Array;
  private readonly right: Float64Array;
  constructor(size: number, rows: number) {
    this.size = size;
    this.rows = rows;
    this.both = new Float64Array(size * size);
    this.left = new Float64Array(size * size);
    this.right = new Float64Array(size * size);
  }

  add(
    i: number,
    j: number,
    parts: readonly [
      Float64Array,
      Float64Array,
      Float64Array | undefined,
      Float64Array | undefined,
    ],
    count: number,
  ): void {
    const [left, right, maskLeft, maskRight] = parts;
    const at = i * this.size + j;
    const both =
      maskLeft === undefined
        ? total(maskRight as Float64Array, count)
        : maskRight === undefined
          ? total(maskLeft, count)
          : dot(maskLeft, maskRight, count);
    this.both[at] = (this.both[at] as number) + both;
    this.left[at] =
      (this.left[at] as number) +
      (maskRight === undefined ? total(left, count) : dot(left, maskRight, count));
    this.right[at] =
      (this.right[at] as number) +
      (maskLeft === undefined ? total(right, count) : dot(maskLeft, right, count));
  }

  covariance(i: number, j: number, product: number): number {
    const at = i * this.size + j;
    const both = this.both[at] as number;
    // Too few rows in common say nothing about how two columns go together.
    if (both < 5 || both < 1e-4 * this.rows) return 0;
    return (
      product / both - ((this.left[at] as number) / both) * ((this.right[at] as number) / both)
    );
  }
}
