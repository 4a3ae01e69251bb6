import type { Random } from "../base/random.js";
import { drawCount, drawShare } from "./beta-draw.js";

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

/**
 * A measure of the groups' shares with its interval: percentiles over draws of every share from its
 * posterior, which hold for groups of any size (a bootstrap of rows breaks on small ones). The interval
 * is widened where needed to hold the value itself.
 */
export function estimate(
  groups: readonly GroupCount[],
  measure: (shares: readonly number[]) => number,
  random: Random,
): Estimate {
  const known = groups.filter((group) => group.count > 0);
  const value = measure(known.map(shareOf));
  if (known.length < 2) return { value, low: Number.NaN, high: Number.NaN, noise: Number.NaN };
  const total = known.reduce((sum, group) => sum + group.count, 0);
  const pooled = known.reduce((sum, group) => sum + group.hits, 0) / total;
  const draws = new Float64Array(DRAWS);
  let noise = 0;
  for (let i = 0; i < DRAWS; i++) {
    draws[i] = measure(known.map((group) => drawShare(random, group.hits, group.count)));
    noise += measure(known.map(({ count }) => drawCount(random, count, pooled) / count));
  }
  draws.sort();
  return {
    value,
    low: Math.min(value, draws[Math.floor(DRAWS * 0.025)] as number),
    high: Math.max(value, draws[Math.ceil(DRAWS * 0.975) - 1] as number),
    noise: noise / DRAWS,
  };
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
 * group has fewer than ten rows are left out; `covered` says what share of rows was judged.
 */
export function conditionalParity(
  strata: readonly Stratum[],
  random: Random,
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
  const count = Math.max(200, Math.min(DRAWS, Math.floor(20_000 / judged.length)));
  const draws = new Float64Array(count);
  let noise = 0;
  for (let i = 0; i < count; i++) {
    draws[i] = mean(({ groups }) =>
      parityDifference(groups.map((group) => drawShare(random, group.hits, group.count))),
    );
    noise += mean(({ groups }) => {
      const size = groups.reduce((sum, group) => sum + group.count, 0);
      const pooled = groups.reduce((sum, group) => sum + group.hits, 0) / size;
      return parityDifference(groups.map((g) => drawCount(random, g.count, pooled) / g.count));
    });
  }
  draws.sort();
  return {
    value,
    low: Math.min(value, draws[Math.floor(count * 0.025)] as number),
    high: Math.max(value, draws[Math.ceil(count * 0.975) - 1] as number),
    noise: noise / count,
    covered: weight / all,
  };
}
