import { createHmac } from "node:crypto";
import type { CheckedSpec, CheckedTable } from "../ir/checked.js";
import { type Split, splitWhere } from "../table/split.js";
import type { Column, Table } from "../table/table.js";
import { unitOfRows } from "./entities.js";

/** Protected rows of which a part is to be kept from learning, for the report `inside`. */
export interface HoldOut {
  readonly checked: CheckedSpec;
  readonly table: CheckedTable;
  readonly rows: Table;
  /** All rows of the tables above it, and its own. */
  readonly read: ReadonlyMap<string, Table>;
  /** About how many of the units, 0..1. */
  readonly share: number;
  /** The ledger's key: nobody else can tell who is held out, and every run holds out the same. */
  readonly secret: Buffer;
}

/**
 * Hold protected units out with all their rows. Data sets that differ in one unit still differ in no more after
 * the split (stability 1), so the budget holds as it stands. Where rows are units of their own, tables that refs tie
 * together are split each by itself: they are learned so, and no row may decide on another's side.
 */
export function holdOut(request: HoldOut): Split | undefined {
  const { checked, table, rows, read, share, secret } = request;
  if (share === 0) return undefined;
  const units = unitOfRows(checked, table, rows, read);
  if (units !== undefined) return heldOutByUnit(rows, units, share, secret);
  return heldOutByContent(rows, share, secret);
}

/** Each unit by a keyed hash of its name; rows of nobody stay. */
function heldOutByUnit(
  rows: Table,
  units: readonly (string | undefined)[],
  share: number,
  secret: Buffer,
): Split {
  const sides = new Map<string | undefined, boolean>([[undefined, false]]);
  for (const unit of units) {
    if (!sides.has(unit)) sides.set(unit, isHeldOut(["unit", unit], share, secret));
  }
  return splitWhere(rows, (row) => sides.get(units[row]) === true);
}

/**
 * Each row by a keyed hash of its own values and of how many alike rows come before it. One row more is one more
 * of its kind, and changes the side of no other kind; of its own kind it adds the last.
 */
export function heldOutByContent(table: Table, share: number, secret: Buffer): Split {
  const alike = new Map<string, number>();
  return splitWhere(table, (row) => {
    const values = JSON.stringify(table.columns.map((column) => cellOf(column, row)));
    const before = alike.get(values) ?? 0;
    alike.set(values, before + 1);
    return isHeldOut(["row", values, before], share, secret);
  });
}

function isHeldOut(name: readonly unknown[], share: number, secret: Buffer): boolean {
  const hash = createHmac("sha256", secret).update("hold-out").update(JSON.stringify(name));
  return hash.digest().readUInt32BE(0) < share * 2 ** 32;
}

function cellOf(column: Column, row: number): string | number | null {
  if (column.kind === "number") return column.values[row] ?? null;
  const code = column.codes[row] as number;
  return code < 0 ? null : (column.levels[code] as string);
}
