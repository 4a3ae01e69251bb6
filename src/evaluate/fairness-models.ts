import type { Random } from "../base/random.js";
import { drawShare } from "./beta-draw.js";
import { parityDifference } from "./fairness-measures.js";

/** What a classifier did to one group; rates are NaN where their denominator is 0. */
export interface GroupConfusion {
  readonly group: string;
  readonly count: number;
  readonly positives: number;
  /** Of the positives, and of the others, how many are predicted positive. */
  readonly truePositives: number;
  readonly falsePositives: number;
  /** Rows, mean score and hits of each of ten bins of the score. */
  readonly bins: readonly ScoreBin[];
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
  const bins = scoreBins(rows, actual, scores);
  return {
    count,
    positives,
    truePositives: tp,
    falsePositives: fp,
    bins,
    selected: ratio(tp + fp, count),
    truePositiveRate: ratio(tp, positives),
    falsePositiveRate: ratio(fp, count - positives),
    predictiveValue: ratio(tp, tp + fp),
    calibrationError: calibrationError(bins),
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? Number.NaN : part / whole;
}

interface ScoreBin {
  readonly count: number;
  /** Sum of the scores. */
  readonly score: number;
  readonly hits: number;
}

function scoreBins(
  rows: readonly number[],
  actual: Uint8Array,
  scores: Float64Array,
): readonly ScoreBin[] {
  const bins = Array.from({ length: 10 }, () => ({ count: 0, score: 0, hits: 0 }));
  for (const row of rows) {
    const score = scores[row] as number;
    const bin = bins[Math.min(9, Math.floor(score * 10))] as (typeof bins)[number];
    bin.count++;
    bin.score += score;
    bin.hits += actual[row] as number;
  }
  return bins;
}

function calibrationError(bins: readonly ScoreBin[]): number {
  const gap = bins.reduce((sum, bin) => sum + Math.abs(bin.score - bin.hits), 0);
  return ratio(
    gap,
    bins.reduce((sum, bin) => sum + bin.count, 0),
  );
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

/** 95 % intervals of the three gaps between groups. */
export interface GapIntervals {
  readonly odds: readonly [number, number];
  readonly opportunity: readonly [number, number];
  readonly calibration: readonly [number, number];
}

const DRAWS = 1000;

/**
 * Percentiles over draws of every rate from its posterior (Jeffreys), which hold for groups of any
 * size where a bootstrap of rows gives intervals without width. Calibration errors are sums of absolute
 * values and drawn too high, so their interval is mirrored about the value (the basic bootstrap).
 * Each is widened to hold the value itself.
 */
export function gapIntervals(groups: readonly GroupConfusion[], random: Random): GapIntervals {
  const [odds, opportunity, calibration] = [[], [], []] as [number[], number[], number[]];
  for (let i = 0; i < DRAWS; i++) {
    const drawn = groups.map((group) => drawnOnce(group, random));
    odds.push(equalizedOddsDifference(drawn));
    opportunity.push(equalOpportunityDifference(drawn));
    calibration.push(Math.max(...drawn.map((group) => group.calibrationError)));
  }
  const worst = Math.max(...groups.map((group) => group.calibrationError));
  const [low, high] = percentiles(calibration, worst);
  return {
    odds: percentiles(odds, equalizedOddsDifference(groups)),
    opportunity: percentiles(opportunity, equalOpportunityDifference(groups)),
    calibration: [Math.max(0, Math.min(worst, 2 * worst - high)), Math.max(worst, 2 * worst - low)],
  };
}

function drawnOnce(group: GroupConfusion, random: Random): GroupConfusion {
  const { count, positives, truePositives, falsePositives } = group;
  const negatives = count - positives;
  const bins = group.bins.map((bin) =>
    bin.count === 0 ? bin : { ...bin, hits: bin.count * drawShare(random, bin.hits, bin.count) },
  );
  return {
    ...group,
    truePositiveRate: positives === 0 ? Number.NaN : drawShare(random, truePositives, positives),
    falsePositiveRate: negatives === 0 ? Number.NaN : drawShare(random, falsePositives, negatives),
    calibrationError: calibrationError(bins),
  };
}

function percentiles(drawn: readonly number[], value: number): readonly [number, number] {
  const sorted = Float64Array.from(drawn).sort();
  return [
    Math.min(value, sorted[Math.floor(DRAWS * 0.025)] as number),
    Math.max(value, sorted[Math.ceil(DRAWS * 0.975) - 1] as number),
  ];
}
