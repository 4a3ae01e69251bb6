import { betaQuantile, normalQuantile } from "../../base/quantiles.js";

/** A number between two bounds of 95 % confidence. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % point of the normal distribution. */
export const Z = 1.959963984540054;

/**
 * A share of successes with the exact interval of Clopper & Pearson (1934), which covers at least as
 * often as it says.
 */
export function clopperPearson(successes: number, trials: number, confidence = 0.95): Interval {
  if (trials === 0) return { value: Number.NaN, low: 0, high: 1 };
  const tail = (1 - confidence) / 2;
  return {
    value: successes / trials,
    low: successes <= 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1),
    high: successes >= trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes),
  };
}

/** The point of the normal distribution for several two-sided 95 % intervals that hold together. */
export function jointZ(intervals: number): number {
  return normalQuantile(1 - 0.025 / Math.max(1, intervals), 0, 1);
}

/** How often an attack was right. */
export interface Tally {
  /** May be an expected number and so a fraction. */
  readonly right: number;
  readonly made: number;
}

/** How much better an attack does on people whose rows were learned from than on others. */
export interface AttackRisk extends Interval {
  /** Shares of success on learned rows, on rows that were held out, and of guessing without the data. */
  readonly main: number;
  readonly control: number;
  readonly naive: number;
  /** Attacks that were really made on learned rows. */
  readonly attacks: number;
  /** False when the attack did no better than guessing: then a low risk says nothing. */
  readonly stronger: boolean;
}

/**
 * (main − control) / (1 − control), clipped to 0..1 (Giomi et al. 2023, "A unified framework for
 * quantifying privacy risk in synthetic data"): 1 minus the ratio of the two shares of failures, and so
 * with the score interval of a ratio (Miettinen & Nurminen 1985). Their propagation of the errors of
 * Wilson's centres calls a column that everybody guesses a leak where fewer people were held out.
 *
 * @param z the point of the normal distribution that the confidence asks for.
 */
export function attackRisk(main: Tally, control: Tally, naive: Tally, z = Z): AttackRisk {
  const [failed, base] = [main.made - main.right, control.made - control.right];
  const [shares, all, blind] = [share(main), share(control), share(naive)];
  const ends = failureRatio(failed, main.made, base, control.made, z);
  const clip = (value: number): number => Math.max(0, Math.min(1, value));
  return {
    value: base > 0 ? clip(1 - (1 - shares) / (1 - all)) : 0,
    low: clip(1 - ends.high),
    high: clip(1 - ends.low),
    main: shares,
    control: all,
    naive: blind,
    attacks: main.made,
    stronger: shares > blind,
  };
}

const share = ({ right, made }: Tally): number => (made === 0 ? 0 : right / made);

/** All ratios of a/n to b/m that the score statistic of Miettinen & Nurminen (1985, formula 9) leaves possible. */
function failureRatio(a: number, n: number, b: number, m: number, z: number) {
  const whole = (n + m) / (n + m - 1);
  /** How many errors the counts lie above the ratio `t`; falls with `t`. */
  const score = (t: number): number => {
    const apart = a / n - (t * b) / m;
    const first = (n + m) * t;
    const second = n * t + a + m + b * t;
    const p =
      (second - Math.sqrt(Math.max(0, second * second - 4 * first * (a + b)))) / (2 * first);
    const spread = whole * ((t * p * (1 - t * p)) / n + (t * t * p * (1 - p)) / m);
    return apart === 0 ? 0 : apart / Math.sqrt(Math.max(0, spread));
  };
  const root = (target: number): number => {
    let [low, high] = [Math.log(1e-9), Math.log(1e9)];
    for (let half = 0; half < 80; half++) {
      const middle = (low + high) / 2;
      if (score(Math.exp(middle)) > target) low = middle;
      else high = middle;
    }
    return Math.exp((low + high) / 2);
  };
  if (n === 0 || m === 0) return { low: 0, high: Number.POSITIVE_INFINITY };
  return { low: a <= 0 ? 0 : root(z), high: b <= 0 ? Number.POSITIVE_INFINITY : root(-z) };
}

/**
 * The lower bound on ε that an attack implies (Kairouz et al. 2015; Jagielski et al. 2020):
 * ln max{(TPR − δ)/FPR, (1 − FPR − δ)/(1 − TPR)}, with the ends of exact intervals that hold together
 * with the given confidence in place of the rates. 0 when the attack proves nothing.
 *
 * The threshold of the attack must have been chosen on other rows than these.
 */
export function impliedEpsilon(
  hits: { readonly true: number; readonly members: number },
  alarms: { readonly false: number; readonly others: number },
  delta = 0,
  confidence = 0.95,
): number {
  // One end of each two-sided interval is used: the two errors of half (1 - confidence) add up to it.
  const found = clopperPearson(hits.true, hits.members, confidence);
  const wrong = clopperPearson(alarms.false, alarms.others, confidence);
  const upper = (found.low - delta) / wrong.high;
  const lower = (1 - wrong.high - delta) / (1 - found.low);
  return Math.max(0, Math.log(Math.max(upper, lower, 1)));
}
