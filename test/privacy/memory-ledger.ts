import { Account, type AccountOptions } from "../../src/privacy/account.js";
import type { Filter } from "../../src/privacy/ledger.js";
import { type Charge, entryOf, type LedgerEntry } from "../../src/privacy/ledger-entry.js";

/** A ledger that forgets: same filter and chain as the file, no disk. */
export class MemoryLedger {
  readonly book: LedgerEntry[] = [];
  private readonly key = Buffer.alloc(32, 7);

  entries(): readonly LedgerEntry[] {
    return this.book;
  }

  add(charge: Charge, filter: Filter): LedgerEntry {
    filter(this.book);
    const previous = this.book.at(-1)?.checksum ?? "";
    const entry = entryOf(this.key, previous, this.book.length + 1, charge);
    this.book.push(entry);
    return entry;
  }
}

/** An account on a ledger in memory. */
export function memoryAccount(
  epsilon: number,
  delta: number,
  more: Partial<AccountOptions> = {},
): { account: Account; ledger: MemoryLedger } {
  const ledger = (more.ledger as MemoryLedger | undefined) ?? new MemoryLedger();
  const account = new Account({
    ledger,
    plan: "plan",
    data: { source: "test", fingerprint: "0" },
    unit: "each row",
    epsilon,
    delta,
    ...more,
  });
  return { account, ledger };
}
