import type { Tally } from "../../kernels/grow-tree.js";

/**
 * An order of a code column's buckets in which a tree may cut: by the mean score, or for classes along
 * the first principal component of their shares (Coppersmith, Hong & Hosking 1999, "Partitioning
 * nominal attributes in decision trees"). For scores and for two classes the best cut of the whole
 * sample in this order is the best of all subsets. Returns the rank of each bucket.
 */
export function rankBuckets(tally: Tally, kinds: number): Uint8Array {
  const size = tally.counts.length;
  const position = kinds === 1 ? meanScores(tally) : principal(tally, kinds);
  const order = Array.from({ length: size }, (_, bucket) => bucket).sort(
    (a, b) => (position[a] as number) - (position[b] as number) || a - b,
  );
  const rank = new Uint8Array(size);
  order.forEach((bucket, place) => {
    rank[bucket] = place;
  });
  return rank;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** By bucket; empty buckets get the mean of all. */
function meanScores({ counts, sums }: Tally): Float64Array {
  const mean = total(sums) / Math.max(1, total(counts));
  return sums.map((sum, bucket) => {
    const count = counts[bucket] as number;
    return count > 0 ? sum / count : mean;
  });
}

function principal({ counts, sums }: Tally, size: number): Float64Array {
  const rows = Math.max(1, total(counts));
  const mean = new Float64Array(size);
  sums.forEach((sum, at) => {
    mean[at % size] = (mean[at % size] as number) + sum;
  });
  const shares = sums.map((sum, at) => {
    const count = counts[Math.floor(at / size)] as number;
    return count === 0 ? 0 : sum / count - (mean[at % size] as number) / rows;
  });
  return powerIteration(shares, counts, size);
}

/** Projections of the rows of `shares` on their first principal direction, weighted by `counts`. */
function powerIteration(shares: Float64Array, counts: Float64Array, size: number): Float64Array {
  const projection = new Float64Array(counts.length);
  let direction = Float64Array.from({ length: size }, (_, k) => (k === 0 ? 1 : -1 / (k + 1)));
  for (let round = 0; round < 16; round++) {
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
    const length = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0));
    if (length === 0) break;
    const turned = next.map((value) => value / length);
    const isSteady = turned.every((value, k) => Math.abs(value - (direction[k] as number)) < 1e-6);
    direction = turned;
    if (isSteady) break;
  }
  return projection;
}
