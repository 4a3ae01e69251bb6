import { randomUUID } from "node:crypto";
import { type Grains, grainsToNumber, type Limit, limitOf } from "./budget.js";
import type { PrivacyEvent } from "./event.js";
import { Filter } from "./filter.js";
import type { Ledger } from "./ledger.js";
import type { Charge, DataIdentity, LedgerEntry, Part } from "./ledger-entry.js";

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
  /** Share of δ set aside for mechanisms with a δ of their own (learned categories); default 0.1. */
  readonly reservedDelta?: number;
  /** An account of its own limit, e.g. at order ∞ for (ε, δ) mechanisms; replaces the default one. */
  readonly limit?: Limit;
  /** Give the run a name to share its budget between several accounts; default a new one. */
  readonly run?: string;
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
  readonly cap: Limit | undefined;
  private readonly options: AccountOptions;
  private readonly ofRun: Filter;
  private readonly ofSource: Filter | undefined;
  private counted = 0;

  constructor(options: AccountOptions) {
    const { epsilon, delta, data, reservedDelta } = options;
    this.options = options;
    this.run = options.run ?? randomUUID();
    this.budget = options.limit ?? limitOf("the budget", epsilon, delta, reservedDelta);
    this.ofRun = new Filter(this.budget);
    if (options.cap === undefined) return;
    this.cap = limitOf(`the cap of source ${data.source}`, options.cap, delta, reservedDelta);
    this.ofSource = new Filter(this.cap);
  }

  /** Write the charge, or throw P0750 (too much), P0751 (damaged), P0752 (not written), P0754 (locked). */
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
    return roomOf(this.ofRun, this.budget.capacity);
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
      roomOf(filter, filter.remainingIn(parts)),
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
    const { data } = this.options;
    for (; this.counted < entries.length; this.counted++) {
      const entry = entries[this.counted] as LedgerEntry;
      if (entry.run === this.run) this.ofRun.count(entry);
      const { source, fingerprint } = entry.data;
      if (source === data.source || fingerprint === data.fingerprint) this.ofSource?.count(entry);
    }
    return this.ofSource === undefined ? [this.ofRun] : [this.ofRun, this.ofSource];
  }
}

function roomOf(filter: Filter, grains: Grains): number {
  const { order } = filter.limit;
  return order === Number.POSITIVE_INFINITY ? 0 : grainsToNumber(grains) / order;
}
