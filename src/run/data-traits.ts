import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { CheckedSource, CheckedTable } from "../ir/checked.js";
import type { Ledger } from "../privacy/ledger.js";
import type { DataTraits } from "../privacy/ledger-entry.js";
import { columnFingerprint, keyed } from "../privacy/ledger-fingerprint.js";
import type { Table } from "../table/table.js";

/** Formats whose files hold one table and nothing else. */
const SINGLE: ReadonlySet<string> = new Set(["csv", "parquet", "json", "arrow"]);

/**
 * How these rows are known again whatever source, file, table and columns are called, in whatever order rows stand:
 * by where they lie (links followed), by the bytes of the file, by the values of each column. Keys are left out, as
 * counters are alike everywhere.
 */
export async function traitsOf(
  table: CheckedTable,
  rows: Table,
  { source, folder }: { readonly source: CheckedSource; readonly folder: string },
  ledger: Pick<Ledger, "secret">,
): Promise<DataTraits> {
  const columns = rows.columns
    .filter(({ type }) => type.kind !== "id" && type.kind !== "ref")
    .map((column) => columnFingerprint(column, rows.rows, ledger));
  if (source.format === "frame" || rows.rows === 0) return { columns };
  const path = await fileOf(source, folder);
  const inside = SINGLE.has(source.format) ? "" : (table.source?.table ?? "");
  const place = keyed(["place", path ?? source.where, inside], ledger)
    .digest("hex")
    .slice(0, 16);
  if (path === undefined || !SINGLE.has(source.format)) return { place, columns };
  const hash = keyed("content", ledger);
  for await (const piece of createReadStream(path)) hash.update(piece);
  return { place, content: hash.digest("hex").slice(0, 16), columns };
}

/** The file that a source names, links followed; undefined where it is none. */
async function fileOf(source: CheckedSource, folder: string): Promise<string | undefined> {
  if (source.format === "example" || /^[a-z][a-z0-9+.-]+:\/\//i.test(source.where))
    return undefined;
  try {
    const path = await realpath(resolve(folder, source.where));
    return (await stat(path)).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}
