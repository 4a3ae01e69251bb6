import {
  DELTA_BESIDE_GRADIENTS,
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
 * The entries of one run, or of one source, as lines for people. The running ε is what the charges up to a line come to,
 * read as if they had been fixed beforehand: by the tight conversion of their ρ, or at the order of the budget (ε, δ)
 * where that is less or parts of a split are among them. `reservedDelta` is the share of δ for charges that have their
 * own; default: that of a budget, where there are any.
 */
export function shownCharges(
  entries: readonly LedgerEntry[],
  epsilon: number,
  delta: number,
  reservedDelta: number = entries.some(hasDelta) ? OWN_DELTA : 0,
): ShownCharge[] {
  const beside = delta * DELTA_BESIDE_GRADIENTS * (1 - reservedDelta);
  const additive = new Filter(limitAt("", epsilon, delta, Number.POSITIVE_INFINITY, 1));
  const bounded = new Filter(limitOf("", epsilon, delta, reservedDelta));
  const isWhole = entries.every(({ parts }) => parts.length === 0);
  // An account at order ∞ adds pure losses too: those of a run that descends.
  const descends = descending(entries);
  let rho = 0;
  const ofBounded = (): number => {
    const atOrder = bounded.epsilon();
    return isWhole ? Math.min(atOrder, epsilonOfRho(rho, delta * (1 - reservedDelta))) : atOrder;
  };
  return entries.map((entry) => {
    if (!descends.has(entry.run)) rho += rhoOf(entry.event) ?? 0;
    (descends.has(entry.run) ? additive : bounded).count(entry);
    return {
      id: `${entry.run.slice(0, 8)}-${entry.number}`,
      when: entry.time,
      what: entry.what,
      mechanism: mechanismName(entry.event),
      rho: rhoOf(entry.event) ?? Number.NaN,
      epsilon: descends.size === 0 ? ofBounded() : epsilonOfRho(rho, beside) + additive.epsilon(),
      delta,
      seeded: entry.seeded,
    };
  });
}

/**
 * δ at which all charges hold together when ρ is converted at `delta`: the δ of charges that have their own comes
 * on top; beside gradients ρ has the share of `delta` that a budget leaves it.
 */
export function deltaOfAll(entries: readonly LedgerEntry[], delta: number): number {
  const own = entries.map(({ event }) =>
    deltaOf(event, isUnbounded(event) ? Number.POSITIVE_INFINITY : ANY_ORDER),
  );
  const spent = grainsToNumber(own.reduce((sum, each) => sum + each, 0n)) * (1 + 1e-12);
  const descends = descending(entries);
  if (descends.size === 0) return delta + spent;
  // Where nothing was charged in ρ there is nothing to convert.
  const isBeside = entries.some(({ run }) => !descends.has(run));
  return Math.max(delta, spent + (isBeside ? DELTA_BESIDE_GRADIENTS * delta : 0));
}

/** The accounts that add up pure losses and gradients, at order ∞. */
function descending(entries: readonly LedgerEntry[]): ReadonlySet<string> {
  return new Set(entries.filter(({ event }) => isUnbounded(event)).map(({ run }) => run));
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
