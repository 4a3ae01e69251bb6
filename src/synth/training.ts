import { failure, impossible } from "../base/failure.js";
import type { Cells } from "../constraint/guide.js";
import { columnOf } from "../table/table.js";
import type { FitRequest, LearnedColumn } from "./synthesizer.js";

/** The data of a fit, column by column. */
export interface Training {
  readonly rows: number;
  readonly columns: readonly LearnedColumn[];
  readonly cells: Cells;
  /** Undefined for number columns. */
  readonly levels: readonly (readonly string[] | undefined)[];
}

/** The columns of a request as arrays. Throws P0913 for a table without rows. */
export function trainingOf(request: Pick<FitRequest, "table" | "columns">): Training {
  if (request.table.rows === 0) throw failure("P0913", { table: request.table.name });
  const cells: (Float64Array | Int32Array)[] = [];
  const levels: (readonly string[] | undefined)[] = [];
  for (const { name } of request.columns) {
    const column = columnOf(request.table, name);
    if (column === undefined) throw impossible("a column to learn is not in the table", name);
    cells.push(column.kind === "number" ? column.values : column.codes);
    levels.push(column.kind === "number" ? undefined : column.levels);
  }
  return { rows: request.table.rows, columns: request.columns, cells, levels };
}

/** Drawing order: the columns in `first` as listed, then the others as they stand. */
export function visitOrder(
  columns: readonly LearnedColumn[],
  first: readonly string[],
): readonly number[] {
  const positions = columns.map((_, position) => position);
  const ahead = first
    .map((name) => columns.findIndex((column) => column.name === name))
    .filter((position, at, all) => position >= 0 && all.indexOf(position) === at);
  return [...ahead, ...positions.filter((position) => !ahead.includes(position))];
}

/** The first operand of an option as a number, or the default. */
export function numberOption(
  options: FitRequest["options"],
  name: string,
  otherwise: number,
): number {
  const given = options[name]?.[0];
  return typeof given === "number" ? given : otherwise;
}
