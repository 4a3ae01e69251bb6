/** Columns cut in bins, one number a row. */
export interface BinnedMatrix {
  readonly rows: number;
  readonly columns: readonly Uint8Array[];
  /** How many bins each column has. */
  readonly sizes: readonly number[];
  /** Columns whose bins follow an order; those of the others may be split in any two sets. */
  readonly ordered: readonly boolean[];
}

/** A binary tree in heap order: children of node i are 2i+1 (left) and 2i+2. */
export interface Tree {
  /** The column that a node splits on, −1 at a leaf. */
  readonly feature: Int32Array;
  /** Of a split: 1 for each bin that goes left. */
  readonly left: readonly (Uint8Array | undefined)[];
  readonly value: Float64Array;
}

export interface GrowOptions {
  readonly depth: number;
  readonly leaf: number;
  readonly penalty: number;
  readonly rate: number;
}

interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly left: Uint8Array;
}

/** Sums of gradient, curvature and rows by bin, three numbers a bin, one block a node and column. */
type Histograms = Float64Array;

/** Grow one tree level by level on gradients and curvatures. */
export function growTree(
  x: BinnedMatrix,
  gradient: Float64Array,
  curvature: Float64Array,
  options: GrowOptions,
): Tree {
  const nodes = 2 ** (options.depth + 1) - 1;
  const feature = new Int32Array(nodes).fill(-1);
  const value = new Float64Array(nodes);
  const left: (Uint8Array | undefined)[] = new Array(nodes).fill(undefined);
  const offsets = [0];
  for (const size of x.sizes) offsets.push((offsets.at(-1) as number) + size);
  const width = offsets.at(-1) as number;
  const place = new Int32Array(x.rows);
  for (let level = 0; level <= options.depth; level++) {
    const first = 2 ** level - 1;
    const count = 2 ** level;
    // Leaves need no more than their sums, which any one column gives.
    const columns = level === options.depth ? 1 : x.columns.length;
    const sums = accumulate(x, columns, gradient, curvature, place, first, count * width, offsets);
    let any = false;
    for (let node = first; node < first + count; node++) {
      const at = (node - first) * width;
      const [g, h, n] = totals(sums, at, x.sizes[0] as number);
      if (n === 0) continue;
      value[node] = (-options.rate * g) / (h + options.penalty);
      if (level === options.depth || n < 2 * options.leaf) continue;
      const split = bestSplit(x, sums, at, offsets, [g, h, n], options);
      if (split === undefined) continue;
      feature[node] = split.feature;
      left[node] = split.left;
      any = true;
    }
    if (!any) break;
    descend(x, feature, left, place, first);
  }
  return { feature, left, value };
}

function accumulate(
  x: BinnedMatrix,
  columns: number,
  gradient: Float64Array,
  curvature: Float64Array,
  place: Int32Array,
  first: number,
  size: number,
  offsets: readonly number[],
): Histograms {
  const sums = new Float64Array(3 * size);
  const width = offsets.at(-1) as number;
  for (let j = 0; j < columns; j++) {
    const column = x.columns[j] as Uint8Array;
    const offset = offsets[j] as number;
    for (let row = 0; row < x.rows; row++) {
      const node = (place[row] as number) - first;
      if (node < 0) continue;
      const at = 3 * (node * width + offset + (column[row] as number));
      sums[at] = (sums[at] as number) + (gradient[row] as number);
      sums[at + 1] = (sums[at + 1] as number) + (curvature[row] as number);
      sums[at + 2] = (sums[at + 2] as number) + 1;
    }
  }
  return sums;
}

/** Sums over the bins of the first column: those of the node. */
function totals(sums: Histograms, at: number, size: number): [number, number, number] {
  let [g, h, n] = [0, 0, 0];
  for (let bin = at; bin < at + size; bin++) {
    g += sums[3 * bin] as number;
    h += sums[3 * bin + 1] as number;
    n += sums[3 * bin + 2] as number;
  }
  return [g, h, n];
}

function bestSplit(
  x: BinnedMatrix,
  sums: Histograms,
  at: number,
  offsets: readonly number[],
  [g, h, n]: readonly [number, number, number],
  { leaf, penalty }: GrowOptions,
): Split | undefined {
  const whole = (g * g) / (h + penalty);
  let best: { gain: number; feature: number; order: readonly number[]; upTo: number } | undefined;
  for (let j = 0; j < x.columns.length; j++) {
    const start = at + (offsets[j] as number);
    const order = binOrder(sums, start, x.sizes[j] as number, x.ordered[j] === true, penalty);
    let [gl, hl, nl] = [0, 0, 0];
    for (let i = 0; i < order.length - 1; i++) {
      const bin = start + (order[i] as number);
      gl += sums[3 * bin] as number;
      hl += sums[3 * bin + 1] as number;
      nl += sums[3 * bin + 2] as number;
      if (nl < leaf || n - nl < leaf) continue;
      const gain = gl ** 2 / (hl + penalty) + (g - gl) ** 2 / (h - hl + penalty) - whole;
      if (gain > (best?.gain ?? 1e-6)) best = { gain, feature: j, order, upTo: i };
    }
  }
  if (best === undefined) return undefined;
  const left = new Uint8Array(x.sizes[best.feature] as number);
  for (const bin of best.order.slice(0, best.upTo + 1)) left[bin] = 1;
  return { gain: best.gain, feature: best.feature, left };
}

/** Bins with rows: in their own order, or by mean gradient, which makes the best two sets a prefix. */
function binOrder(
  sums: Histograms,
  start: number,
  size: number,
  ordered: boolean,
  penalty: number,
): readonly number[] {
  const present: number[] = [];
  for (let bin = 0; bin < size; bin++)
    if ((sums[3 * (start + bin) + 2] as number) > 0) present.push(bin);
  if (ordered) return present;
  const mean = (bin: number) =>
    (sums[3 * (start + bin)] as number) / ((sums[3 * (start + bin) + 1] as number) + penalty);
  return present.sort((a, b) => mean(a) - mean(b) || a - b);
}

/** Move each row of the level into the child that its bin says; rows of leaves stay behind at −1. */
function descend(
  x: BinnedMatrix,
  feature: Int32Array,
  left: readonly (Uint8Array | undefined)[],
  place: Int32Array,
  first: number,
): void {
  for (let row = 0; row < x.rows; row++) {
    const node = place[row] as number;
    if (node < first) continue;
    const split = feature[node] as number;
    if (split < 0) {
      place[row] = -1;
      continue;
    }
    const bin = (x.columns[split] as Uint8Array)[row] as number;
    place[row] = 2 * node + ((left[node] as Uint8Array)[bin] === 1 ? 1 : 2);
  }
}
