import { isNumeric } from "../../table/column-type.js";
import type { Training } from "../training.js";

const mostRows = 5_000;
const mostLevels = 512;

/**
 * An order of the levels of each code column in which a single latent normal can stand for it. Declared
 * orders and two levels stay as they are. The levels of others are laid along the direction in which
 * the means of all other columns differ most (one-dimensional optimal scaling, Gifi 1990). By column:
 * the code of each state; undefined for numbers.
 */
export function levelOrders(
  training: Training,
  scoreOf: (column: number, row: number) => number,
): (Int32Array | undefined)[] {
  const orders = training.columns.map(({ type }, column) => {
    const labels = training.levels[column];
    if (isNumeric(type) || labels === undefined) return undefined;
    return Int32Array.from(labels.keys());
  });
  const stride = Math.max(1, Math.floor(training.rows / mostRows));
  const rows = Int32Array.from(
    { length: Math.floor((training.rows - 1) / stride) + 1 },
    (_, at) => at * stride,
  );
  const scores = training.columns.map((_, column) =>
    standardised(Float64Array.from(rows, (row) => scoreOf(column, row))),
  );
  for (let pass = 0; pass < 2; pass++) {
    training.columns.forEach(({ type }, column) => {
      const order = orders[column];
      if (order === undefined || order.length < 3) return;
      if (type.kind === "category" && type.ordered) return;
      const codes = Int32Array.from(rows, (row) => training.cells[column]?.[row] as number);
      const place = alongFirstAxis(codes, order.length, scores, column);
      order.sort((a, b) => (place[a] as number) - (place[b] as number) || a - b);
      scores[column] = standardised(
        Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : (place[code] as number))),
      );
    });
  }
  return orders;
}

/** Mean 0 and variance 1, missing values at the mean. */
function standardised(values: Float64Array): Float64Array {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    squares += value * value;
  }
  const mean = count === 0 ? 0 : sum / count;
  const spread = count === 0 ? 0 : Math.sqrt(Math.max(0, squares / count - mean * mean));
  return values.map((value) => (Number.isNaN(value) || spread === 0 ? 0 : (value - mean) / spread));
}

function alongFirstAxis(
  codes: Int32Array,
  levels: number,
  scores: readonly Float64Array[],
  self: number,
): Float64Array {
  const counts = new Float64Array(levels);
  for (const code of codes) if (code >= 0) counts[code] = (counts[code] as number) + 1;
  const kept = Array.from(counts.keys())
    .filter((code) => (counts[code] as number) > 0)
    .sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b)
    .slice(0, mostLevels);
  const slot = new Int32Array(levels).fill(-1);
  kept.forEach((code, at) => {
    slot[code] = at;
  });
  const others = scores.filter((_, column) => column !== self);
  const means = others.map((score) => {
    const sums = new Float64Array(kept.length);
    for (let i = 0; i < codes.length; i++) {
      const at = (codes[i] as number) < 0 ? -1 : (slot[codes[i] as number] as number);
      if (at >= 0) sums[at] = (sums[at] as number) + (score[i] as number);
    }
    return sums.map((sum, at) => sum / (counts[kept[at] as number] as number));
  });
  const weights = Float64Array.from(kept, (code) => counts[code] as number);
  const axis = firstAxis(means, weights);
  const place = new Float64Array(levels);
  kept.forEach((code, at) => {
    place[code] = axis[at] as number;
  });
  return place;
}

/** Places of the levels on the first principal axis of their means, by power iteration. */
function firstAxis(means: readonly Float64Array[], weights: Float64Array): Float64Array {
  let place = Float64Array.from(weights, (_, at) => Math.sin(at + 1));
  for (let round = 0; round < 24; round++) {
    const next = new Float64Array(weights.length);
    for (const mean of means) {
      let dot = 0;
      for (let at = 0; at < weights.length; at++) {
        dot += (weights[at] as number) * (mean[at] as number) * (place[at] as number);
      }
      for (let at = 0; at < weights.length; at++) {
        next[at] = (next[at] as number) + dot * (mean[at] as number);
      }
    }
    const length = Math.sqrt(
      next.reduce((sum, value, at) => sum + (weights[at] as number) * value * value, 0),
    );
    if (length < 1e-12) break;
    place = next.map((value) => value / length);
  }
  return place;
}
