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
  const root = leafOf(finder, all);
  const leaves: Leaf[] = [root];
  while (leaves.length < limits.leaves) {
    let best = -1;
    leaves.forEach((leaf, i) => {
      const gain = leaf.split?.gain ?? 0;
      if (gain > 0 && gain > (leaves[best]?.split?.gain ?? 0)) best = i;
    });
    const chosen = leaves[best];
    if (chosen?.split === undefined) break;
    const { column, left } = chosen.split;
    const bins = data.bins[column] as Uint8Array;
    const goesLeft = (row: number): boolean => left[bins[row] as number] === 1;
    const low = leafOf(finder, chosen.rows.filter(goesLeft));
    const high = leafOf(
      finder,
      chosen.rows.filter((row) => !goesLeft(row)),
    );
    Object.assign(chosen.node, { column, left, low: low.node, high: high.node });
    leaves.splice(best, 1, low, high);
  }
  return root.node;
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

function leafOf(finder: SplitFinder, rows: Uint32Array): Leaf {
  const { value, split } = finder.find(rows);
  const node: Node = { value, column: -1, left: undefined, low: undefined, high: undefined };
  return { node, rows, split };
}

class SplitFinder {
  private readonly data: Binned;
  private readonly gradient: Float64Array;
  private readonly curvature: Float64Array;
  private readonly leastRows: number;
  /** Gradient, curvature and rows of each bin of the column at hand. */
  private readonly g = new Float64Array(256);
  private readonly h = new Float64Array(256);
  private readonly n = new Float64Array(256);

  constructor(data: Binned, gradient: Float64Array, curvature: Float64Array, leastRows: number) {
    this.data = data;
    this.gradient = gradient;
    this.curvature = curvature;
    this.leastRows = leastRows;
  }

  find(rows: Uint32Array): { readonly value: number; readonly split: Split | undefined } {
    let sumG = 0;
    let sumH = 0;
    for (const row of rows) {
      sumG += this.gradient[row] as number;
      sumH += this.curvature[row] as number;
    }
    const value = sumH > 1e-9 ? -sumG / sumH : 0;
    let best: Split | undefined;
    if (rows.length < 2 * this.leastRows) return { value, split: best };
    for (let column = 0; column < this.data.bins.length; column++) {
      const found = this.inColumn(column, rows, sumG, sumH);
      if (found !== undefined && found.gain > (best?.gain ?? 1e-9)) best = found;
    }
    return { value, split: best };
  }

  private inColumn(
    column: number,
    rows: Uint32Array,
    sumG: number,
    sumH: number,
  ): Split | undefined {
    const size = this.data.sizes[column] as number;
    this.fill(column, rows, size);
    const order = this.orderOf(column, size);
    let g = 0;
    let h = 0;
    let n = 0;
    let gain = 0;
    let cut = -1;
    for (let i = 0; i + 1 < order.length; i++) {
      const bin = order[i] as number;
      g += this.g[bin] as number;
      h += this.h[bin] as number;
      n += this.n[bin] as number;
      if (n < this.leastRows) continue;
      if (rows.length - n < this.leastRows) break;
      const rest = sumH - h;
      if (h < 1e-3 || rest < 1e-3) continue;
      const found = (g * g) / h + ((sumG - g) * (sumG - g)) / rest - (sumG * sumG) / sumH;
      if (found > gain) {
        gain = found;
        cut = i;
      }
    }
    if (cut < 0) return undefined;
    const left = new Uint8Array(256);
    for (let i = 0; i <= cut; i++) left[order[i] as number] = 1;
    return { gain, column, left };
  }

  private fill(column: number, rows: Uint32Array, size: number): void {
    const { g, h, n, gradient, curvature } = this;
    g.fill(0, 0, size);
    h.fill(0, 0, size);
    n.fill(0, 0, size);
    const bins = this.data.bins[column] as Uint8Array;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const bin = bins[row] as number;
      g[bin] = (g[bin] as number) + (gradient[row] as number);
      h[bin] = (h[bin] as number) + (curvature[row] as number);
      n[bin] = (n[bin] as number) + 1;
    }
  }

  /** Bins in their order; categories by gradient over curvature, smoothed, those without rows last. */
  private orderOf(column: number, size: number): readonly number[] {
    const bins = Array.from({ length: size }, (_, bin) => bin);
    if (this.data.unordered[column] !== true) return bins;
    const rate = (bin: number): number => (this.g[bin] as number) / ((this.h[bin] as number) + 10);
    return bins
      .filter((bin) => (this.n[bin] as number) > 0)
      .sort((a, b) => rate(a) - rate(b) || a - b);
  }
}
