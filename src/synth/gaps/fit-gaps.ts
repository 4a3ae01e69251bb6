import { isNumeric } from "../../table/column-type.js";
import { type Column, columnOf, type NumberColumn, type Table } from "../../table/table.js";
import type { FitRequest, LearnedColumn, RowModel } from "../synthesizer.js";
import { visitOrder } from "../training.js";
import { findGap, type NumbersAt } from "./find-gaps.js";
import { type Gap, GapColumn, typeOfGap } from "./gap.js";
import { GapRows } from "./gap-rows.js";

/** Learn columns that lie near earlier ones as gaps, with any learner; the model draws the columns themselves. */
export async function fitWithGaps(
  request: FitRequest,
  learnFrom: (request: FitRequest) => Promise<RowModel>,
): Promise<RowModel> {
  const { table, columns, base } = request;
  const gaps = gapsOf(request);
  if (gaps.length === 0) return learnFrom(request);
  const seen = columns.map((column, at): LearnedColumn => {
    const gap = gaps.find((each) => each.column === at);
    return gap === undefined ? column : { ...column, type: typeOfGap(column.type, gap) };
  });
  const inGaps = (rows: Table) => withGaps(rows, columns, seen, gaps);
  const model = await learnFrom({
    ...request,
    ...{ table: inGaps(table), columns: seen },
    ...(base === undefined ? {} : { base: inGaps(base) }),
  });
  return new GapRows(model, columns, gaps);
}

/** Each column is measured from one that is drawn before it. */
function gapsOf({ table, columns, first }: FitRequest): readonly Gap[] {
  const known: NumbersAt[] = [];
  return visitOrder(columns, first).flatMap((at) => {
    const { name, type } = columns[at] as LearnedColumn;
    const column = isNumeric(type) ? columnOf(table, name) : undefined;
    if (column?.kind !== "number") return [];
    const own = { at, type, values: column.values };
    const gap = findGap(own, known);
    known.push(own);
    return gap ?? [];
  });
}

function withGaps(
  table: Table,
  columns: readonly LearnedColumn[],
  seen: readonly LearnedColumn[],
  gaps: readonly Gap[],
): Table {
  const valuesAt = (at: number) =>
    (columnOf(table, (columns[at] as LearnedColumn).name) as NumberColumn).values;
  const made = new Map(
    gaps.map((gap): [string, Column] => {
      const { name, type } = columns[gap.column] as LearnedColumn;
      const frame = new GapColumn(gap, type);
      const from = valuesAt(gap.from);
      const values = valuesAt(gap.column).map((value, row) =>
        frame.gapOf(value, from[row] as number),
      );
      const own = (seen[gap.column] as LearnedColumn).type;
      return [name, { kind: "number", name, type: own, values }];
    }),
  );
  return { ...table, columns: table.columns.map((column) => made.get(column.name) ?? column) };
}
