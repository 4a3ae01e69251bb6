import { createHash, createHmac } from "node:crypto";
import type { PrivacyEvent } from "./event.js";

export const LEDGER_FORMAT = 1;

/** What stays the same when data are renamed, copied, sorted or asked about in part: keyed hashes, all of them. */
export interface DataTraits {
  /** Of where the data lie. */
  readonly place?: string;
  /** Of the file's bytes. */
  readonly content?: string;
  /** Of the values of each column, whatever their order and the column's name. */
  readonly columns: readonly string[];
}

/** Which data a charge is about. */
export interface DataIdentity {
  /** Name and place of the source in the spec: "census (adult.csv)". */
  readonly source: string;
  /** Keyed hash of the contents: tells nothing to anyone without the key. */
  readonly fingerprint: string;
  /** How the same data are known again under another name. */
  readonly traits?: DataTraits;
  /** Other sources that a charge is about too: those of rows above, whose columns are counted beside. */
  readonly beside?: readonly string[];
}

/** Where in a parallel composition: a split of the rows by a public partition, and the part. */
export interface Part {
  readonly split: string;
  readonly part: number;
}

/** What a charge says; the ledger adds number, time and checksum. */
export interface Charge {
  /** One execution of a plan. */
  readonly run: string;
  /** Hash of the plan: the same plan has the same hash. */
  readonly plan: string;
  readonly data: DataIdentity;
  /** What is protected, in the user's nouns, with the bound on its rows. */
  readonly unit: string;
  readonly contributions: number;
  /** "counts of age × sex". */
  readonly what: string;
  readonly event: PrivacyEvent;
  readonly parts: readonly Part[];
  /** True where the noise is repeatable: this charge protects nobody. */
  readonly seeded: boolean;
}

export interface LedgerEntry extends Charge {
  /** Counted from 1. */
  readonly number: number;
  readonly time: string;
  /** Chain: a keyed hash of the checksum before and of everything above. */
  readonly checksum: string;
}

/** The first line of a ledger. */
export interface LedgerHeader {
  readonly parableLedger: number;
  /** Tells whether the key at hand is the one that the ledger was made with. */
  readonly keyCheck: string;
  readonly neighbours: "add or remove one unit";
  readonly checksum: string;
}

export function keyCheckOf(key: Buffer): string {
  return createHash("sha256").update("parable ledger key").update(key).digest("hex").slice(0, 16);
}

/** The chain's next checksum. */
function chain(key: Buffer, previous: string, body: unknown): string {
  return createHmac("sha256", key)
    .update(previous)
    .update("\n")
    .update(JSON.stringify(body))
    .digest("hex");
}

export function headerOf(key: Buffer): LedgerHeader {
  const body = {
    parableLedger: LEDGER_FORMAT,
    keyCheck: keyCheckOf(key),
    neighbours: "add or remove one unit",
  } as const;
  return { ...body, checksum: chain(key, "", body) };
}

export function entryOf(
  key: Buffer,
  previous: string,
  number: number,
  charge: Charge,
): LedgerEntry {
  const body = { number, time: new Date().toISOString(), ...charge };
  return { ...body, checksum: chain(key, previous, body) };
}

/** True when the line follows from the one before. */
export function isLinked(
  key: Buffer,
  previous: string,
  line: { readonly checksum: string },
): boolean {
  const { checksum, ...body } = line;
  return checksum === chain(key, previous, body);
}
