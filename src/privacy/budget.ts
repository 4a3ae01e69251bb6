import type { PrivacyEvent } from "./event.js";
import {
  ceilDivide,
  exactly,
  floorDivide,
  multiply,
  type Rational,
  rational,
  readRational,
  toNumber,
} from "./rational.js";
import { pureRenyi, sampledGaussianRenyi } from "./renyi.js";
import { sampledEpsilon } from "./sampled-cost.js";
import { zcdpEpsilon, zcdpOrder } from "./zcdp.js";

/**
 * Privacy loss as a whole number of 2⁻⁸⁰: charges are rounded up to it and limits down, sums are exact,
 * so no sequence of charges can pass a limit through rounding.
 */
export type Grains = bigint;

const GRAIN = 1n << 80n;
const FLOAT_SLACK = 1 + 1e-12;

function grainsUp(value: Rational): Grains {
  return ceilDivide(value.num * GRAIN, value.den);
}

export function grainsDown(value: Rational): Grains {
  return floorDivide(value.num * GRAIN, value.den);
}

/** Grains as a number, rounded down by a hair. */
export function grainsToNumber(grains: Grains): number {
  return toNumber({ num: grains, den: GRAIN }) * (1 - 2 ** -50);
}

/**
 * What may be spent in all: (ε, δ), kept by a filter on the Rényi divergence at one fixed order
 * (Feldman & Zrnic 2021: sound however the charges are chosen). With the best order for (ε, δ), charges
 * in zCDP fare exactly as under the tight conversion. At order ∞ it is plain addition of ε.
 */
export interface Limit {
  /** "the budget", "the cap of source census". */
  readonly name: string;
  readonly epsilon: number;
  readonly delta: number;
  readonly order: number;
  /** Rényi divergence at `order` that may be spent. */
  readonly capacity: Grains;
  /** The part of δ set aside for mechanisms that have a δ of their own. */
  readonly ownDelta: Grains;
}

/** The share of δ that is set aside where a mechanism with a δ of its own may be asked for. */
export const OWN_DELTA = 0.1;

/** What learning domains gets of a table's budget, unless `spend` says otherwise. */
export const DOMAIN_SHARE = 0.1;

/** What the calendar of each column of dates gets besides, and all of a table's together at most. */
const CALENDAR_SHARE = 0.04;
const CALENDARS_SHARE = 0.1;

/** What so many columns of dates get of a table's budget for their calendars, unless `spend` says otherwise. */
export function calendarShare(columns: number): number {
  return Math.min(CALENDARS_SHARE, CALENDAR_SHARE * columns);
}

/** The share of δ for domains and counts where gradients, which add up at order ∞, have the rest. */
export const DELTA_BESIDE_GRADIENTS = 0.1;

/**
 * A limit with its best order for zCDP; `reserved` is the share of δ for events that have their own. The
 * order does not depend on that share, so that a share may be set aside later without counting anew.
 */
export function limitOf(
  name: string,
  epsilon: number,
  delta: number,
  reserved: number = OWN_DELTA,
): Limit {
  return limitAt(name, epsilon, delta, zcdpOrder(epsilon, delta), reserved);
}

/** The sum of ρ that a limit lets be spent, rounded down; 0 at order ∞. */
export function rhoWithin({ capacity, order }: Limit): number {
  return order === Number.POSITIVE_INFINITY ? 0 : grainsToNumber(capacity) / order;
}

/** A limit at a given order: α > 1, or Infinity. */
export function limitAt(
  name: string,
  epsilon: number,
  delta: number,
  order: number,
  reserved: number,
): Limit {
  const main = delta * (1 - reserved);
  const worth =
    order === Number.POSITIVE_INFINITY
      ? epsilon
      : (epsilon + Math.log(main * order) / (order - 1) - Math.log1p(-1 / order)) / FLOAT_SLACK;
  const own = order === Number.POSITIVE_INFINITY ? delta : delta * reserved;
  return {
    name,
    epsilon,
    delta,
    order,
    capacity: grainsDown(exactly(Math.max(0, worth))),
    ownDelta: grainsDown(exactly(own)),
  };
}

