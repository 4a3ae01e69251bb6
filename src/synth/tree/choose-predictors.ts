import type { Growth, Tally } from "../../kernels/grow-tree.js";
import type { Predictor } from "./predictors.js";

/**
 * The predictors that tell most about a target, at most `most` of them, in their old order: by the
 * share of the target's sum of squares between their codes, less what chance alone would give.
 */
export function choosePredictors(
  candidates: readonly Predictor[],
  growth: Growth,
  kinds: number,
  most: number,
): readonly Predictor[] {
  if (candidates.length <= most) return candidates;
  const scores = candidates.map((predictor) => between(growth.tally(predictor), kinds));
  const order = Array.from(candidates.keys()).sort(
    (a, b) => (scores[b] as number) - (scores[a] as number) || a - b,
  );
  const chosen = new Set(order.slice(0, most));
  return candidates.filter((_, at) => chosen.has(at));
}

function between({ counts, sums, squares }: Tally, kinds: number): number {
  const totals = new Float64Array(kinds);
  let n = 0;
  let explained = 0;
  let groups = 0;
  for (let code = 0; code < counts.length; code++) {
    const count = counts[code] as number;
    if (count === 0) continue;
    n += count;
    groups++;
    for (let k = 0; k < kinds; k++) {
      const sum = sums[code * kinds + k] as number;
      totals[k] = (totals[k] as number) + sum;
      explained += sum ** 2 / count;
    }
  }
  const base = totals.reduce((sum, total) => sum + total * total, 0) / Math.max(1, n);
  const spread = squares - base;
  return spread <= 0 ? 0 : (explained - base) / spread - (groups - 1) / Math.max(1, n - 1);
}
