/**
 * A binary tree as flat arrays, one element a node; node 0 is the root. Every node, inner ones too,
 * stands for the training rows `start..end` (end exclusive) of the arrangement its grower made, so a
 * node's distribution is a slice.
 */
export interface Tree {
  /** Position of the column that the node asks about; −1 in a leaf. */
  readonly feature: Int32Array;
  /** Go left when the number is at most this, or the rank of the code is. */
  readonly threshold: Float64Array;
  /** 1 when a missing number goes left. */
  readonly missingLeft: Uint8Array;
  /** The left child; the right one is next to it. −1 in a leaf. */
  readonly child: Int32Array;
  readonly parent: Int32Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Of each code column that is asked about: the rank of code −1, 0, 1 …; by column position. */
  readonly ranks: readonly (Int32Array | undefined)[];
}

/** Columns by position: numbers, NaN where missing, or codes, −1 where missing. */
export type TreeCells = readonly (Float64Array | Int32Array)[];

/** The leaf that a row falls into. */
export function leafOf(tree: Tree, cells: TreeCells, row: number): number {
  const { feature, threshold, missingLeft, child, ranks } = tree;
  let node = 0;
  for (;;) {
    const column = feature[node] as number;
    if (column < 0) return node;
    const value = (cells[column] as Float64Array)[row] as number;
    const rank = ranks[column];
    let left: boolean;
    if (rank !== undefined) {
      left = (rank[value + 1] as number) <= (threshold[node] as number);
    } else if (Number.isNaN(value)) {
      left = missingLeft[node] === 1;
    } else {
      left = value <= (threshold[node] as number);
    }
    node = (child[node] as number) + (left ? 0 : 1);
  }
}

/** Node parents from the children. */
export function parentsOf(child: Int32Array): Int32Array {
  const parent = new Int32Array(child.length).fill(-1);
  for (let node = 0; node < child.length; node++) {
    const left = child[node] as number;
    if (left < 0) continue;
    parent[left] = node;
    parent[left + 1] = node;
  }
  return parent;
}
