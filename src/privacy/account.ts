import { randomUUID } from "node:crypto";
import { failure } from "../base/failure.js";
import { deltaOf, grainsDown, type Limit, limitOf, OWN_DELTA, rhoWithin } from "./budget.js";
import type { PrivacyEvent } from "./event.js";
import { Filter } from "./filter.js";
import type { Ledger } from "./ledger.js";
import type { Charge, DataIdentity, LedgerEntry, Part } from "./ledger-entry.js";
import { isLike } from "./ledger-traits.js";
import { exactly } from "./rational.js";

/** What one run of a plan may spend on one source, and on whose behalf. */
export interface AccountOptions {
  readonly ledger: Pick<Ledger, "add" | "entries">;
  /** Hash of the plan. */
  readonly plan: string;
  readonly data: DataIdentity;
  /** "each patient, at most 12 stays". */
  readonly unit: string;
  /** The `budget` line. */
  readonly epsilon: number;
  readonly delta: number;
  /** The source's `cap epsilon`, over all runs; none when absent. */
  readonly cap?: number;
  /** Caps of the other sources that `data.beside` names. */
  readonly caps?: readonly CapBeside[];
  /** Share of δ set aside for mechanisms with a δ of their own (learned categories); default `OWN_DELTA`. */
  readonly reservedDelta?: number;
  /** An account of its own limit, e.g. at order ∞ for (ε, δ) mechanisms; replaces the default one. */
  readonly limit?: Limit;
  /** Give the run a name to share its budget between several accounts; default a new one. */
  readonly run?: string;
}

/** The cap of a source whose rows stand beside those that are asked about. */
export interface CapBeside extends Pick<DataIdentity, "source" | "traits"> {
  readonly epsilon: number;
}

/** What a charge adds to what its account knows. */
export interface Spending {
  readonly what: string;
  readonly event: PrivacyEvent;
  readonly contributions: number;
  readonly parts: readonly Part[];
  readonly seeded: boolean;
}

/**
 * The way to the ledger for one run: every charge is checked against the run's budget and against the
 * source's cap over all runs, under the ledger's lock, and is on disk when `spend` returns.
 */
export class Account {
  readonly run: string;
  readonly budget: Limit;
  private readonly options: AccountOptions;
  private readonly ofRun: Filter;
  private readonly capped: readonly Capped[];
  private counted = 0;

  constructor(options: AccountOptions) {
    const { epsilon, delta, data, cap, caps = [], reservedDelta = OWN_DELTA } = options;
    this.options = options;
    this.run = options.run ?? randomUUID();
    this.budget = options.limit ?? limitOf("the budget", epsilon, delta, reservedDelta);
    this.ofRun = new Filter(this.budget);
    const own = cap === undefined ? [] : [{ epsilon: cap, data }];
    const others = caps.map(({ source, epsilon: most, ...like }) => ({
      epsilon: most,
      data: { source, ...like },
    }));
    this.capped = [...own, ...others].map(({ epsilon: most, data: about }) => ({
      source: about.source,
      data: about,
      epsilon: most,
      filter: new Filter(this.capLimit(about.source, most, reservedDelta)),
      strange: undefined,
    }));
  }

  /** Write the charge, or throw P0750 (too much), P0751 (damaged), P0752 (not written), P0754 (locked), P0761 (a cap for others). */
  spend(spending: Spending): LedgerEntry {
    const { ledger, plan, data, unit } = this.options;
    const charge: Charge = { run: this.run, plan, data, unit, ...spending };
    return ledger.add(charge, (entries) => {
      for (const filter of this.filters(entries)) {
        filter.check(spending.what, spending.event, spending.parts);
      }
    });
  }

  /** ρ of the whole budget, spent or not, rounded down. */
  whole(): number {
    return rhoWithin(this.budget);
  }

  /** Throw P0750 unless so much ρ is left, in the budget and under the cap, for charges to come. */
  requireRoom(what: string, rho: number): void {
    for (const filter of this.filters(this.options.ledger.entries())) {
      filter.requireRoom(what, rho, []);
    }
  }

  /** ρ that may still be spent on these parts (on all rows when empty), rounded down. */
  remaining(parts: readonly Part[]): number {
    const rooms = this.filters(this.options.ledger.entries()).map((filter) =>
      rhoWithin({ ...filter.limit, capacity: filter.remainingIn(parts) }),
    );
    return Math.min(...rooms);
  }

  /** ε spent by this run so far, at the budget's δ. */
  epsilonSpent(): number {
    this.filters(this.options.ledger.entries());
    return this.ofRun.epsilon();
  }

  /** The filters, brought up to date with entries that this or other processes added. */
  private filters(entries: readonly LedgerEntry[]): Filter[] {
    const { unit } = this.options;
    for (; this.counted < entries.length; this.counted++) {
      const entry = entries[this.counted] as LedgerEntry;
      if (entry.run === this.run) this.ofRun.count(entry);
      for (const cap of this.capped) {
        if (!isAbout(entry, cap.data)) continue;
        if (deltaOf(entry.event, cap.filter.limit.order) > 0n) this.setAside(cap);
        cap.filter.count(entry);
        if (!isSameUnit(entry.unit, unit)) cap.strange ??= entry.unit;
      }
    }
    for (const { source, strange } of this.capped) {
      if (strange !== undefined) throw failure("P0761", { source, unit, other: strange });
    }
    return [this.ofRun, ...this.capped.map(({ filter }) => filter)];
  }

  /** A cap holds for all runs: from the first charge with a δ of its own on, a part of δ is theirs. */
  private setAside(cap: Capped): void {
    if (cap.filter.limit.ownDelta > 0n) return;
    cap.filter = cap.filter.under(this.capLimit(cap.source, cap.epsilon));
  }

  /**
   * A cap is so many whole budgets, each with its own δ: where its ε is twice the budget's, so is its δ. What is more
   * than the budget's serves mechanisms that have a δ of their own, since each run that learns values spends some.
   */
  private capLimit(source: string, most: number, reserved: number = OWN_DELTA): Limit {
    const { epsilon, delta } = this.options;
    const limit = limitOf(capName(source), most, delta, reserved);
    const more = delta * Math.max(0, most / epsilon - 1);
    return { ...limit, delta: delta + more, ownDelta: limit.ownDelta + grainsDown(exactly(more)) };
  }
}

/** True of charges on a source, on the same data by another name, and on rows of others beside its own. */
function isAbout({ data }: LedgerEntry, own: Capped["data"]): boolean {
  const isNamed = data.source === own.source || data.beside?.includes(own.source) === true;
  return isNamed || data.fingerprint === own.fingerprint || isLike(data.traits, own.traits);
}

/** A source that all runs together may spend so much on. */
interface Capped {
  readonly source: string;
  readonly data: Pick<DataIdentity, "source" | "traits"> & { readonly fingerprint?: string };
  readonly epsilon: number;
  filter: Filter;
  /** Another unit that it was spent on for. */
  strange: string | undefined;
}

function capName(source: string): string {
  return `the cap of source ${source}`;
}

/** Rows are rows whatever their table is called; other units go by name. Bounds on their rows may differ. */
function isSameUnit(one: string, other: string): boolean {
  const [a, b] = [one, other].map((unit) => (unit.startsWith("each row") ? "each row" : unit));
  return a === b;
}
