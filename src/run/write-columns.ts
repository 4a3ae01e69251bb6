import { failure } from "../base/failure.js";
import type { Progress } from "../base/progress.js";
import { fillPrompt, namesIn } from "../base/prompt.js";
import { stream } from "../base/random.js";
import type { CheckedColumn, CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { Finding } from "../ir/release.js";
import type { Writer } from "../synth/text/writer.js";
import { cellValue } from "../table/rows.js";
import { type CodeColumn, type Column, columnOf, type Table } from "../table/table.js";

export interface WriteRequest {
  readonly checked: CheckedSpec;
  readonly table: CheckedTable;
  /** With its `written` columns still empty. */
  readonly made: Table;
  readonly name: string;
  readonly seed: number;
  readonly progress: Progress;
}

export interface Written {
  readonly table: Table;
  /** Who wrote what. */
  readonly findings: readonly Finding[];
}

/**
 * Fill the `written` columns of a finished table, row by row, each from its own prompt. Columns are
 * written in the spec's order, so a prompt may use what was written before it.
 *
 * @throws Failure P1470 for a writer that can't write here.
 */
export async function writeColumns(request: WriteRequest): Promise<Written> {
  let { made } = request;
  const findings: Finding[] = [];
  for (const column of request.table.columns) {
    if (column.origin.kind !== "written") continue;
    const { prompt } = column.origin;
    const writer = await writerOf(request.checked, column.origin.writer, column.name);
    const written = await writeOne(request, made, column, prompt, writer);
    const columns = made.columns.map((each) => (each.name === column.name ? written : each));
    made = { ...made, columns };
    const count = (written as CodeColumn).codes.filter((code) => code >= 0).length;
    const policy = `${count} values are ${writer.mark}`;
    findings.push({
      kind: "note",
      table: made.name,
      column: column.name,
      count,
      examples: [],
      policy,
    });
  }
  return { table: made, findings };
}

async function writerOf(
  checked: CheckedSpec,
  name: string | undefined,
  column: string,
): Promise<Writer> {
  const declared =
    name === undefined ? checked.writers[0] : checked.writers.find((each) => each.name === name);
  if (declared !== undefined && declared.backend !== "offline") {
    throw failure("P1470", { writer: declared.name, backend: declared.backend, column });
  }
  const { offlineWriter } = await import("../synth/text/offline.js");
  return offlineWriter();
}

async function writeOne(
  request: WriteRequest,
  made: Table,
  column: CheckedColumn,
  prompt: string,
  writer: Writer,
): Promise<Column> {
  const { name, seed, progress } = request;
  const before = columnOf(made, column.name) as CodeColumn;
  const inputs = namesIn(prompt).flatMap((input) => columnOf(made, input) ?? []);
  const index = new Map<string, number>();
  const codes = new Int32Array(made.rows).fill(-1);
  const phase = `writing ${column.name}`;
  for (let row = 0; row < made.rows; row++) {
    if ((before.codes[row] as number) < 0) continue;
    const facts = inputs.map((input) => String(cellValue(input, row) ?? "unknown"));
    const values = new Map(inputs.map((input, i) => [input.name, facts[i] as string]));
    const random = stream(seed, name, "written", column.name, row);
    const answer = await writer.write({
      ...{ prompt: fillPrompt(prompt, values), facts, type: column.type, random },
    });
    const code = index.get(answer) ?? index.size;
    index.set(answer, code);
    codes[row] = code;
    if (row % 1000 === 0) {
      progress.signal.throwIfAborted();
      progress.report({ phase, done: row, total: made.rows, unit: "rows" });
    }
  }
  return { kind: "code", name: column.name, type: column.type, codes, levels: [...index.keys()] };
}
