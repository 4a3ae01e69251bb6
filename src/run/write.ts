import type { ParentRows } from "../constraint/scope.js";
import type { CheckedOutput, CheckedTable } from "../ir/checked.js";
import type { Finding } from "../ir/release.js";
import type { Scribe } from "../synth/text/scribe.js";
import type { Table } from "../table/table.js";

/** Fill what a writer writes, once the rest of the row is there; the first `realRows` were not drawn. */
export async function write(
  task: { readonly scribe?: Scribe; readonly findings: Finding[] },
  output: CheckedOutput,
  tables: readonly CheckedTable[],
  made: Table,
  seed: number,
  rows: { readonly realRows: number; readonly parents?: ReadonlyMap<string, ParentRows> },
): Promise<Table> {
  const { scribe } = task;
  const table = tables.find((each) => each.name === made.name) as CheckedTable;
  const writes = table.columns.some((column) => column.origin.kind === "written");
  if (scribe === undefined || !writes) return made;
  const { writeColumns } = await import("../synth/text/write-columns.js");
  const written = await writeColumns({
    ...{ scribe, table, made, seed },
    name: table.name === output.table ? output.name : `${output.name}_${table.name}`,
    everyRow: (row) => row < rows.realRows,
    ...(rows.parents === undefined ? {} : { parents: rows.parents }),
  });
  task.findings.push(...written.findings);
  return written.table;
}
