import { rhoOf } from "./budget.js";
import type { PrivacyEvent } from "./event.js";
import { composePairs, type LossPair, pairDelta, pairEpsilon } from "./loss-distribution.js";
import { approximatePair, discreteGaussianPair, sampledGaussianPair } from "./loss-pairs.js";
import { readRational, toNumber } from "./rational.js";
import {
  exponentialRenyi,
  gaussianRenyi,
  ORDERS,
  pureRenyi,
  renyiDelta,
  renyiEpsilon,
  sampledGaussianRenyi,
} from "./renyi.js";
import { zcdpDelta, zcdpEpsilon } from "./zcdp.js";

/** A way to tell what mechanisms cost together. None is ever below the true cost. */
export interface Accountant {
  readonly name: "zcdp" | "renyi" | "loss-distribution";
  /** The least ε known at δ for all the events together; Infinity where this accountant can't tell. */
  epsilon(events: readonly CountedEvent[], delta: number): number;
  /** The least δ known at ε; 1 where this accountant can't tell. */
  delta(events: readonly CountedEvent[], epsilon: number): number;
}

export interface CountedEvent {
  readonly event: PrivacyEvent;
  readonly times: number;
}

/** Adds ρ and converts once: exact bookkeeping for Gaussian noise and selection, not for sampling. */
export const zcdpAccountant: Accountant = {
  name: "zcdp",
  epsilon: (events, delta) => {
    const { rho, own } = totalRho(events);
    return own < delta ? zcdpEpsilon(rho, delta - own) : Number.POSITIVE_INFINITY;
  },
  delta: (events, epsilon) => {
    const { rho, own } = totalRho(events);
    return Math.min(1, zcdpDelta(rho, epsilon) + own);
  },
};

/** Adds Rényi divergences order by order. */
export const renyiAccountant: Accountant = {
  name: "renyi",
  epsilon: (events, delta) => {
    const own = ownDelta(events);
    if (own >= delta) return Number.POSITIVE_INFINITY;
    return renyiEpsilon(totalCurve(events), delta - own).value;
  },
  delta: (events, epsilon) =>
    Math.min(1, renyiDelta(totalCurve(events), epsilon).value + ownDelta(events)),
};

/** Convolves privacy-loss distributions: the tightest, for few kinds of events. */
export const lossAccountant: Accountant = {
  name: "loss-distribution",
  epsilon: (events, delta) => {
    const pairs = pairsOf(events);
    const own = ownDelta(events.filter(({ event }) => event.kind !== "approximate"));
    if (pairs === undefined || own >= delta) return Number.POSITIVE_INFINITY;
    return pairEpsilon(composePairs(pairs), delta - own);
  },
  delta: (events, epsilon) => {
    const pairs = pairsOf(events);
    const own = ownDelta(events.filter(({ event }) => event.kind !== "approximate"));
    return pairs === undefined ? 1 : Math.min(1, pairDelta(composePairs(pairs), epsilon) + own);
  },
};

/** Sequences taken apart. */
function flat(events: readonly CountedEvent[]): CountedEvent[] {
  return events.flatMap(({ event, times }) =>
    event.kind === "sequence"
      ? flat(event.parts.map((part) => ({ event: part, times })))
      : [{ event, times }],
  );
}

function ownDelta(events: readonly CountedEvent[]): number {
  return flat(events).reduce((sum, { event, times }) => sum + times * ownDeltaOf(event), 0);
}

/** A sampled Gaussian's δ only says how it is added; here its whole curve is at hand. */
function ownDeltaOf(event: PrivacyEvent): number {
  return "delta" in event && event.kind !== "sampled-gaussian" ? (event.delta ?? 0) : 0;
}

function totalRho(events: readonly CountedEvent[]): { rho: number; own: number } {
  const rho = events.reduce(
    (sum, { event, times }) => sum + times * (rhoOf(event) ?? Number.POSITIVE_INFINITY),
    0,
  );
  return { rho, own: ownDelta(events) };
}

function totalCurve(events: readonly CountedEvent[]): number[] {
  return ORDERS.map((order) =>
    flat(events).reduce((sum, { event, times }) => sum + times * divergence(event, order), 0),
  );
}

/** Rényi divergence of one event that is no sequence. */
function divergence(event: PrivacyEvent, order: number): number {
  switch (event.kind) {
    case "gaussian":
      return gaussianRenyi(relativeSigma(event.sigma2, event.sensitivity2), order);
    case "exponential":
      return exponentialRenyi(numberOf(event.epsilon), order);
    case "pure":
    case "approximate":
      return pureRenyi(numberOf(event.epsilon), order);
    case "sampled-gaussian":
      return event.steps * sampledGaussianRenyi(event.rate, event.noise, order);
    case "sequence":
      return event.parts.reduce((sum, part) => sum + divergence(part, order), 0);
  }
}

function pairsOf(events: readonly CountedEvent[]): { pair: LossPair; times: number }[] | undefined {
  const pairs: { pair: LossPair; times: number }[] = [];
  for (const { event, times } of flat(events)) {
    const pair = pairOf(event);
    if (pair === undefined) return undefined;
    pairs.push({ pair, times: event.kind === "sampled-gaussian" ? times * event.steps : times });
  }
  return pairs;
}

/**
 * A pair that dominates one run of the event, or undefined where none is known: a vector of discrete
 * Gaussians has one when a unit moves a single count by 1, as it does in a marginal.
 */
function pairOf(event: PrivacyEvent): LossPair | undefined {
  switch (event.kind) {
    case "gaussian":
      return numberOf(event.sensitivity2) === 1
        ? discreteGaussianPair(readRational(event.sigma2), 1)
        : undefined;
    case "approximate":
      return approximatePair(numberOf(event.epsilon), event.delta);
    case "exponential":
    case "pure":
      return approximatePair(numberOf(event.epsilon), 0);
    case "sampled-gaussian":
      return sampledGaussianPair(event.rate, event.noise);
    case "sequence":
      return undefined;
  }
}

function relativeSigma(sigma2: string, sensitivity2: string): number {
  return Math.sqrt(numberOf(sigma2) / numberOf(sensitivity2));
}

function numberOf(text: string): number {
  return toNumber(readRational(text));
}
