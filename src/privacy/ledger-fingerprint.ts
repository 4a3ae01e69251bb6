import { createHmac } from "node:crypto";
import type { CodeColumn, Column, Table } from "../table/table.js";
import type { Ledger } from "./ledger.js";

type Secret = Pick<Ledger, "secret">;

/** 32-bit words of a hash of rows: accidents are as likely as with 128 bits. */
const LANES = 4;

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
  for (const code of codes) counts[code + 1] = (counts[code + 1] as number) + 1;
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

function sumOfRows(columns: readonly Column[], rows: number, ledger: Secret): Uint32Array {
  const mixers = columns.map((column) => mixerOf(column, ledger));
  const sums = new Uint32Array(LANES);
  const words = new Uint32Array(LANES);
  for (let row = 0; row < rows; row++) {
    words.fill(0);
    for (const mixer of mixers) mixer(words, row);
    for (let lane = 0; lane < LANES; lane++)
      sums[lane] = (sums[lane] as number) + (words[lane] as number);
  }
  return sums;
}

type Mixer = (words: Uint32Array, row: number) => void;

function mixerOf(column: Column, ledger: Secret): Mixer {
  const wordsOf = (what: unknown): Uint32Array => {
    const { buffer, byteOffset } = keyed(what, ledger).digest();
    return new Uint32Array(buffer.slice(byteOffset, byteOffset + 4 * LANES));
  };
  const own = wordsOf(["lane", column.name]);
  if (column.kind === "code") {
    const { codes, levels } = column;
    const known = [null, ...levels].map((level) => wordsOf(["level", column.name, level]));
    return (words, row) => {
      const word = known[(codes[row] as number) + 1] as Uint32Array;
      for (let lane = 0; lane < LANES; lane++) {
        words[lane] = mixed((words[lane] as number) ^ (word[lane] as number));
      }
    };
  }
  const { values } = column;
  const value = new Float64Array(1);
  const halves = new Uint32Array(value.buffer);
  return (words, row) => {
    const number = values[row] as number;
    // One form of what has several: −0 and the payloads of NaN.
    value[0] = Number.isNaN(number) ? Number.NaN : number + 0;
    for (let lane = 0; lane < LANES; lane++) {
      const first = mixed((words[lane] as number) ^ (own[lane] as number) ^ (halves[0] as number));
      words[lane] = mixed(first ^ (halves[1] as number));
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
