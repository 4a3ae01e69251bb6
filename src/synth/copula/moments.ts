import { type Products, products } from "../../kernels/normal.js";

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
  const memory = products(2 * size, block);
  const values = memory.columns.slice(0, size);
  const masks = columns.map(({ hasGaps }, at) => (hasGaps ? memory.columns[size + at] : undefined));
  const gaps = new Gaps(memory, masks, rows);
  for (let from = 0; from < rows; from += block) {
    const count = Math.min(block, rows - from);
    columns.forEach((column, at) => {
      fill(column, from, count, values[at] as Float64Array, masks[at]);
    });
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) {
        sums[i * size + j] = (sums[i * size + j] as number) + memory.dot(i, j, count);
        if (masks[i] !== undefined || masks[j] !== undefined) gaps.add(i, j, count);
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

function total(a: Float64Array, count: number): number {
  let sum = 0;
  for (let at = 0; at < count; at++) sum += a[at] as number;
  return sum;
}

/** Means over the rows where both columns of a pair are seen. */
class Gaps {
  private readonly memory: Products;
  private readonly masks: readonly (Float64Array | undefined)[];
  private readonly size: number;
  private readonly rows: number;
  private readonly both: Float64Array;
  private readonly left: Float64Array;
  private readonly right: Float64Array;

  /** The mask of column i, if it has gaps, is column `masks.length + i` of the memory. */
  constructor(memory: Products, masks: readonly (Float64Array | undefined)[], rows: number) {
    this.memory = memory;
    this.masks = masks;
    this.size = masks.length;
    this.rows = rows;
    this.both = new Float64Array(this.size ** 2);
    this.left = new Float64Array(this.size ** 2);
    this.right = new Float64Array(this.size ** 2);
  }

  add(i: number, j: number, count: number): void {
    const { size, both, left, right } = this;
    const at = i * size + j;
    both[at] = (both[at] as number) + this.seen(i, j, count);
    left[at] = (left[at] as number) + this.over(i, j, count);
    right[at] = (right[at] as number) + this.over(j, i, count);
  }

  /** Rows where both are seen. */
  private seen(i: number, j: number, count: number): number {
    const [a, b] = [this.masks[i], this.masks[j]];
    if (a !== undefined && b !== undefined) {
      return this.memory.dot(this.size + i, this.size + j, count);
    }
    return total((a ?? b) as Float64Array, count);
  }

  /** The sum of a column over the rows where another is seen. */
  private over(column: number, other: number, count: number): number {
    return this.masks[other] === undefined
      ? total(this.memory.columns[column] as Float64Array, count)
      : this.memory.dot(column, this.size + other, count);
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