/** The Rényi divergence of an event at an order, rounded up; undefined where it is infinite. */
export function costOf(event: PrivacyEvent, order: number): Grains | undefined {
  switch (event.kind) {
    case "gaussian":
      return ofRho(gaussianRho(event.sigma2, event.sensitivity2), order);
    case "exponential":
      return ofRho(exponentialRho(event.epsilon), order);
    case "pure":
    case "approximate":
      return pureCost(readRational(event.epsilon), order);
    case "sampled-gaussian":
      if (order === Number.POSITIVE_INFINITY && event.delta !== undefined) {
        return ofFloat(sampledEpsilon(event, event.delta));
      }
      return ofFloat(event.steps * sampledGaussianRenyi(event.rate, event.noise, order));
    case "sequence": {
      let sum = 0n;
      for (const part of event.parts) {
        const cost = costOf(part, order);
        if (cost === undefined) return undefined;
        sum += cost;
      }
      return sum;
    }
  }
}

/** The δ that an event has of its own where it is accounted at an order, rounded up. */
export function deltaOf(event: PrivacyEvent, order: number): Grains {
  if (event.kind === "sequence") {
    return event.parts.reduce((sum, part) => sum + deltaOf(part, order), 0n);
  }
  if (event.kind === "sampled-gaussian") {
    // At a finite order its Rényi divergence is counted, which needs no δ.
    return order === Number.POSITIVE_INFINITY ? grainsUp(exactly(event.delta ?? 0)) : 0n;
  }
  if (event.kind === "approximate") return grainsUp(exactly(event.delta));
  if (event.kind === "gaussian") return grainsUp(exactly(event.delta ?? 0));
  return 0n;
}

/** ρ of an event, rounded up, where zCDP bounds it. */
export function rhoOf(event: PrivacyEvent): number | undefined {
  if (event.kind === "sampled-gaussian") return undefined;
  if (event.kind === "gaussian") return up(gaussianRho(event.sigma2, event.sensitivity2));
  if (event.kind === "exponential") return up(exponentialRho(event.epsilon));
  if (event.kind === "sequence") {
    let sum = 0;
    for (const part of event.parts) {
      const rho = rhoOf(part);
      if (rho === undefined) return undefined;
      sum += rho;
    }
    return sum * FLOAT_SLACK;
  }
  const epsilon = toNumber(readRational(event.epsilon));
  return epsilon * Math.tanh(epsilon / 2) * FLOAT_SLACK;
}

/** ε, for people, of having spent so much at an order: never below the true value. */
export function epsilonOf(spent: Grains, order: number, delta: number): number {
  const divergence = toNumber({ num: spent, den: GRAIN });
  if (divergence === 0) return 0;
  if (order === Number.POSITIVE_INFINITY) return divergence;
  const atOrder = divergence + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1);
  return Math.max(0, atOrder);
}

/** ε of a sum of ρ by the tight conversion: for a ledger whose events are all bounded by zCDP. */
export function epsilonOfRho(rho: number, delta: number): number {
  return zcdpEpsilon(rho, delta);
}

function gaussianRho(sigma2: string, sensitivity2: string): Rational {
  const variance = readRational(sigma2);
  const sensitivity = readRational(sensitivity2);
  return { num: sensitivity.num * variance.den, den: 2n * sensitivity.den * variance.num };
}

function exponentialRho(epsilon: string): Rational {
  const { num, den } = readRational(epsilon);
  return { num: num * num, den: 8n * den * den };
}

function ofRho(rho: Rational, order: number): Grains | undefined {
  if (order === Number.POSITIVE_INFINITY) return rho.num === 0n ? 0n : undefined;
  return grainsUp(multiply(rho, exactly(order)));
}

function pureCost(epsilon: Rational, order: number): Grains | undefined {
  const whole = grainsUp(epsilon);
  if (order === Number.POSITIVE_INFINITY) return whole;
  const divergence = ofFloat(pureRenyi(toNumber(epsilon), order));
  return divergence === undefined || divergence > whole ? whole : divergence;
}

function ofFloat(divergence: number): Grains | undefined {
  if (!Number.isFinite(divergence)) return undefined;
  return grainsUp(exactly(divergence * FLOAT_SLACK));
}

function up(rho: Rational): number {
  return toNumber(rho) * FLOAT_SLACK;
}

/** A fraction of a double in which nothing is lost, for prices. */
export function price(rho: number): Rational {
  return multiply(exactly(rho), rational((1n << 40n) - 1n, 1n << 40n));
}
