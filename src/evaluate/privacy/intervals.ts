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

/** A rate with half the width of its interval, by Wilson (1927): the centre is drawn towards a half. */
export interface Rate {
  readonly rate: number;
  readonly error: number;
}

/**
 * @param successes may be an expected number and so a fraction.
 * @param z the point of the normal distribution that the confidence asks for.
 */
export function wilson(successes: number, trials: number, z = Z): Rate {
  if (trials === 0) return { rate: 0.5, error: 0.5 };
  const square = z * z;
  const spread = (successes * (trials - successes)) / trials + square / 4;
  return {
    rate: (successes + square / 2) / (trials + square),
    error: (z / (trials + square)) * Math.sqrt(Math.max(0, spread)),
  };
}

/** How much better an attack does on people whose rows were learned from than on others. */
export interface AttackRisk extends Interval {
  /** Success on learned rows, on rows that were held out, and of guessing without the data. */
  readonly main: Rate;
  readonly control: Rate;
  readonly naive: Rate;
  /** Attacks that were really made on learned rows. */
  readonly attacks: number;
  /** False when the attack did no better than guessing: then a low risk says nothing. */
  readonly stronger: boolean;
}

/**
 * (main − control) / (1 − control), clipped to 0..1, with the interval by propagation of errors
 * (Giomi et al. 2023, "A unified framework for quantifying privacy risk in synthetic data").
 */
export function attackRisk(main: Rate, control: Rate, naive: Rate, attacks: number): AttackRisk {
  const room = 1 - control.rate;
  const raw = (main.rate - control.rate) / room;
  const error = Math.hypot(main.error / room, (control.error * (main.rate - 1)) / (room * room));
  const clip = (value: number): number => Math.max(0, Math.min(1, value));
  return {
    value: clip(raw),
    low: clip(raw - error),
    high: clip(raw + error),
    main,
    control,
    naive,
    attacks,
    stronger: main.rate > naive.rate,
  };
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
