import { createHmac } from "node:crypto";
import type { CheckedSpec, CheckedTable } from "../ir/checked.js";
import { type Split, splitWhere } from "../table/split.js";
import type { Column, Table } from "../table/table.js";

/**
 * Rows kept from a private learner, for the report `inside`: each by a keyed hash of its own values and nothing
 * else. Whether a row is held out then depends on no other row, so data sets that differ in a person's rows
 * still differ in no more after the split (stability 1), and the budget holds as it stands. Alike rows
 * go together.
 *
 * @param share about how many of the rows, 0..1.
 */
export function heldOutByContent(table: Table, share: number, secret: Buffer): Split {
  const bound = share * 2 ** 32;
  return splitWhere(table, (row) => {
    const hash = createHmac("sha256", secret).update("hold-out");
    hash.update(JSON.stringify(table.columns.map((column) => cellOf(column, row))));
    return hash.digest().readUInt32BE(0) < bound;
  });
}

function cellOf(column: Column, row: number): string | number | null {
  if (column.kind === "number") return column.values[row] ?? null;
  const code = column.codes[row] as number;
  return code < 0 ? null : (column.levels[code] as string);
}

/** Whether rows can be kept apart one by one: the table leads nowhere and nothing leads to it. */
export function standsAlone({ tables }: CheckedSpec, table: CheckedTable): boolean {
  const leads = (from: CheckedTable, to?: string) =>
    from.columns.some(({ type }) => type.kind === "ref" && (to === undefined || type.table === to));
  return !leads(table) && !tables.some((other) => leads(other, table.name));
}
