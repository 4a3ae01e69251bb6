import { parityDifference } from "./fairness-measures.js";

/** What a classifier did to one group; rates are NaN where their denominator is 0. */
export interface GroupConfusion {
  readonly group: string;
  readonly count: number;
  readonly positives: number;
  /** Share predicted positive. */
  readonly selected: number;
  readonly truePositiveRate: number;
  readonly falsePositiveRate: number;
  /** Precision: share of predicted positives that are. */
  readonly predictiveValue: number;
  /** Mean gap between score and outcome over ten bins of the score (expected calibration error). */
  readonly calibrationError: number;
}

/** Per group: actual outcomes, scores in 0..1, positive from one half on. */
export function confusions(
  actual: Uint8Array,
  scores: Float64Array,
  groups: Int32Array,
  labels: readonly string[],
): readonly GroupConfusion[] {
  return labels.map((group, code) => {
    const rows: number[] = [];
    for (let row = 0; row < groups.length; row++) if (groups[row] === code) rows.push(row);
    return { group, ...confusion(rows, actual, scores) };
  });
}

function confusion(
  rows: readonly number[],
  actual: Uint8Array,
  scores: Float64Array,
): Omit<GroupConfusion, "group"> {
  let [tp, fp, positives] = [0, 0, 0];
  for (const row of rows) {
    const predicted = (scores[row] as number) >= 0.5;
    const is = actual[row] === 1;
    if (is) positives++;
    if (predicted && is) tp++;
    if (predicted && !is) fp++;
  }
  const count = rows.length;
  return {
    count,
    positives,
    selected: ratio(tp + fp, count),
    truePositiveRate: ratio(tp, positives),
    falsePositiveRate: ratio(fp, count - positives),
    predictiveValue: ratio(tp, tp + fp),
    calibrationError: calibrationError(rows, actual, scores),
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? Number.NaN : part / whole;
}

function calibrationError(
  rows: readonly number[],
  actual: Uint8Array,
  scores: Float64Array,
): number {
  const bins = Array.from({ length: 10 }, () => ({ count: 0, score: 0, hits: 0 }));
  for (const row of rows) {
    const score = scores[row] as number;
    const bin = bins[Math.min(9, Math.floor(score * 10))] as {
      count: number;
      score: number;
      hits: number;
    };
    bin.count++;
    bin.score += score;
    bin.hits += actual[row] as number;
  }
  const gap = bins.reduce((sum, bin) => sum + Math.abs(bin.score - bin.hits), 0);
  return ratio(gap, rows.length);
}

/** The larger of the gaps in true and in false positive rates (fairlearn's worst case). */
export function equalizedOddsDifference(groups: readonly GroupConfusion[]): number {
  return Math.max(
    parityDifference(groups.map((group) => group.truePositiveRate)),
    parityDifference(groups.map((group) => group.falsePositiveRate)),
  );
}

/** The gap in true positive rates. */
export function equalOpportunityDifference(groups: readonly GroupConfusion[]): number {
  return parityDifference(groups.map((group) => group.truePositiveRate));
}
