import type { Distinct } from "../../kernels/distinct.js";

/**
 * What a tree is grown to tell apart, by value: classes (Gini) or, with `kinds` 1, scores (variance). Both gains are
 * reductions of a sum of squares, so one stopping rule serves both (Breiman, Friedman, Olshen & Stone
 * 1984, "Classification and Regression Trees", ch. 4 and 8). Two classes are scores 0 and 1: their squares differ from
 * Gini's by a factor.
 */
export interface Target {
  readonly table: Uint16Array;
  readonly kinds: number;
}

const mostClasses = 64;

/** Classes from how often each level occurs: the commonest 63 levels each their own, the rest together. */
export function classTarget(counts: Float64Array): Target {
  const common = Array.from(counts.keys())
    .filter((code) => (counts[code] as number) > 0)
    .sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  const own = Math.min(common.length, mostClasses - 1);
  const table = new Uint16Array(counts.length).fill(own);
  for (let place = 0; place < own; place++) table[common[place] as number] = place;
  const size = own + (common.length > own ? 1 : 0);
  return { table, kinds: size < 3 ? 1 : size };
}

/**
 * Scores from the different numbers of a column: mean ranks on 0..65535, whole so that their sums are exact. Ranks
 * rather than values, so that a heavy tail doesn't take all the splits.
 */
export function scoreTarget({ counts }: Distinct): Target {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  const table = Uint16Array.from(counts, (count) => {
    const middle = below + count / 2;
    below += count;
    return Math.floor((middle / rows) * 65536);
  });
  return { table, kinds: 1 };
}
