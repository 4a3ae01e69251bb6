import { createHmac } from "node:crypto";
import type { Column, Table } from "../table/table.js";
import type { Ledger } from "./ledger.js";

/**
 * A name for data that says nothing about them to anyone without the ledger's key: HMAC-SHA256 of
 * names, kinds and values. A plain hash of a private file would itself be a disclosure, because it
 * lets anyone test a guess.
 */
export function fingerprintOf(tables: readonly Table[], ledger: Pick<Ledger, "secret">): string {
  const hash = createHmac("sha256", ledger.secret).update("parable data");
  for (const table of tables) {
    hash.update(JSON.stringify([table.name, table.rows, table.columns.map(describe)]));
    for (const column of table.columns) {
      const { buffer, byteOffset, byteLength } =
        column.kind === "number" ? column.values : column.codes;
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    }
  }
  return hash.digest("hex").slice(0, 32);
}

function describe(column: Column): unknown {
  return column.kind === "number" ? [column.name] : [column.name, column.levels];
}
