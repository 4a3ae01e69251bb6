import { Failure, failure } from "../base/failure.js";
import type { CheckedColumn, CheckedSource, CheckedTable } from "../ir/checked.js";
import { openSource } from "../table/source.js";
import type { Table } from "../table/table.js";
import { readColumns, withDifferences } from "./read-differences.js";
import type { RunRequest } from "./run-request.js";

/** Rows as declared; what lies outside the domains is left out silently: its count is private. */
export async function readPrivately(
  source: CheckedSource,
  table: CheckedTable,
  keys: readonly CheckedColumn[],
  request: RunRequest,
): Promise<Table> {
  const { progress } = request;
  progress.report({ phase: `reading ${source.name}`, done: 0 });
  const opened = await openSource(source, request);
  const reading = opened.read({
    ...(table.source?.table === undefined ? {} : { table: table.source.table }),
    name: table.name,
    columns: readColumns(table, keys),
    keepExamples: false,
    protected: true,
    signal: progress.signal,
  });
  const read = await reading.catch((error: unknown) => {
    progress.signal.throwIfAborted();
    throw withoutValues(error, source.name);
  });
  return withDifferences(table, read.table);
}

/** A reader's failure without its own words and its cause: these may quote the row that it stumbled over. */
export function withoutValues(error: unknown, source: string): Failure {
  if (error instanceof Failure && error.code !== "P1318" && error.code !== "P1327") {
    return new Failure(error.diagnostic, error.parameters);
  }
  const reason = "the reader's own words are kept back, as they may quote a protected row";
  return failure("P1327", { source, reason });
}
