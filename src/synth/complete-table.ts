import type { Progress } from "../base/progress.js";
import { makeGuide } from "../constraint/make-guide.js";
import type { ParentRows, Scope } from "../constraint/scope.js";
import type { CheckedColumn, CheckedTable } from "../ir/checked.js";
import { formulasOf } from "../ir/formulas-of.js";
import { type Column, columnOf, type Table } from "../table/table.js";
import { alignedCells } from "./aligned.js";
import { combineModels } from "./combine.js";
import { completeRows } from "./complete.js";
import { knownPairs } from "./known-pairs.js";
import { levelsOf } from "./levels.js";
import { isBeside, presenceModel, type SideColumn, SideMaker } from "./side-columns.js";
import type { RowModel } from "./synthesizer.js";
import { TeachingRows } from "./teaching-rows.js";

export interface CompletedTable {
  readonly table: Table;
  /** Cells that were missing and now have a value. */
  readonly filled: number;
  /** Cells that stay missing because a rule wants it. */
  readonly missing: number;
  /** Rows left as they were: their known cells break a rule, or admit no value that keeps one. */
  readonly unheld: number;
}

/**
 * `generate complete: census completed`: the real rows with every missing cell of a modelled column
 * filled in given the others, under the rules; one that a rule wants missing stays so. Keys and texts that the
 * spec has made up are made up here, too: no real one was read. Other columns that the model does not draw are kept
 * as they are.
 */
export async function completeTable(request: {
  readonly table: CheckedTable;
  readonly model: RowModel;
  readonly real: Table;
  readonly name: string;
  readonly seed: number | string;
  readonly progress: Progress;
  readonly parents?: ReadonlyMap<string, ParentRows>;
}): Promise<CompletedTable> {
  const { table, real, name, seed, progress, parents } = request;
  const texts = madeUp(table, request);
  const model =
    texts.length === 0 ? request.model : combineModels([request.model, presenceModel(texts)]);
  const learned = new Map(model.columns.map((column, at) => [column.name, model.levels[at]]));
  const scope: Scope = {
    columns: table.columns,
    levels: table.columns.map((column) => {
      const found = columnOf(real, column.name);
      const own = found?.kind === "code" ? found.levels : undefined;
      return learned.get(column.name) ?? own ?? levelsOf(column.type);
    }),
    ...(parents === undefined ? {} : { parents }),
  };
  const computed = formulasOf(table);
  const free = { ...scope, rules: table.rules, computed };
  const known = knownPairs(table, scope, new TeachingRows(scope, real, makeGuide(free)));
  const guide = makeGuide({ ...free, known });
  const made = await completeRows({
    ...{ model, guide, columns: scope.columns, levels: scope.levels },
    ...{ cells: alignedCells(scope, real), rows: real.rows, name, seed, progress },
  });
  const sides = new Map<string, SideColumn>();
  let inText = 0;
  for (const column of texts) {
    const drawn = made.cells[table.columns.indexOf(column)] as Int32Array;
    // A row that breaks a rule as it is was left as it is; it has a text all the same where each row must.
    const codes = column.optional ? drawn : new Int32Array(real.rows);
    const maker = await SideMaker.of(table, column, { rows: real.rows, name, seed });
    sides.set(column.name, maker.next(codes));
    for (const code of codes) if (code >= 0) inText++;
  }
  const columns = table.columns.map((column, at): Column => {
    const values = made.cells[at] as Float64Array | Int32Array;
    const { name: title, type } = column;
    const side = sides.get(title);
    if (side !== undefined) return { kind: "code", name: title, type, ...side };
    return values instanceof Float64Array
      ? { kind: "number", name: title, type, values }
      : { kind: "code", name: title, type, codes: values, levels: scope.levels[at] ?? [] };
  });
  return {
    table: { kind: "table", name: table.name, rows: real.rows, columns },
    filled: made.filled - inText,
    missing: made.missing - (texts.length * real.rows - inText),
    unheld: made.unheld.length,
  };
}

/** Keys and texts that are neither learned, read nor left to a writer. */
function madeUp(
  { columns }: CheckedTable,
  { model, real }: { readonly model: RowModel; readonly real: Table },
): readonly CheckedColumn[] {
  const drawn = new Set(model.columns.map((column) => column.name));
  return columns.filter(
    (column) =>
      isBeside(column) &&
      column.origin.kind !== "written" &&
      !drawn.has(column.name) &&
      columnOf(real, column.name) === undefined,
  );
}
