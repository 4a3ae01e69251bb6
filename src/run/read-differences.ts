import type { CheckedColumn, CheckedTable } from "../ir/checked.js";
import { type Column, columnOf, gather, type NumberColumn, type Table } from "../table/table.js";

/** What is read of a table: learned columns, the dates that differences are made of, and its keys. */
export function readColumns(
  table: CheckedTable,
  keys: readonly CheckedColumn[],
): readonly CheckedColumn[] {
  const dates = new Set(table.columns.flatMap(({ origin }) => differenceIn(origin)?.from ?? []));
  return table.columns.filter(
    (column) =>
      dates.has(column.name) ||
      keys.includes(column) ||
      (column.origin.kind === "learned" && column.origin.difference === undefined),
  );
}

/**
 * The rows with the differences that are learned. A row whose difference lies outside its declared range is left out,
 * as a row with any other value outside its domain is: that looks at this row alone.
 */
export function withDifferences(table: CheckedTable, rows: Table): Table {
  const made = table.columns.flatMap((column): NumberColumn[] => {
    const difference = differenceIn(column.origin);
    if (difference === undefined) return [];
    const [from, less] = [difference.from, difference.less].map(
      (name) => columnOf(rows, name) as NumberColumn,
    ) as [NumberColumn, NumberColumn];
    const values = from.values.map((value, row) => value - (less.values[row] as number));
    return [{ kind: "number", name: column.name, type: column.type, values }];
  });
  if (made.length === 0) return rows;
  const kept: number[] = [];
  for (let row = 0; row < rows.rows; row++)
    if (made.every((own) => isInside(own, row))) kept.push(row);
  const columns: readonly Column[] = [...rows.columns, ...made];
  return gather({ ...rows, columns }, Uint32Array.from(kept));
}

function isInside({ type, values }: NumberColumn, row: number): boolean {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = type as {
    readonly min?: number;
    readonly max?: number;
  };
  const value = values[row] as number;
  return value >= min && value <= max;
}

function differenceIn(origin: CheckedColumn["origin"]) {
  return origin.kind === "learned" ? origin.difference : undefined;
}
