import { impossible } from "../base/failure.js";
import type { Account } from "./account.js";
import { price } from "./budget.js";
import { type Entropy, SystemEntropy } from "./entropy.js";
import type { GaussianEvent, PrivacyEvent } from "./event.js";
import type { Part } from "./ledger-entry.js";
import { discreteLaplace } from "./noise.js";
import { exponentialChoice } from "./noise-choice.js";
import { discreteGaussians } from "./noise-gaussian.js";
import {
  exactly,
  integerRoot,
  isAtMost,
  type Rational,
  rational,
  shortRational,
  toNumber,
  writeRational,
} from "./rational.js";

const NOISE_BITS = 12;
const RATE_BITS = 20;

/** Who pays, for which rows, with whose randomness: what every mechanism needs to be run. */
export interface Payer {
  readonly account: Pick<Account, "spend" | "remaining">;
  readonly entropy: Entropy;
  readonly contributions: number;
  readonly parts: readonly Part[];
}

export function payerOf(
  account: Payer["account"],
  contributions: number,
  entropy: Entropy = new SystemEntropy(),
): Payer {
  return { account, entropy, contributions, parts: [] };
}

/** Write a charge; nothing may be drawn before. */
export function charge(payer: Payer, what: string, event: PrivacyEvent): void {
  const { contributions, parts, entropy } = payer;
  payer.account.spend({ what, event, contributions, parts, seeded: entropy.kind === "seeded" });
}

/** Whole-number answers that go out together, each at its own noise. */
export interface GaussianQuery {
  /** Exact answers, whole numbers; asked for after the charge is written, and changed in no way. */
  readonly answers: () => Float64Array;
  /** The most that one unit can move `answers`, squared L2 norm. */
  readonly sensitivity2: Rational;
  readonly sigma2: Rational;
}

/**
 * The variance parameter that a price in ρ buys for a squared L2 sensitivity, Δ²/(2ρ), rounded up to a
 * short fraction.
 */
export function varianceFor(rho: number, sensitivity2: Rational): Rational {
  const { num, den } = price(rho);
  const exact = { num: sensitivity2.num * den, den: 2n * num * sensitivity2.den };
  return shortRational(exact, NOISE_BITS, "up");
}

export function standardDeviation(sigma2: Rational): number {
  return Math.sqrt(toNumber(sigma2));
}

function gaussianEvent(query: GaussianQuery, delta?: number): GaussianEvent {
  return {
    kind: "gaussian",
    sigma2: writeRational(query.sigma2),
    sensitivity2: writeRational(query.sensitivity2),
    ...(delta === undefined ? {} : { delta }),
  };
}

/**
 * Charge, then answer with discrete Gaussian noise: whole numbers. `delta` is for callers that release
 * only answers above a threshold and know the chance of a slip.
 */
export function measure(
  payer: Payer,
  what: string,
  queries: readonly GaussianQuery[],
  delta?: number,
): Float64Array[] {
  const events = queries.map((query) => gaussianEvent(query, delta));
  charge(payer, what, sequence(events));
  return queries.map(({ answers, sigma2 }) => {
    const exact = answers();
    const noisy = discreteGaussians(sigma2, exact.length, payer.entropy);
    for (let i = 0; i < noisy.length; i++) {
      noisy[i] = (noisy[i] as number) + (exact[i] as number);
    }
    return noisy;
  });
}

/** Equal consecutive events are kept apart: the entry tells each measurement. */
function sequence(events: readonly PrivacyEvent[]): PrivacyEvent {
  return events.length === 1 ? (events[0] as PrivacyEvent) : { kind: "sequence", parts: events };
}

/** The ε of an exponential mechanism that costs at most `rho`: √(8ρ), rounded down to a short fraction. */
export function selectionEpsilon(rho: number): Rational {
  const { num, den } = price(rho);
  const scale = 1n << 60n;
  const root = integerRoot((8n * num * scale * scale) / den);
  const epsilon = shortRational({ num: root, den: scale }, RATE_BITS, "down");
  const square = { num: epsilon.num ** 2n, den: epsilon.den ** 2n };
  if (!isAtMost(square, { num: 8n * num, den }))
    throw new RangeError("ε was rounded the wrong way");
  return epsilon;
}

/**
 * Charge for exponential mechanisms on disjoint rows that cost `rho` together, for scores that one row
 * moves by at most 1; returns the rate r of e^(r·score) that the price buys.
 */
export function chargeSelection(payer: Payer, what: string, rho: number): Rational {
  const epsilon = selectionEpsilon(rho);
  charge(payer, what, { kind: "exponential", epsilon: writeRational(epsilon) });
  return { num: epsilon.num, den: 2n * BigInt(payer.contributions) * epsilon.den };
}

/** Draw one of the positions that have these scores; none changes by more than `sensitivity` with one unit. */
export type Selection = (scores: readonly bigint[], sensitivity: bigint) => number;

/**
 * Charge for `count` selections at `rho` each, at once, before the first is drawn; then draw one position at
 * a call with probability ∝ e^(ε·score/2Δ). Scores are whole numbers; which of them stand to choice may depend on
 * the draws before.
 *
 * @throws Error when more are drawn than were paid for.
 */
export function selections(payer: Payer, what: string, count: number, rho: number): Selection {
  const epsilon = selectionEpsilon(rho);
  const event = { kind: "exponential", epsilon: writeRational(epsilon) } as const;
  charge(payer, what, sequence(new Array<PrivacyEvent>(count).fill(event)));
  let left = count;
  return (scores, sensitivity) => {
    if (left === 0) throw impossible("a choice that was not paid for", { what, count });
    left--;
    const rate = { num: epsilon.num, den: 2n * sensitivity * epsilon.den };
    return exponentialChoice(scores, rate, payer.entropy);
  };
}

/** Charge, then answer whole-number counts with discrete Laplace noise of scale `sensitivity1`/ε. */
export function measureLaplace(
  payer: Payer,
  what: string,
  answers: () => Float64Array,
  sensitivity1: number,
  epsilon: number,
): Float64Array {
  const exact = shortRational(exactly(epsilon), RATE_BITS, "down");
  charge(payer, what, { kind: "pure", epsilon: writeRational(exact) });
  const scale = rational(BigInt(sensitivity1) * exact.den, exact.num);
  return answers().map((answer) => answer + Number(discreteLaplace(scale, payer.entropy)));
}
