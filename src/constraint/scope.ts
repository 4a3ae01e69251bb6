import type { ColumnType } from "../table/column-type.js";
import type { Table } from "../table/table.js";
import type { Cells } from "./guide.js";

/** A column as expressions see it. */
export interface ScopeColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly optional: boolean;
}

/** What the names of a formula stand for: columns by position, their levels, and rows behind refs. */
export interface Scope {
  readonly columns: readonly ScopeColumn[];
  /** Levels of code columns by position; undefined for number columns. */
  readonly levels: readonly (readonly string[] | undefined)[];
  /** By the name of the `ref` column: the rows that it points to. */
  readonly parents?: ReadonlyMap<string, ParentRows>;
}

/** The table behind a `ref` column, complete before its children are drawn. */
export interface ParentRows {
  readonly scope: Scope;
  readonly cells: Cells;
  readonly rows: number;
  /** The parent's row for each code of the ref column; absent where the code is the row. */
  readonly rowOfCode?: Int32Array;
}

/** Position of a column by name, or −1. */
export function positionOf(scope: Scope, name: string): number {
  return scope.columns.findIndex((column) => column.name === name);
}

/** The scope and cells of a finished table; a column counts as optional if it has `or missing` or NaN. */
export function scopeOfTable(
  table: Table,
  parents?: ReadonlyMap<string, ParentRows>,
): { readonly scope: Scope; readonly cells: Cells } {
  return {
    scope: {
      columns: table.columns.map(({ name, type }) => ({ name, type, optional: true })),
      levels: table.columns.map((column) => (column.kind === "code" ? column.levels : undefined)),
      ...(parents === undefined ? {} : { parents }),
    },
    cells: table.columns.map((column) => (column.kind === "code" ? column.codes : column.values)),
  };
}

/** The rows of a finished table, to be a parent through a ref whose codes index `refLevels`. */
export function parentRows(
  table: Table,
  idColumn: string,
  refLevels: readonly string[],
): ParentRows {
  const id = table.columns.find((column) => column.name === idColumn);
  const rowOf = new Map<string, number>();
  if (id?.kind === "code") {
    id.codes.forEach((code, row) => {
      const label = id.levels[code];
      if (label !== undefined && !rowOf.has(label)) rowOf.set(label, row);
    });
  }
  const rowOfCode = Int32Array.from(refLevels, (label) => rowOf.get(label) ?? -1);
  return { ...scopeOfTable(table), rows: table.rows, rowOfCode };
}
