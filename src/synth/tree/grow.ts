import type { Tree } from "../../kernels/decision-tree.js";
import type { Ask, CodeTree, GrowRules, Growth } from "../../kernels/grow-tree.js";
import { choosePredictors } from "./choose-predictors.js";
import type { Predictor } from "./predictors.js";
import { rankBuckets } from "./rank-levels.js";

export interface GrowOptions extends GrowRules {
  /** The most columns that one tree may ask about; the most telling ones are taken. */
  readonly mostPredictors: number;
}

/** Grow a tree on `predictors`, which the grower of `growth` has, for what was taken in: classes or, `kinds` 1, scores. */
export function grow(
  growth: Growth,
  kinds: number,
  predictors: readonly Predictor[],
  options: GrowOptions,
): Tree {
  const chosen = choosePredictors(predictors, growth, kinds, options.mostPredictors);
  const asks = chosen.map((column) => {
    const rank = column.numeric ? undefined : rankBuckets(growth.tally(column), kinds);
    return { column, rank };
  });
  return treeOf(growth.grow(asks, options), chosen, asks);
}

/** The tree in the columns' own terms. */
function treeOf(made: CodeTree, predictors: readonly Predictor[], asks: readonly Ask[]): Tree {
  const { ask, code, missingLeft, child, parent, start, end } = made;
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
  return { feature, threshold, missingLeft, child, parent, start, end, ranks };
}

/** The number up to which codes `1..code` reach; −Infinity when only missing goes left. */
function thresholdOf(predictor: Predictor, code: number): number {
  if (code === 0) return Number.NEGATIVE_INFINITY;
  return predictor.cuts[code - 1] ?? Number.POSITIVE_INFINITY;
}
