import { createHmac } from "node:crypto";
import type { CodeColumn, Column, Table } from "../table/table.js";
import type { Ledger } from "./ledger.js";

type Secret = Pick<Ledger, "secret">;

/** 32-bit words of a hash of rows: accidents are as likely as with 128 bits. */
const LANES = 4;
const BLOCK = 4096;

/**
 * A name for data that says nothing about them to anyone without the ledger's key: a keyed hash of names, kinds
 * and values, the same in any order of rows. A plain hash of a private file would itself be a disclosure,
 * because it lets anyone test a guess. Rows are mixed by keyed words (MurmurHash3's finalizer) and added up, as a
 * multiset has no order; the sums go through HMAC-SHA256.
 */
export function fingerprintOf(tables: readonly Table[], ledger: Secret): string {
  const hash = createHmac("sha256", ledger.secret).update("parable data");
  for (const table of tables) {
    hash.update(JSON.stringify([table.name, table.rows, table.columns.map(describe)]));
    hash.update(sumOfRows(table.columns, table.rows, ledger));
  }
  return hash.digest("hex").slice(0, 32);
}

/** The same for one column, whatever its name: of codes, how many rows each level has. */
export function columnFingerprint(column: Column, rows: number, ledger: Secret): string {
  const hash = keyed(["column", column.kind, rows], ledger);
  if (column.kind === "number") hash.update(sumOfRows([{ ...column, name: "" }], rows, ledger));
  else hash.update(JSON.stringify(countsOf(column)));
  return hash.digest("hex").slice(0, 16);
}

function countsOf({ codes, levels }: CodeColumn): [string, number][] {
  const counts = new Float64Array(levels.length + 1);
  for (let row = 0; row < codes.length; row++) {
    const place = (codes[row] as number) + 1;
    counts[place] = (counts[place] as number) + 1;
  }
  const told = levels.map((level, code): [string, number] => [level, counts[code + 1] as number]);
  return told.filter(([, count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** An HMAC under the ledger's key that has begun with `what`. */
export function keyed(what: unknown, { secret }: Secret): ReturnType<typeof createHmac> {
  return createHmac("sha256", secret).update(JSON.stringify(what));
}

function describe({ name, kind }: Column): unknown {
  return [name, kind];
}

/** Column after column over a few thousand rows at a time, so that their words stay near. */
function sumOfRows(columns: readonly Column[], rows: number, ledger: Secret): Uint32Array {
  const mixers = columns.map((column) => mixerOf(column, ledger));
  const sums = new Uint32Array(LANES);
  const words = new Uint32Array(LANES * Math.min(rows, BLOCK));
  for (let from = 0; from < rows; from += BLOCK) {
    const to = Math.min(rows, from + BLOCK);
    words.fill(0);
    for (const mix of mixers) mix(words, from, to);
    for (let at = 0; at < LANES * (to - from); at++)
      sums[at % LANES] = (sums[at % LANES] as number) + (words[at] as number);
  }
  return sums;
}

/** Mix a column's values of rows from .. to − 1 into their words, `LANES` to a row. */
type Mixer = (words: Uint32Array, from: number, to: number) => void;

function mixerOf(column: Column, ledger: Secret): Mixer {
  const wordsOf = (what: unknown): Uint32Array => {
    const { buffer, byteOffset } = keyed(what, ledger).digest();
    return new Uint32Array(buffer.slice(byteOffset, byteOffset + 4 * LANES));
  };
  if (column.kind === "number") return mixNumbers(column.values, wordsOf(["lane", column.name]));
  const { codes, levels } = column;
  const known = new Uint32Array(LANES * (levels.length + 1));
  for (const [i, level] of [null, ...levels].entries())
    known.set(wordsOf(["level", column.name, level]), LANES * i);
  return (words, from, to) => {
    let at = 0;
    for (let row = from; row < to; row++) {
      const word = LANES * ((codes[row] as number) + 1);
      for (let lane = 0; lane < LANES; lane++, at++)
        words[at] = mixed((words[at] as number) ^ (known[word + lane] as number));
    }
  };
}

function mixNumbers(values: Float64Array, own: Uint32Array): Mixer {
  const value = new Float64Array(1);
  const halves = new Uint32Array(value.buffer);
  return (words, from, to) => {
    let at = 0;
    for (let row = from; row < to; row++) {
      const number = values[row] as number;
      // One form of what has several: −0 and the payloads of NaN.
      value[0] = Number.isNaN(number) ? Number.NaN : number + 0;
      const [low, high] = [halves[0] as number, halves[1] as number];
      for (let lane = 0; lane < LANES; lane++, at++) {
        const first = mixed((words[at] as number) ^ (own[lane] as number) ^ low);
        words[at] = mixed(first ^ high);
      }
    }
  };
}

/** The finalizer of MurmurHash3 (Appleby): each bit of the input moves half of the output's. */
function mixed(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
