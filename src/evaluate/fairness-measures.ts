import type { Random } from "../base/random.js";
import { drawCount, drawShare } from "./beta-draw.js";
import {
  differenceInterval,
  familyIntervals,
  type RateDraws,
  ratioInterval,
} from "./fairness-intervals.js";

/** How many of a group there are and how many have the outcome. */
export interface GroupCount {
  readonly group: string;
  readonly count: number;
  readonly hits: number;
}

/** A measure with a 95 % interval and what sampling noise alone would be expected to give. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Mean of the measure when every group has the same share and the sizes are as they are. */
  readonly noise: number;
}

/** Draws behind an interval. */
const DRAWS = 2000;

/** The share with the outcome; NaN in an empty group. */
export function shareOf({ count, hits }: GroupCount): number {
  return count === 0 ? Number.NaN : hits / count;
}

/** Largest share minus smallest: demographic parity difference (fairlearn), 0 is parity. */
export function parityDifference(shares: readonly number[]): number {
  const known = shares.filter((share) => !Number.isNaN(share));
  return known.length < 2 ? Number.NaN : Math.max(...known) - Math.min(...known);
}

/** Smallest share over largest: demographic parity ratio, disparate impact (0.8 is the four-fifths rule). */
export function parityRatio(shares: readonly number[]): number {
  const known = shares.filter((share) => !Number.isNaN(share));
  if (known.length < 2) return Number.NaN;
  const most = Math.max(...known);
  return most === 0 ? 1 : Math.min(...known) / most;
}

/**
 * Largest difference of log shares between any two groups over both outcomes, smoothed by `alpha`
 * (smoothed empirical differential fairness, Foulds et al. 2020).
 */
export function differentialFairness(groups: readonly GroupCount[], alpha = 1): number {
  const known = groups.filter((group) => group.count > 0);
  let worst = 0;
  for (const side of [0, 1]) {
    const logs = known.map(({ count, hits }) =>
      Math.log(((side === 1 ? hits : count - hits) + alpha) / (count + 2 * alpha)),
    );
    worst = Math.max(worst, Math.max(...logs) - Math.min(...logs));
  }
  return known.length < 2 ? Number.NaN : worst;
}

/** Theil's index and its family over benefits b = 1 + predicted − actual (Speicher et al. 2018). */
export function generalizedEntropy(benefits: readonly number[] | Float64Array, alpha = 2): number {
  const n = benefits.length;
  let sum = 0;
  for (const benefit of benefits) sum += benefit;
  const mean = sum / n;
  let total = 0;
  for (const benefit of benefits) {
    const share = benefit / mean;
    if (alpha === 1) total += share === 0 ? 0 : share * Math.log(share);
    else if (alpha === 0) total -= Math.log(share);
    else total += share ** alpha - 1;
  }
  return alpha === 0 || alpha === 1 ? total / n : total / (n * alpha * (alpha - 1));
}

/** Wilson's 95 % interval of a share. */
export function wilson({ count, hits }: GroupCount): readonly [number, number] {
  if (count === 0) return [0, 1];
  const z = 1.959963984540054;
  const share = hits / count;
  const middle = (share + (z * z) / (2 * count)) / (1 + (z * z) / count);
  const half =
    (z / (1 + (z * z) / count)) *
    Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** What is compared between groups. */
const MEASURES = {
  difference: { of: parityDifference, interval: (draws: RateDraws) => differenceInterval([draws]) },
  ratio: { of: parityRatio, interval: ratioInterval },
} as const;

/**
 * The gap between the groups' shares, as a difference or a ratio, with its interval: from draws of every share
 * from its posterior, which hold for groups of any size (a bootstrap of rows breaks on small ones), for all
 * pairs of groups at once (fairness-intervals.ts). Widened where needed to hold the value itself.
 */
export function estimate(
  groups: readonly GroupCount[],
  measure: keyof typeof MEASURES,
  random: Random,
  draws = DRAWS,
): Estimate {
  const known = groups.filter((group) => group.count > 0);
  const { of, interval } = MEASURES[measure];
  const value = of(known.map(shareOf));
  if (known.length < 2) return { value, low: Number.NaN, high: Number.NaN, noise: Number.NaN };
  const [low, high] = interval(drawsOf(known, draws, random));
  const noise = noiseOf(known, of, draws, random);
  return { value, low: Math.min(value, low), high: Math.max(value, high), noise };
}

function drawsOf(groups: readonly GroupCount[], draws: number, random: Random): RateDraws {
  return groups.map(({ hits, count }) =>
    Float64Array.from({ length: draws }, () => drawShare(random, hits, count)),
  );
}

/** Mean of the measure where all groups have the share that they have together. */
function noiseOf(
  groups: readonly GroupCount[],
  measure: (shares: readonly number[]) => number,
  draws: number,
  random: Random,
): number {
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const pooled = groups.reduce((sum, group) => sum + group.hits, 0) / total;
  let noise = 0;
  for (let i = 0; i < draws; i++) {
    noise += measure(groups.map(({ count }) => drawCount(random, count, pooled) / count));
  }
  return noise / draws;
}

/** One stratum of rows alike in what is given. */
export interface Stratum {
  readonly label: string;
  readonly groups: readonly GroupCount[];
}

/** Rows that each group must have in a stratum for its gap to be judged. */
const ENOUGH = 10;

/**
 * The gap within strata, weighted by their rows: conditional demographic parity. Strata in which a
 * group has fewer than ten rows are left out; `covered` says what share of rows was judged. The interval's
 * ends are the means of the strata's, which hold all at once: wider than need be where there are many.
 */
export function conditionalParity(
  strata: readonly Stratum[],
  random: Random,
  most = DRAWS,
): Estimate & { readonly covered: number } {
  const rows = (stratum: Stratum) => stratum.groups.reduce((sum, group) => sum + group.count, 0);
  const all = strata.reduce((sum, stratum) => sum + rows(stratum), 0);
  const judged = strata.filter((stratum) => stratum.groups.every((group) => group.count >= ENOUGH));
  const weight = judged.reduce((sum, stratum) => sum + rows(stratum), 0);
  const mean = (gaps: (stratum: Stratum) => number) =>
    judged.reduce((sum, stratum) => sum + rows(stratum) * gaps(stratum), 0) / weight;
  const value = mean((stratum) => parityDifference(stratum.groups.map(shareOf)));
  if (judged.length === 0) {
    return { value: Number.NaN, low: Number.NaN, high: Number.NaN, noise: Number.NaN, covered: 0 };
  }
  const draws = Math.max(400, Math.min(most, Math.floor(20_000 / judged.length)));
  const intervals = familyIntervals(judged.map(({ groups }) => drawsOf(groups, draws, random)));
  const found = judged.map((stratum, s) => {
    const [low, high] = intervals[s] as readonly [number, number];
    return { stratum, low, high, noise: noiseOf(stratum.groups, parityDifference, draws, random) };
  });
  const meanOf = (part: "low" | "high" | "noise") =>
    found.reduce((sum, each) => sum + rows(each.stratum) * each[part], 0) / weight;
  return {
    value,
    low: Math.min(value, meanOf("low")),
    high: Math.max(value, meanOf("high")),
    noise: meanOf("noise"),
    covered: weight / all,
  };
}
