import type { Tree } from "../../kernels/decision-tree.js";
import type { Predictor } from "../tree/predictors.js";

/** Finds the leaf of a row from its codes. */
export class Router {
  private readonly tree: Tree;
  private readonly codes: readonly Uint8Array[];
  private readonly limit: Int32Array;
  private readonly rank: readonly (Uint8Array | undefined)[];

  constructor(tree: Tree, predictors: readonly Predictor[]) {
    this.tree = tree;
    this.codes = predictors.map((predictor) => predictor.codes);
    this.rank = predictors.map((predictor) => bucketRanks(tree, predictor));
    this.limit = Int32Array.from(tree.threshold, (threshold, node) => {
      const predictor = predictors[tree.feature[node] as number];
      if (predictor?.numeric !== true) return threshold;
      return threshold === Number.NEGATIVE_INFINITY ? 0 : codeBelow(predictor.cuts, threshold);
    });
  }

  leaf(row: number): number {
    const { feature, child, missingLeft } = this.tree;
    let node = 0;
    for (;;) {
      const column = feature[node] as number;
      if (column < 0) return node;
      const code = (this.codes[column] as Uint8Array)[row] as number;
      const rank = this.rank[column];
      const limit = this.limit[node] as number;
      let left = rank === undefined ? code <= limit : (rank[code] as number) <= limit;
      if (rank === undefined && code === 0) left = missingLeft[node] === 1;
      node = (child[node] as number) + (left ? 0 : 1);
    }
  }
}

/** The last code of a numeric predictor that lies below a threshold. */
function codeBelow(cuts: Float64Array, threshold: number): number {
  let code = 1;
  while (code - 1 < cuts.length && (cuts[code - 1] as number) < threshold) code++;
  return code;
}

/** The rank of each bucket of a code column in this tree. */
function bucketRanks(tree: Tree, predictor: Predictor): Uint8Array | undefined {
  const ranks = tree.ranks[predictor.column];
  if (predictor.numeric || ranks === undefined)
    return predictor.numeric ? undefined : new Uint8Array(256);
  const made = new Uint8Array(256);
  predictor.bucketOf.forEach((bucket, code) => {
    made[bucket] = ranks[code] as number;
  });
  return made;
}
