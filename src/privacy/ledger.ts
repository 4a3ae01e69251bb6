import { failure } from "../base/failure.js";
import {
  type Charge,
  entryOf,
  headerOf,
  isLinked,
  keyCheckOf,
  LEDGER_FORMAT,
  type LedgerEntry,
  type LedgerHeader,
} from "./ledger-entry.js";
import { LedgerFile } from "./ledger-file.js";

/** Decides whether a charge may be added after the entries there are; throws when it may not. */
export type Filter = (entries: readonly LedgerEntry[]) => void;

/**
 * The book of all privacy charges, a file of JSON lines beside the notebook. An entry is on disk before
 * any noise is drawn, so a crash may waste budget and never hides a spend. Lines are chained by keyed
 * checksums and the last acknowledged one is remembered apart: an edited, shortened or reordered file
 * is noticed and nothing more may be spent. A torn last line, left by a crash while writing, was
 * never acknowledged and is dropped.
 */
export class Ledger {
  private readonly file: LedgerFile;
  private readonly known: LedgerEntry[] = [];
  private key: Buffer | undefined;
  private offset = 0;
  /** Bytes of a line that a crash left unfinished. */
  private torn = 0;
  private checksum = "";

  /** `folder` is usually `.parable` beside the notebook; it is made when missing. */
  constructor(folder: string) {
    this.file = new LedgerFile(folder);
    this.file.locked(() => this.catchUp());
  }

  get path(): string {
    return this.file.path;
  }

  /** The ledger's secret, for fingerprints of data. */
  get secret(): Buffer {
    return this.key as Buffer;
  }

  /** All entries, with those that other processes added. */
  entries(): readonly LedgerEntry[] {
    this.file.locked(() => this.catchUp());
    return this.known;
  }

  /** Write a charge if the filter lets it pass. When this returns, the charge is on disk. */
  add(charge: Charge, filter: Filter): LedgerEntry {
    return this.file.locked(() => {
      this.catchUp();
      filter(this.known);
      const entry = entryOf(this.secret, this.checksum, this.known.length + 1, charge);
      this.write(JSON.stringify(entry), entry.number, entry.checksum);
      this.known.push(entry);
      return entry;
    });
  }

  private write(line: string, number: number, checksum: string): void {
    this.file.append(this.offset, this.torn, line);
    this.torn = 0;
    this.file.setHead({ number, checksum });
    this.offset += Buffer.byteLength(line, "utf8") + 1;
    this.checksum = checksum;
  }

  private catchUp(): void {
    if (this.file.size() < this.offset) this.damaged("lines are missing at its end");
    const fresh = this.file.readFrom(this.offset);
    const lines = fresh.split("\n");
    lines.pop();
    for (const line of lines) this.take(line);
    this.torn = this.file.size() - this.offset;
    const head = this.file.head();
    if (head === undefined && this.known.length > 0)
      this.damaged("the file `ledger.head` is missing");
    if (head !== undefined && this.offset === 0) this.damaged("the file is empty");
    if (this.offset === 0) this.begin();
    if (head !== undefined) this.compare(head.number, head.checksum);
  }

  private begin(): void {
    this.key = this.file.key(true) as Buffer;
    const header = headerOf(this.key);
    this.write(JSON.stringify(header), 0, header.checksum);
  }

  private compare(number: number, checksum: string): void {
    if (number > this.known.length) this.damaged("lines are missing at its end");
    const entry = this.known[number - 1];
    if (entry !== undefined && entry.checksum !== checksum) this.damaged("lines were exchanged");
  }

  private take(line: string): void {
    const parsed = this.parse(line);
    if (this.offset === 0) this.takeHeader(parsed as LedgerHeader);
    const entry = parsed as LedgerEntry;
    if (!isLinked(this.secret, this.checksum, entry)) this.damaged("its checksum does not fit");
    if (this.offset > 0) {
      if (entry.number !== this.known.length + 1) this.damaged("its number is out of order");
      this.known.push(entry);
    }
    this.offset += Buffer.byteLength(line, "utf8") + 1;
    this.checksum = entry.checksum;
  }

  private takeHeader(header: LedgerHeader): void {
    if (header.parableLedger !== LEDGER_FORMAT) {
      throw failure("P0755", { path: this.path, version: Number(header.parableLedger) });
    }
    this.key = this.file.key(false);
    if (this.key === undefined) this.damaged("its key file is missing");
    else if (keyCheckOf(this.key) !== header.keyCheck) this.damaged("its key file is another's");
  }

  private parse(line: string): LedgerEntry | LedgerHeader {
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value === "object" && value !== null) return value as LedgerEntry;
    } catch {
      // Said below, with the place.
    }
    return this.damaged("it is not JSON");
  }

  private damaged(reason: string): never {
    const line = this.offset === 0 ? 1 : this.known.length + 2;
    throw failure("P0751", { path: this.path, line, reason });
  }
}
