import type { GrowTarget } from "../../kernels/grow-tree.js";
import type { Distinct } from "../distinct.js";

/**
 * What a tree is grown to tell apart, by row: classes (Gini) or scores (variance). Both gains are
 * reductions of a sum of squares, so one stopping rule serves both (Breiman, Friedman, Olshen & Stone
 * 1984, "Classification and Regression Trees", ch. 4 and 8).
 */
export type Target =
  | { readonly kind: "classes"; readonly classes: Uint8Array; readonly size: number }
  | { readonly kind: "scores"; readonly scores: Uint16Array };

/** The target as it is grown by: two classes are scores 0 and 1, whose squares differ from Gini's by a factor. */
export function grownBy(target: Target): GrowTarget {
  if (target.kind === "scores") return { own: target.scores, kinds: 1 };
  return { own: target.classes, kinds: target.size < 3 ? 1 : target.size };
}

const mostClasses = 64;

/** Classes from codes of the given rows: the commonest 63 levels each their own, the rest together. */
export function classTarget(codes: Int32Array, levels: number, rows: Int32Array): Target {
  const counts = new Float64Array(levels);
  for (let i = 0; i < rows.length; i++) {
    const code = codes[rows[i] as number] as number;
    counts[code] = (counts[code] as number) + 1;
  }
  const common = Array.from(counts.keys())
    .filter((code) => (counts[code] as number) > 0)
    .sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  const own = Math.min(common.length, mostClasses - 1);
  const classOf = new Uint8Array(levels).fill(own);
  for (let place = 0; place < own; place++) classOf[common[place] as number] = place;
  const classes = new Uint8Array(codes.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    classes[row] = classOf[codes[row] as number] as number;
  }
  return { kind: "classes", classes, size: own + (common.length > own ? 1 : 0) };
}

/**
 * Scores from the different numbers of a column: mean ranks on 0..65535, whole so that their sums are exact. Ranks
 * rather than values, so that a heavy tail doesn't take all the splits.
 */
export function scoreTarget({ counts, positions }: Distinct): Target {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const scoreAt = new Uint16Array(counts.length + 1);
  let below = 0;
  for (let at = 0; at < counts.length; at++) {
    const count = counts[at] as number;
    scoreAt[at + 1] = Math.floor(((below + count / 2) / rows) * 65536);
    below += count;
  }
  const scores = new Uint16Array(positions.length);
  for (let row = 0; row < scores.length; row++) {
    scores[row] = scoreAt[(positions[row] as number) + 1] as number;
  }
  return { kind: "scores", scores };
}
