import type { CheckedSource, CheckedTable } from "../ir/checked.js";
import type { Ledger } from "../privacy/ledger.js";
import type { DataTraits } from "../privacy/ledger-entry.js";
import { columnFingerprint, keyed } from "../privacy/ledger-fingerprint.js";
import { sourceFile } from "../table/source-file.js";
import type { Table } from "../table/table.js";

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
  const file = await sourceFile(source, folder);
  if (file === undefined) return { columns };
  const inside = file.bytes === undefined ? (table.source?.table ?? "") : "";
  const place = keyed(["place", file.place, inside], ledger).digest("hex").slice(0, 16);
  if (file.bytes === undefined) return { place, columns };
  const hash = keyed("content", ledger);
  for await (const piece of file.bytes()) hash.update(piece);
  return { place, content: hash.digest("hex").slice(0, 16), columns };
}
