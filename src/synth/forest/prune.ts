import { parentsOf, type Tree } from "../../kernels/decision-tree.js";
import type { Predictor } from "../tree/predictors.js";
import { Router } from "./router.js";

/** One tree of the forest over the real rows alone. */
export interface Partition {
  readonly tree: Tree;
  /** The real rows, arranged so that each node is a slice. */
  readonly rows: Int32Array;
  /** The leaf of each real row. */
  readonly leafOfRow: Int32Array;
}

/** Rows in each node. */
export function leafSizes(tree: Tree): Int32Array {
  return tree.end.map((end, node) => end - (tree.start[node] as number));
}

/**
 * The tree over the real rows alone, with at least `least` of them in each leaf: a side that has fewer
 * is cut off, and its rows go on with the other side (as the method's authors do).
 */
export function prune(
  tree: Tree,
  leafOfRow: Int32Array,
  least: number,
  predictors: readonly Predictor[],
): Partition {
  const nodes = tree.child.length;
  const sizes = new Int32Array(nodes);
  for (const leaf of leafOfRow) sizes[leaf] = (sizes[leaf] as number) + 1;
  for (let node = nodes - 1; node >= 0; node--) {
    const left = tree.child[node] as number;
    if (left >= 0) sizes[node] = (sizes[left] as number) + (sizes[left + 1] as number);
  }
  const child = tree.child.slice();
  const content = Int32Array.from({ length: nodes }, (_, node) => node);
  for (let node = 0; node < nodes; node++) {
    for (let left = child[node] as number; left >= 0; left = child[node] as number) {
      const [a, b] = [sizes[left] as number, sizes[left + 1] as number];
      if (a >= least && b >= least) break;
      const kept = a < b ? left + 1 : left;
      child[node] = a < least && b < least ? -1 : (child[kept] as number);
      content[node] = content[kept] as number;
    }
  }
  return arranged(compact(tree, child, content), predictors, leafOfRow.length);
}

/** The tree without the nodes that nothing leads to any more. */
function compact(tree: Tree, child: Int32Array, content: Int32Array): Tree {
  const order: number[] = [0];
  const place = new Int32Array(child.length).fill(-1);
  for (let at = 0; at < order.length; at++) {
    const left = child[order[at] as number] as number;
    if (left < 0) continue;
    place[left] = order.length;
    order.push(left, left + 1);
  }
  const made = Int32Array.from(order, (node) => {
    const left = child[node] as number;
    return left < 0 ? -1 : (place[left] as number);
  });
  const from = (at: number) => content[order[at] as number] as number;
  return {
    feature: made.map((left, at) => (left < 0 ? -1 : (tree.feature[from(at)] as number))),
    threshold: Float64Array.from(made, (_, at) => tree.threshold[from(at)] as number),
    missingLeft: Uint8Array.from(made, (_, at) => tree.missingLeft[from(at)] as number),
    child: made,
    parent: parentsOf(made),
    start: new Int32Array(made.length),
    end: new Int32Array(made.length),
    ranks: tree.ranks,
  };
}

/** Lay the real rows out node by node. */
function arranged(tree: Tree, predictors: readonly Predictor[], count: number): Partition {
  const router = new Router(tree, predictors);
  const leafOfRow = Int32Array.from({ length: count }, (_, row) => router.leaf(row));
  const { start, end, child } = tree;
  const sizes = new Int32Array(child.length);
  for (const leaf of leafOfRow) sizes[leaf] = (sizes[leaf] as number) + 1;
  for (let node = child.length - 1; node >= 0; node--) {
    const left = child[node] as number;
    if (left >= 0) sizes[node] = (sizes[left] as number) + (sizes[left + 1] as number);
  }
  end[0] = count;
  for (let node = 0; node < child.length; node++) {
    const left = child[node] as number;
    if (left < 0) continue;
    start[left] = start[node] as number;
    end[left] = (start[left] as number) + (sizes[left] as number);
    start[left + 1] = end[left] as number;
    end[left + 1] = end[node] as number;
  }
  const next = start.slice();
  const rows = new Int32Array(count);
  leafOfRow.forEach((leaf, row) => {
    rows[next[leaf] as number] = row;
    next[leaf] = (next[leaf] as number) + 1;
  });
  return { tree, rows, leafOfRow };
}
