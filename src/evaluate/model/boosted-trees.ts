import { type BinnedMatrix, growTree, type Tree } from "./tree.js";

export interface BoostOptions {
  readonly rounds?: number;
  readonly depth?: number;
  readonly rate?: number;
  /** Rows that a leaf must have. */
  readonly leaf?: number;
  /** L2 penalty on leaf values. */
  readonly penalty?: number;
}

/** A sum of trees: log odds where `loss` is `logistic`, values where it is `squared`. */
export interface Boosted {
  readonly loss: "logistic" | "squared";
  readonly base: number;
  readonly trees: readonly Tree[];
}

/**
 * Gradient boosting of shallow trees over binned columns, with Newton leaves (Friedman 2001; second
 * order as in Chen & Guestrin 2016; histograms as in Ke et al. 2017). Deterministic.
 */
export function fitBoosted(
  x: BinnedMatrix,
  y: ArrayLike<number>,
  loss: Boosted["loss"],
  options: BoostOptions = {},
): Boosted {
  const { rounds = 60, depth = 4, rate = 0.15, leaf = 20, penalty = 1 } = options;
  let mean = 0;
  for (let row = 0; row < x.rows; row++) mean += (y[row] as number) / x.rows;
  const share = Math.max(1e-6, Math.min(1 - 1e-6, mean));
  const base = loss === "logistic" ? Math.log(share / (1 - share)) : mean;
  const score = new Float64Array(x.rows).fill(base);
  const gradient = new Float64Array(x.rows);
  const curvature = new Float64Array(x.rows).fill(1);
  const trees: Tree[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let row = 0; row < x.rows; row++) {
      if (loss === "squared") {
        gradient[row] = (score[row] as number) - (y[row] as number);
        continue;
      }
      const p = logistic(score[row] as number);
      gradient[row] = p - (y[row] as number);
      curvature[row] = p * (1 - p);
    }
    const tree = growTree(x, gradient, curvature, { depth, leaf, penalty, rate });
    if (tree.feature.length === 1 && tree.feature[0] === -1) break;
    addTree(tree, x, score);
    trees.push(tree);
  }
  return { loss, base, trees };
}

/** Probabilities of a `logistic` model, values of a `squared` one. */
export function predictBoosted(model: Boosted, x: BinnedMatrix): Float64Array {
  const score = new Float64Array(x.rows).fill(model.base);
  for (const tree of model.trees) addTree(tree, x, score);
  return model.loss === "logistic" ? score.map(logistic) : score;
}

function addTree(tree: Tree, x: BinnedMatrix, score: Float64Array): void {
  for (let row = 0; row < x.rows; row++) {
    let node = 0;
    for (let feature = tree.feature[0] as number; feature >= 0; ) {
      const bin = (x.columns[feature] as Uint8Array)[row] as number;
      const left = (tree.left[node] as Uint8Array)[bin] === 1;
      node = 2 * node + (left ? 1 : 2);
      feature = tree.feature[node] as number;
    }
    score[row] = (score[row] as number) + (tree.value[node] as number);
  }
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
