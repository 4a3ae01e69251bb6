import { parentsOf, type Tree } from "../../kernels/decision-tree.js";
import type { Ask, CodeTree, GrowRules } from "../../kernels/grow-tree.js";
import type { TreeGrower } from "../../kernels/tree-grower.js";
import { choosePredictors } from "./choose-predictors.js";
import type { Predictor } from "./predictors.js";
import { rankBuckets } from "./rank-levels.js";
import { grownBy, type Target } from "./target.js";

export interface GrowOptions extends GrowRules {
  /** The most columns that one tree may ask about; the most telling ones are taken. */
  readonly mostPredictors: number;
}

/** A tree, and its training rows arranged so that each node is a slice. */
export interface Grown {
  readonly tree: Tree;
  readonly rows: Int32Array;
}

/**
 * Grow a tree of `target` on `predictors` over `rows` (arranged anew, in place). Deterministic. The grower has these
 * predictors, and maybe more.
 */
export function grow(
  grower: TreeGrower,
  target: Target,
  predictors: readonly Predictor[],
  rows: Int32Array,
  options: GrowOptions,
): Grown {
  if (predictors.length === 0) return { tree: treeOf(stump(rows.length), [], []), rows };
  const own = grownBy(target);
  const growth = grower.take(own, rows);
  const chosen = choosePredictors(predictors, growth, own, rows, options.mostPredictors);
  const asks = chosen.map((column) => {
    const rank = column.numeric ? undefined : rankBuckets(growth.tally(column), own.kinds);
    return { column, rank };
  });
  return { tree: treeOf(growth.grow(asks, options), chosen, asks), rows };
}

function stump(rows: number): CodeTree {
  return {
    ...{ ask: Int32Array.of(-1), code: new Uint8Array(1), missingLeft: new Uint8Array(1) },
    ...{ child: Int32Array.of(-1), start: Int32Array.of(0), end: Int32Array.of(rows) },
  };
}

/** The tree in the columns' own terms. */
function treeOf(made: CodeTree, predictors: readonly Predictor[], asks: readonly Ask[]): Tree {
  const { ask, code, missingLeft, child, start, end } = made;
  const ranks: (Int32Array | undefined)[] = [];
  for (const at of new Set(ask)) {
    const rank = asks[at]?.rank;
    const predictor = predictors[at];
    if (rank === undefined || predictor === undefined) continue;
    ranks[predictor.column] = predictor.bucketOf.map((bucket) => rank[bucket] as number);
  }
  const feature = new Int32Array(ask.length).fill(-1);
  const threshold = new Float64Array(ask.length);
  for (let node = 0; node < ask.length; node++) {
    const predictor = predictors[ask[node] as number];
    if (predictor === undefined) continue;
    const own = code[node] as number;
    feature[node] = predictor.column;
    threshold[node] = predictor.numeric ? thresholdOf(predictor, own) : own;
  }
  const parent = parentsOf(child);
  return { feature, threshold, missingLeft, child, parent, start, end, ranks };
}

/** The number up to which codes `1..code` reach; −Infinity when only missing goes left. */
function thresholdOf(predictor: Predictor, code: number): number {
  if (code === 0) return Number.NEGATIVE_INFINITY;
  return predictor.cuts[code - 1] ?? Number.POSITIVE_INFINITY;
}
