import type { Predictor } from "./predictors.js";
import type { Target } from "./target.js";

/**
 * An order of a code column's buckets in which a tree may cut: by the mean score, or for classes along
 * the first principal component of their shares (Coppersmith, Hong & Hosking 1999, "Partitioning
 * nominal attributes in decision trees"). For scores and for two classes the best cut of the whole
 * sample in this order is the best of all subsets. Returns the rank of each bucket.
 */
export function rankBuckets(predictor: Predictor, target: Target, rows: Int32Array): Uint8Array {
  const { size } = predictor;
  const counts = new Float64Array(size);
  for (const row of rows) {
    const bucket = predictor.codes[row] as number;
    counts[bucket] = (counts[bucket] as number) + 1;
  }
  const position =
    target.kind === "scores"
      ? meanScores(predictor, target.scores, rows, counts)
      : principal(predictor, target.classes, target.size, rows, counts);
  const order = Array.from({ length: size }, (_, bucket) => bucket).sort(
    (a, b) => (position[a] as number) - (position[b] as number) || a - b,
  );
  const rank = new Uint8Array(size);
  order.forEach((bucket, place) => {
    rank[bucket] = place;
  });
  return rank;
}

/** By bucket; empty buckets get the mean of all. */
function meanScores(
  predictor: Predictor,
  scores: Float64Array,
  rows: Int32Array,
  counts: Float64Array,
): Float64Array {
  const sums = new Float64Array(counts.length);
  let total = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const bucket = predictor.codes[row] as number;
    const score = scores[row] as number;
    sums[bucket] = (sums[bucket] as number) + score;
    total += score;
  }
  return sums.map((sum, bucket) => {
    const count = counts[bucket] as number;
    return count > 0 ? sum / count : total / Math.max(1, rows.length);
  });
}

function principal(
  predictor: Predictor,
  classes: Uint8Array,
  size: number,
  rows: Int32Array,
  counts: Float64Array,
): Float64Array {
  const buckets = counts.length;
  const shares = new Float64Array(buckets * size);
  const mean = new Float64Array(size);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const k = classes[row] as number;
    const at = (predictor.codes[row] as number) * size + k;
    shares[at] = (shares[at] as number) + 1;
    mean[k] = (mean[k] as number) + 1 / rows.length;
  }
  for (let bucket = 0; bucket < buckets; bucket++) {
    const count = counts[bucket] as number;
    for (let k = 0; k < size; k++) {
      const at = bucket * size + k;
      shares[at] = count === 0 ? 0 : (shares[at] as number) / count - (mean[k] as number);
    }
  }
  return powerIteration(shares, counts, size);
}

/** Projections of the rows of `shares` on their first principal direction, weighted by `counts`. */
function powerIteration(shares: Float64Array, counts: Float64Array, size: number): Float64Array {
  const projection = new Float64Array(counts.length);
  let direction = Float64Array.from({ length: size }, (_, k) => (k === 0 ? 1 : -1 / (k + 1)));
  for (let round = 0; round < (size <= 2 ? 1 : 16); round++) {
    const next = new Float64Array(size);
    for (let bucket = 0; bucket < counts.length; bucket++) {
      const count = counts[bucket] as number;
      if (count === 0) continue;
      let dot = 0;
      for (let k = 0; k < size; k++) {
        dot += (shares[bucket * size + k] as number) * (direction[k] as number);
      }
      projection[bucket] = dot;
      for (let k = 0; k < size; k++) {
        next[k] = (next[k] as number) + count * dot * (shares[bucket * size + k] as number);
      }
    }
    const length = Math.hypot(...next);
    if (length === 0) break;
    direction = next.map((value) => value / length);
  }
  return projection;
}
