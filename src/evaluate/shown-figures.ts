import type { MarginalFigure } from "../ir/report.js";
import { type Column, columnOf, gather, type Table } from "../table/table.js";
import { marginalFigures, type Named } from "./marginal-figures.js";

/** Groups that a numeric `by` column is cut into: quarters of its rows. */
const QUARTERS = 4;
/** Groups shown at most; the rest of a category's levels are left out. */
const GROUPS = 6;

/** `show AGE of A, B`: one figure with a series for each table. */
export function columnFigure(column: string, tables: readonly Named[]): MarginalFigure | undefined {
  const holding = tables.flatMap(({ name, table }) => {
    const found = columnOf(table, column);
    return found === undefined ? [] : [{ name, table: { ...table, columns: [found] } }];
  });
  return marginalFigures(holding)[0];
}

/** `show AGE by SEX of A, B`: one figure a table with a series for each group of the `by` column. */
export function groupedFigures(
  column: string,
  by: string,
  tables: readonly Named[],
): readonly MarginalFigure[] {
  return tables.flatMap(({ name, table }) => {
    const groups = groupsOf(table, by);
    const figure = columnFigure(column, groups);
    if (figure === undefined) return [];
    const title = `${column} by ${by}${tables.length > 1 ? `, ${name}` : ""}`;
    return [{ ...figure, title }];
  });
}

function groupsOf(table: Table, by: string): Named[] {
  const column = columnOf(table, by);
  if (column === undefined) return [];
  return column.kind === "code" ? byLevel(table, column) : byQuarter(table, column);
}

function byLevel(table: Table, column: Column & { kind: "code" }): Named[] {
  const rows = column.levels.map((): number[] => []);
  column.codes.forEach((code, row) => {
    rows[code]?.push(row);
  });
  return column.levels
    .map((name, level) => ({ name, rows: rows[level] as number[] }))
    .filter((group) => group.rows.length > 0)
    .sort((a, b) => b.rows.length - a.rows.length)
    .slice(0, GROUPS)
    .map((group) => ({ name: group.name, table: gather(table, Uint32Array.from(group.rows)) }));
}

function byQuarter(table: Table, column: Column & { kind: "number" }): Named[] {
  const present = [...column.values.keys()].filter(
    (row) => !Number.isNaN(column.values[row] as number),
  );
  present.sort((a, b) => (column.values[a] as number) - (column.values[b] as number));
  const size = Math.ceil(present.length / QUARTERS);
  const words = ["lowest", "second", "third", "highest"];
  return words.flatMap((word, quarter) => {
    const rows = present.slice(quarter * size, (quarter + 1) * size);
    if (rows.length === 0) return [];
    const name = `${word} quarter of ${column.name}`;
    return [{ name, table: gather(table, Uint32Array.from(rows).sort()) }];
  });
}
