import { betaQuantile } from "../../base/quantiles.js";
import { areaUnderCurve } from "../model/area.js";
import { clopperPearson, type Interval, impliedEpsilon } from "./intervals.js";

/** How well a score tells members (higher) from others. */
export interface Separation {
  /** Area under the ROC curve with DeLong's interval (DeLong et al. 1988); 0.5 is guessing. */
  readonly auc: Interval;
  /** Share of members found when at most this share of others is accused. */
  readonly atLowAlarm: readonly { readonly alarm: number; readonly found: Interval }[];
  /** The lower bound on ε that the attack implies at 95 % confidence; 0 when it proves nothing. */
  readonly epsilon: number;
  readonly members: number;
  readonly others: number;
}

/** Judge an attack by its scores. Thresholds for ε are chosen on one half and judged on the other. */
export function separation(
  members: Float64Array,
  others: Float64Array,
  alarms: readonly number[] = [0.01, 0.001],
  delta = 0,
): Separation {
  const sorted = others.slice().sort();
  return {
    auc: areaUnderCurve(members, others),
    atLowAlarm: alarms.map((alarm) => ({ alarm, found: foundAt(members, sorted, alarm) })),
    epsilon: boundFrom(members, others, delta),
    members: members.length,
    others: others.length,
  };
}

/** The smallest threshold that at most the given share of the sorted scores exceeds. */
function thresholdAt(sorted: Float64Array, alarm: number): number {
  const allowed = Math.floor(alarm * sorted.length);
  return sorted[sorted.length - 1 - allowed] ?? Number.POSITIVE_INFINITY;
}

/**
 * Share of members found at this rate of false alarms, with an interval that covers at least as often as
 * it says: the exact one of the share at a threshold that surely raises no more alarms (an order
 * statistic, whose rate is Beta-distributed) up to that at one which surely raises no fewer; each of the
 * four errors has a chance of at most 1.25 %.
 */
function foundAt(members: Float64Array, others: Float64Array, alarm: number): Interval {
  const n = others.length;
  const count = members.length;
  const share = (found: number) => clopperPearson(found, count, 0.975);
  const strict = firstRank(n, (rank) => betaQuantile(0.9875, rank, n + 1 - rank) > alarm) - 1;
  const loose = firstRank(n, (rank) => betaQuantile(0.0125, rank, n + 1 - rank) >= alarm);
  const at = (rank: number) => others[n - rank] as number;
  return {
    value: share(above(members, thresholdAt(others, alarm))).value,
    low: strict < 1 ? 0 : share(above(members, at(strict))).low,
    high:
      loose > n
        ? 1
        : share(
            count -
              above(
                members.map((score) => -score),
                -at(loose),
              ),
          ).high,
  };
}

/** The first of the ranks 1 … n for which something holds that holds for all after it; n + 1 where none is. */
function firstRank(n: number, holds: (rank: number) => boolean): number {
  let [low, high] = [1, n + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function above(scores: Float64Array, threshold: number): number {
  let count = 0;
  for (const score of scores) if (score > threshold) count++;
  return count;
}

/** Thresholds that do best on the even rows, judged on the odd ones. */
function boundFrom(members: Float64Array, others: Float64Array, delta: number): number {
  const half = (values: Float64Array, odd: number) => values.filter((_, i) => i % 2 === odd);
  const [tryMembers, tryOthers] = [half(members, 0), half(others, 0)];
  const judge = (threshold: number, m: Float64Array, o: Float64Array) =>
    impliedEpsilon(
      { true: above(m, threshold), members: m.length },
      { false: above(o, threshold), others: o.length },
      delta,
    );
  const sorted = tryOthers.slice().sort();
  let best = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const alarm of [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9]) {
    const threshold = thresholdAt(sorted, alarm);
    const bound = judge(threshold, tryMembers, tryOthers);
    if (bound > most) {
      most = bound;
      best = threshold;
    }
  }
  return most === 0 ? 0 : judge(best, half(members, 1), half(others, 1));
}
