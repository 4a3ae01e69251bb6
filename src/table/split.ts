import { stream } from "../base/random.js";
import { type Column, gather, type Table } from "./table.js";

/** Rows for learning and rows kept apart, which together are the table. */
export interface Split {
  readonly train: Table;
  readonly holdout: Table;
}

/**
 * Keep a share of the rows apart, drawn by the seed; both parts keep the order of the table. With at
 * least two rows neither part is empty.
 *
 * @param share 0..1, of the rows that are held out.
 */
export function splitTable(table: Table, share: number, seed: number | string): Split {
  const chosen = new Uint8Array(table.rows);
  const order = stream(seed, "hold-out", table.name).shuffle(positions(table.rows));
  const count = holdoutCount(table.rows, share);
  for (let i = 0; i < count; i++) chosen[order[i] as number] = 1;
  return parted(table, chosen);
}

/**
 * The same for rows that belong together: all rows with the same value of `key` go to the same part,
 * so that nobody is in both. Rows without a key go to the learning part.
 */
export function splitByKey(
  table: Table,
  key: Column,
  heldOut: ReadonlySet<string | number>,
): Split {
  const chosen = new Uint8Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    const value = key.kind === "number" ? key.values[row] : key.levels[key.codes[row] as number];
    if (value !== undefined && heldOut.has(value)) chosen[row] = 1;
  }
  return parted(table, chosen);
}

/** The rows that `heldOut` names, and the others. */
export function splitWhere(table: Table, heldOut: (row: number) => boolean): Split {
  return parted(
    table,
    Uint8Array.from({ length: table.rows }, (_, row) => (heldOut(row) ? 1 : 0)),
  );
}

function holdoutCount(rows: number, share: number): number {
  if (rows < 2 || share <= 0) return 0;
  return Math.min(rows - 1, Math.max(1, Math.round(rows * share)));
}

function positions(rows: number): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, row) => row);
}

function parted(table: Table, chosen: Uint8Array): Split {
  const all = positions(table.rows);
  return {
    train: gather(
      table,
      all.filter((row) => chosen[row] === 0),
    ),
    holdout: gather(
      table,
      all.filter((row) => chosen[row] === 1),
    ),
  };
}
