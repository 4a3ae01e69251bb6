import {
  deltaOf,
  epsilonOfRho,
  grainsToNumber,
  limitAt,
  limitOf,
  OWN_DELTA,
  rhoOf,
} from "./budget.js";
import { mechanismName, type PrivacyEvent } from "./event.js";
import { Filter } from "./filter.js";
import type { LedgerEntry } from "./ledger-entry.js";

/** The part of δ that domains have where gradients have the rest (run/learn-language-privately), safely below. */
const DOMAIN_SHARE = 0.09;

/** A charge as shown to people; the same shape as `LedgerLine` of a release. */
export interface ShownCharge {
  readonly id: string;
  readonly when: string;
  readonly what: string;
  readonly mechanism: string;
  /** NaN where zCDP does not bound the mechanism. */
  readonly rho: number;
  /** ε of everything up to and with this charge, at `delta`: losses add in ρ, never in ε. */
  readonly epsilon: number;
  readonly delta: number;
  readonly seeded: boolean;
}

/**
 * The entries of one run, or of one source, as lines for people. The running ε is that of a budget
 * (ε, δ): exact for it, sound for any. `reservedDelta` is the share of δ for charges that have their own;
 * default: that of a budget, where there are any.
 */
export function shownCharges(
  entries: readonly LedgerEntry[],
  epsilon: number,
  delta: number,
  reservedDelta: number = entries.some(hasDelta) ? OWN_DELTA : 0,
): ShownCharge[] {
  const additive = new Filter(limitAt("", epsilon, delta, Number.POSITIVE_INFINITY, 1));
  const bounded = new Filter(limitOf("", epsilon, delta, reservedDelta));
  // An account at order ∞ adds pure losses too: those of a run that descends.
  const descends = new Set(entries.filter(({ event }) => isUnbounded(event)).map(({ run }) => run));
  let rho = 0;
  return entries.map((entry) => {
    if (!descends.has(entry.run)) rho += rhoOf(entry.event) ?? 0;
    (descends.has(entry.run) ? additive : bounded).count(entry);
    return {
      id: `${entry.run.slice(0, 8)}-${entry.number}`,
      when: entry.time,
      what: entry.what,
      mechanism: mechanismName(entry.event),
      rho: rhoOf(entry.event) ?? Number.NaN,
      epsilon:
        descends.size === 0
          ? bounded.epsilon()
          : epsilonOfRho(rho, delta * DOMAIN_SHARE) + additive.epsilon(),
      delta,
      seeded: entry.seeded,
    };
  });
}

/** δ of the charges that have their own, in all: gradients, learned categories. */
export function deltaSpent(entries: readonly LedgerEntry[]): number {
  const own = entries.map(({ event }) =>
    deltaOf(event, isUnbounded(event) ? Number.POSITIVE_INFINITY : ANY_ORDER),
  );
  return grainsToNumber(own.reduce((sum, delta) => sum + delta, 0n)) * (1 + 1e-12);
}

/** At finite orders the δ of an event is the same. */
const ANY_ORDER = 2;

function hasDelta({ event }: LedgerEntry): boolean {
  return deltaOf(event, ANY_ORDER) > 0n;
}

/** True of mechanisms that only plain (ε, δ) addition covers. */
function isUnbounded(event: PrivacyEvent): boolean {
  return rhoOf(event) === undefined;
}
