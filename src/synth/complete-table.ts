import type { Progress } from "../base/progress.js";
import { makeGuide } from "../constraint/make-guide.js";
import type { ParentRows, Scope } from "../constraint/scope.js";
import type { CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { type Column, columnOf, type Table } from "../table/table.js";
import { alignedCells } from "./aligned.js";
import { completeRows } from "./complete.js";
import { knownPairs } from "./known-pairs.js";
import { levelsOf } from "./levels.js";
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
 * filled in given the others, under the rules; one that a rule wants missing stays so. Columns that the model does not draw are kept as they are.
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
  const { table, model, real, name, seed, progress, parents } = request;
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
  const computed = new Map<string, Formula>();
  for (const { name: column, origin } of table.columns) {
    if (origin.kind === "computed") computed.set(column, origin.formula);
  }
  const free = { ...scope, rules: table.rules, computed };
  const known = knownPairs(table, scope, new TeachingRows(scope, real, makeGuide(free)));
  const guide = makeGuide({ ...free, known });
  const made = await completeRows({
    ...{ model, guide, columns: scope.columns, levels: scope.levels },
    ...{ cells: alignedCells(scope, real), rows: real.rows, name, seed, progress },
  });
  const columns = table.columns.map((column, at): Column => {
    const values = made.cells[at] as Float64Array | Int32Array;
    const { name: title, type } = column;
    return values instanceof Float64Array
      ? { kind: "number", name: title, type, values }
      : { kind: "code", name: title, type, codes: values, levels: scope.levels[at] ?? [] };
  });
  return {
    table: { kind: "table", name: table.name, rows: real.rows, columns },
    filled: made.filled,
    missing: made.missing,
    unheld: made.unheld.length,
  };
}
