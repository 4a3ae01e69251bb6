import type { ColumnType } from "./column-type.js";

/** The code of a missing value in a `CodeColumn`; in a `NumberColumn` it is NaN. */
export const MISSING = -1;

/** Numbers, one a row; NaN is missing and nothing else is NaN. */
export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  readonly type: ColumnType;
  readonly values: Float64Array;
}

/** Dictionary-encoded strings, one code a row; −1 is missing. `bool` has levels `false`, `true`. */
export interface CodeColumn {
  readonly kind: "code";
  readonly name: string;
  readonly type: ColumnType;
  readonly codes: Int32Array;
  /** No duplicates. For a category in its declared order, whether or not a level occurs. */
  readonly levels: readonly string[];
}

export type Column = NumberColumn | CodeColumn;

/** Columns of equal length. Never changed in place: every operation makes a new table. */
export interface Table {
  readonly kind: "table";
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** The column of that name, or undefined. */
export function columnOf(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** How many rows of a column are missing. */
export function missingCount(column: Column): number {
  let count = 0;
  if (column.kind === "number") {
    for (const value of column.values) if (Number.isNaN(value)) count++;
  } else {
    for (const code of column.codes) if (code === MISSING) count++;
  }
  return count;
}

/** The rows of a column at the given positions, in that order. */
export function gatherColumn(column: Column, positions: Uint32Array): Column {
  if (column.kind === "number") {
    const values = new Float64Array(positions.length);
    for (let i = 0; i < positions.length; i++) {
      values[i] = column.values[positions[i] as number] as number;
    }
    return { ...column, values };
  }
  const codes = new Int32Array(positions.length);
  for (let i = 0; i < positions.length; i++) {
    codes[i] = column.codes[positions[i] as number] as number;
  }
  return { ...column, codes };
}

/** The rows of a table at the given positions, in that order. */
export function gather(table: Table, positions: Uint32Array): Table {
  return {
    ...table,
    rows: positions.length,
    columns: table.columns.map((column) => gatherColumn(column, positions)),
  };
}
