import type { Random } from "../base/random.js";
import { drawCount, drawShare } from "./beta-draw.js";
import { differenceInterval, distanceInterval } from "./fairness-intervals.js";
import { generalizedEntropy, parityDifference } from "./fairness-measures.js";

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

/** The gap in the shares predicted positive: parity of what a model decides. */
export function selectedDifference(groups: readonly GroupConfusion[]): number {
  return parityDifference(groups.map((group) => group.selected));
}

/** The gap in true positive rates. */
export function equalOpportunityDifference(groups: readonly GroupConfusion[]): number {
  return parityDifference(groups.map((group) => group.truePositiveRate));
}

/** 95 % intervals of the gaps between groups. */
export interface GapIntervals {
  readonly odds: readonly [number, number];
  readonly opportunity: readonly [number, number];
  readonly calibration: readonly [number, number];
  readonly selected: readonly [number, number];
}

const DRAWS = 1000;

/**
 * From draws of every rate from its posterior (Jeffreys), which hold for groups of any size where a bootstrap of
 * rows gives intervals without width; for all pairs of groups at once, and for both kinds of rates
 * (fairness-intervals.ts). Each is widened to hold the value itself.
 */
export function gapIntervals(
  groups: readonly GroupConfusion[],
  random: Random,
  draws = DRAWS,
): GapIntervals {
  const drawn = (hits: (group: GroupConfusion) => number, of: (group: GroupConfusion) => number) =>
    groups
      .filter((group) => of(group) > 0)
      .map((group) =>
        Float64Array.from({ length: draws }, () => drawShare(random, hits(group), of(group))),
      );
  const positives = drawn(
    (group) => group.truePositives,
    (group) => group.positives,
  );
  const negatives = drawn(
    (group) => group.falsePositives,
    (group) => group.count - group.positives,
  );
  const selected = drawn(
    (group) => group.truePositives + group.falsePositives,
    (group) => group.count,
  );
  const judged = groups.filter(({ count }) => count > 0);
  const calibration = distanceInterval(
    judged.map((group) => group.calibrationError),
    judged.map((group) =>
      Float64Array.from({ length: draws }, () => calibrationNoise(group, random)),
    ),
  );
  const holding = ([low, high]: readonly [number, number], value: number) =>
    [Math.min(value, low), Math.max(value, high)] as const;
  return {
    odds: holding(differenceInterval([positives, negatives]), equalizedOddsDifference(groups)),
    opportunity: holding(differenceInterval([positives]), equalOpportunityDifference(groups)),
    calibration: holding(calibration, Math.max(...judged.map((group) => group.calibrationError))),
    selected: holding(differenceInterval([selected]), selectedDifference(groups)),
  };
}

/** 95 % interval of one group's error of calibration. */
export function calibrationInterval(
  group: GroupConfusion,
  random: Random,
  draws = DRAWS,
): readonly [number, number] {
  const noise = Float64Array.from({ length: draws }, () => calibrationNoise(group, random));
  return distanceInterval([group.calibrationError], [noise]);
}

/** How unequally a classifier's errors fall on single rows. */
export interface Inequality {
  /** Generalised entropy (α = 2) of the benefits 1 + predicted − actual. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** With a 95 % interval from draws of the share of wrong rows, and of how many of them go without, from their posteriors. */
export function inequality(
  actual: Uint8Array,
  scores: Float64Array,
  random: Random,
  draws = DRAWS,
): Inequality {
  const benefits = scores.map((p, row) => 1 + (p >= 0.5 ? 1 : 0) - (actual[row] as number));
  const value = generalizedEntropy(benefits);
  const [less, more] = [0, 2].map(
    (benefit) => benefits.filter((own) => own === benefit).length,
  ) as [number, number];
  const drawn = Float64Array.from({ length: draws }, () => {
    const wrong = drawShare(random, less + more, benefits.length);
    const without = wrong * drawShare(random, less, less + more);
    const mean = 1 + wrong - 2 * without;
    return ((1 - wrong + 4 * (wrong - without)) / mean ** 2 - 1) / 2;
  }).sort();
  const end = (share: number) => drawn[Math.round(share * (draws - 1))] as number;
  return { value, low: Math.min(value, end(0.025)), high: Math.max(value, end(0.975)) };
}

/**
 * How far hits drawn anew lie from the shares of their bins, as an error of calibration: the larger of what
 * shares drawn from the posterior give and of what the scores themselves give, were they right (a posterior of a
 * few rows is narrower than the luck of those rows).
 */
function calibrationNoise({ bins, count }: GroupConfusion, random: Random): number {
  const noise = (share: (bin: ScoreBin) => number) =>
    bins.reduce((sum, bin) => {
      if (bin.count === 0) return sum;
      const rate = share(bin);
      return sum + Math.abs(drawCount(random, bin.count, rate) - bin.count * rate);
    }, 0) / count;
  return Math.max(
    noise((bin) => drawShare(random, bin.hits, bin.count)),
    noise((bin) => Math.min(1, bin.score / bin.count)),
  );
}
