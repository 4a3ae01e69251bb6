import type { Predictor } from "./predictors.js";
import type { Target } from "./target.js";

/**
 * The predictors that tell most about a target, at most `most` of them, in their old order: by the
 * share of the target's sum of squares between their codes, less what chance alone would give.
 */
export function choosePredictors(
  candidates: readonly Predictor[],
  target: Target,
  rows: Int32Array,
  most: number,
): readonly Predictor[] {
  if (candidates.length <= most) return candidates;
  const scores = candidates.map((predictor) => between(predictor, target, rows));
  const order = Array.from(candidates.keys()).sort(
    (a, b) => (scores[b] as number) - (scores[a] as number) || a - b,
  );
  const chosen = new Set(order.slice(0, most));
  return candidates.filter((_, at) => chosen.has(at));
}

function between(predictor: Predictor, target: Target, rows: Int32Array): number {
  const kinds = target.kind === "classes" ? target.size : 1;
  const sums = new Float64Array(predictor.size * kinds);
  const counts = new Float64Array(predictor.size);
  const totals = new Float64Array(kinds);
  let squares = 0;
  for (const row of rows) {
    const code = predictor.codes[row] as number;
    const k = target.kind === "classes" ? (target.classes[row] as number) : 0;
    const value = target.kind === "classes" ? 1 : (target.scores[row] as number);
    counts[code] = (counts[code] as number) + 1;
    sums[code * kinds + k] = (sums[code * kinds + k] as number) + value;
    totals[k] = (totals[k] as number) + value;
    squares += value * value;
  }
  const n = rows.length;
  const base = totals.reduce((sum, total) => sum + total * total, 0) / Math.max(1, n);
  let explained = -base;
  let groups = 0;
  for (let code = 0; code < predictor.size; code++) {
    const count = counts[code] as number;
    if (count === 0) continue;
    groups++;
    for (let k = 0; k < kinds; k++) explained += (sums[code * kinds + k] as number) ** 2 / count;
  }
  const spread = squares - base;
  return spread <= 0 ? 0 : explained / spread - (groups - 1) / Math.max(1, n - 1);
}
