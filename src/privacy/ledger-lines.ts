import { limitAt, limitOf, rhoOf } from "./budget.js";
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
 * The entries of one run, or of one source, as lines for people. The running ε is that of a budget
 * (ε, δ): exact for it, sound for any.
 */
export function shownCharges(
  entries: readonly LedgerEntry[],
  epsilon: number,
  delta: number,
  reservedDelta?: number,
): ShownCharge[] {
  const additive = entries.some(({ event }) => isUnbounded(event));
  const limit = additive
    ? limitAt("", epsilon, delta, Number.POSITIVE_INFINITY, 1)
    : limitOf("", epsilon, delta, reservedDelta);
  const filter = new Filter(limit);
  return entries.map((entry) => {
    filter.count(entry);
    return {
      id: `${entry.run.slice(0, 8)}-${entry.number}`,
      when: entry.time,
      what: entry.what,
      mechanism: mechanismName(entry.event),
      rho: rhoOf(entry.event) ?? Number.NaN,
      epsilon: filter.epsilon(),
      delta,
      seeded: entry.seeded,
    };
  });
}

/** True of mechanisms that only plain (ε, δ) addition covers. */
function isUnbounded(event: PrivacyEvent): boolean {
  return rhoOf(event) === undefined;
}
