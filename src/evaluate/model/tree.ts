/** Rows as small bins, column by column: what histogram trees look at. */
export interface Binned {
  readonly rows: number;
  /** One array of bins (0..255) a column. */
  readonly bins: readonly Uint8Array[];
  /** Bins of each column. */
  readonly sizes: readonly number[];
  /** Columns whose bins have no order. */
  readonly unordered: readonly boolean[];
}

export interface TreeLimits {
  readonly leaves: number;
  readonly leastRows: number;
}

/**
 * Gains within this share of each other are equal, and so are rates to so many parts of one: the first
 * in order counts, so that the order of additions, or a machine's `Math.exp`, decides nothing.
 */
const NEAR = 1e-9;
const GRAIN = 2 ** 30;

/** A regression tree; a leaf has no column. */
export interface Node {
  value: number;
  column: number;
  /** 1 for each bin that goes left. */
  left: Uint8Array | undefined;
  low: Node | undefined;
  high: Node | undefined;
}

interface Split {
  readonly gain: number;
  readonly column: number;
  readonly left: Uint8Array;
}

interface Leaf {
  readonly node: Node;
  readonly rows: Uint32Array;
  readonly histogram: Float64Array;
  readonly split: Split | undefined;
}

/**
 * Grow a tree on gradients and curvatures, best leaf first, from histograms (Ke et al. 2017, LightGBM;
 * Chen & Guestrin 2016 for the gain). Categories are ordered by gradient over curvature at each split
 * (Fisher 1958), which finds their best cut in two exactly for this loss.
 */
export function growTree(
  data: Binned,
  gradient: Float64Array,
  curvature: Float64Array,
  limits: TreeLimits,
): Node {
  const all = Uint32Array.from({ length: data.rows }, (_, row) => row);
  const finder = new SplitFinder(data, gradient, curvature, limits.leastRows);
  const root = leafOf(finder, all, finder.histogram(all));
  const leaves: Leaf[] = [root];
  while (leaves.length < limits.leaves) {
    let best = -1;
    leaves.forEach((leaf, i) => {
      const gain = leaf.split?.gain ?? 0;
      if (gain > (leaves[best]?.split?.gain ?? 0) * (1 + NEAR)) best = i;
    });
    const chosen = leaves[best];
    if (chosen?.split === undefined) break;
    const { column, left } = chosen.split;
    const [lowRows, highRows] = part(chosen.rows, data.bins[column] as Uint8Array, left);
    // Only the smaller half is counted; the other is what remains.
    const lowIsSmall = lowRows.length <= highRows.length;
    const small = finder.histogram(lowIsSmall ? lowRows : highRows);
    const rest = chosen.histogram;
    for (let i = 0; i < rest.length; i++) rest[i] = (rest[i] as number) - (small[i] as number);
    const low = leafOf(finder, lowRows, lowIsSmall ? small : rest);
    const high = leafOf(finder, highRows, lowIsSmall ? rest : small);
    Object.assign(chosen.node, { column, left, low: low.node, high: high.node });
    leaves.splice(best, 1, low, high);
  }
  return root.node;
}

function part(
  rows: Uint32Array,
  bins: Uint8Array,
  left: Uint8Array,
): readonly [Uint32Array, Uint32Array] {
  const low = new Uint32Array(rows.length);
  const high = new Uint32Array(rows.length);
  let lows = 0;
  let highs = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (left[bins[row] as number] === 1) low[lows++] = row;
    else high[highs++] = row;
  }
  return [low.subarray(0, lows), high.subarray(0, highs)];
}

/** The value of the leaf that a row falls into. */
export function treeValue(root: Node, data: Binned, row: number): number {
  let node = root;
  while (node.left !== undefined) {
    const bin = (data.bins[node.column] as Uint8Array)[row] as number;
    node = (node.left[bin] === 1 ? node.low : node.high) as Node;
  }
  return node.value;
}

function leafOf(finder: SplitFinder, rows: Uint32Array, histogram: Float64Array): Leaf {
  const { value, split } = finder.find(rows.length, histogram);
  const node: Node = { value, column: -1, left: undefined, low: undefined, high: undefined };
  return { node, rows, histogram, split };
}

/** Numbers a bin has in a histogram: sums of gradient and curvature, rows. */
const perBin = 3;

class SplitFinder {
  private readonly data: Binned;
  private readonly gradient: Float64Array;
  private readonly curvature: Float64Array;
  private readonly leastRows: number;
  /** Where each column starts in a histogram. */
  private readonly starts: readonly number[];
  private readonly size: number;
  /** The bins of each column in their order. */
  private readonly places: readonly (readonly number[])[];
  private readonly leafG: Float64Array;
  private readonly leafH: Float64Array;

  constructor(data: Binned, gradient: Float64Array, curvature: Float64Array, leastRows: number) {
    this.data = data;
    this.gradient = gradient;
    this.curvature = curvature;
    this.leastRows = leastRows;
    const starts: number[] = [];
    let size = 0;
    for (const bins of data.sizes) {
      starts.push(size);
      size += bins * perBin;
    }
    this.starts = starts;
    this.size = size;
    this.places = data.sizes.map((bins) => Array.from({ length: bins }, (_, bin) => bin));
    this.leafG = new Float64Array(data.rows);
    this.leafH = new Float64Array(data.rows);
  }

  /** Gradient, curvature and rows of every bin of every column. */
  histogram(rows: Uint32Array): Float64Array {
    const { leafG, leafH, gradient, curvature } = this;
    for (let i = 0; i < rows.length; i++) {
      leafG[i] = gradient[rows[i] as number] as number;
      leafH[i] = curvature[rows[i] as number] as number;
    }
    const sums = new Float64Array(this.size);
    this.data.bins.forEach((bins, column) => {
      addColumn(sums, this.starts[column] as number, bins, rows, leafG, leafH);
    });
    return sums;
  }

  find(
    rows: number,
    histogram: Float64Array,
  ): { readonly value: number; readonly split: Split | undefined } {
    let sumG = 0;
    let sumH = 0;
    for (let bin = 0; bin < (this.data.sizes[0] ?? 0); bin++) {
      sumG += histogram[bin * perBin] as number;
      sumH += histogram[bin * perBin + 1] as number;
    }
    const value = sumH > 1e-9 ? -sumG / sumH : 0;
    let best: Split | undefined;
    if (rows < 2 * this.leastRows) return { value, split: best };
    for (let column = 0; column < this.data.bins.length; column++) {
      const found = this.inColumn(column, rows, histogram, sumG, sumH);
      if (found !== undefined && found.gain > Math.max(1e-9, (best?.gain ?? 0) * (1 + NEAR))) {
        best = found;
      }
    }
    return { value, split: best };
  }

  private inColumn(
    column: number,
    rows: number,
    histogram: Float64Array,
    sumG: number,
    sumH: number,
  ): Split | undefined {
    const start = this.starts[column] as number;
    const order = this.orderOf(column, histogram);
    let g = 0;
    let h = 0;
    let n = 0;
    let gain = 0;
    let cut = -1;
    for (let i = 0; i + 1 < order.length; i++) {
      const bin = order[i] as number;
      const at = start + bin * perBin;
      g += histogram[at] as number;
      h += histogram[at + 1] as number;
      n += histogram[at + 2] as number;
      if (n < this.leastRows) continue;
      if (rows - n < this.leastRows) break;
      const rest = sumH - h;
      if (h < 1e-3 || rest < 1e-3) continue;
      const found = (g * g) / h + ((sumG - g) * (sumG - g)) / rest - (sumG * sumG) / sumH;
      if (found > gain * (1 + NEAR)) {
        gain = found;
        cut = i;
      }
    }
    if (cut < 0) return undefined;
    const left = new Uint8Array(256);
    for (let i = 0; i <= cut; i++) left[order[i] as number] = 1;
    return { gain, column, left };
  }

  /** Bins in their order; categories by gradient over curvature, smoothed, those without rows left out. */
  private orderOf(column: number, histogram: Float64Array): readonly number[] {
    const start = this.starts[column] as number;
    const bins = this.places[column] as readonly number[];
    if (this.data.unordered[column] !== true) return bins;
    const rate = (bin: number): number => {
      const at = start + bin * perBin;
      return Math.round((GRAIN * (histogram[at] as number)) / ((histogram[at + 1] as number) + 10));
    };
    return bins
      .filter((bin) => (histogram[start + bin * perBin + 2] as number) > 0)
      .sort((a, b) => rate(a) - rate(b) || a - b);
  }
}

function addColumn(
  sums: Float64Array,
  start: number,
  bins: Uint8Array,
  rows: Uint32Array,
  leafG: Float64Array,
  leafH: Float64Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    const at = start + (bins[rows[i] as number] as number) * perBin;
    sums[at] = (sums[at] as number) + (leafG[i] as number);
    sums[at + 1] = (sums[at + 1] as number) + (leafH[i] as number);
    sums[at + 2] = (sums[at + 2] as number) + 1;
  }
}
