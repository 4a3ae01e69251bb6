import { extname } from "node:path";
import { failure } from "../base/failure.js";
import type { Progress } from "../base/progress.js";
import { scopeOfTable } from "../constraint/scope.js";
import { countBroken } from "../constraint/table-rules.js";
import type { CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { RuleOutcome } from "../ir/release.js";
import { openSource } from "../table/source.js";
import type { Table } from "../table/table.js";
import { crossesTables } from "./outcomes.js";
import { withComputed } from "./read.js";

/** The files of one judgement. */
export interface JudgedPaths {
  readonly real: string;
  readonly synthetic: string;
  readonly holdout?: string;
  readonly table?: string;
}

/** A table of any tool beside the real one, both read as the spec declares their columns. */
export interface JudgedOutput {
  readonly name: string;
  readonly synthetic: Table;
  readonly real: Table;
  readonly holdout?: Table;
  readonly rules: readonly RuleOutcome[];
}

/**
 * Read the files of a judgement. Every column that the spec declares and that is not invented is
 * read from each file by its header; values outside the real file's learned domain stay as they are.
 *
 * @throws Failure P13xx for what is wrong with a file.
 */
export async function judgedOutput(
  checked: CheckedSpec,
  paths: JudgedPaths,
  progress: Progress,
): Promise<JudgedOutput> {
  const table = tableFor(checked, paths.table);
  const read = (path: string) => readFile(checked, table, path, progress);
  const real = await read(paths.real);
  const synthetic = await read(paths.synthetic);
  const holdout = paths.holdout === undefined ? undefined : await read(paths.holdout);
  return {
    name: table.name,
    real,
    synthetic,
    ...(holdout === undefined ? {} : { holdout }),
    rules: table.rules.flatMap((rule): RuleOutcome[] => {
      if (rule.kind === "always" && crossesTables(rule.formula)) return [];
      const made = countBroken(rule, synthetic);
      const known = countBroken(rule, real);
      if (made === undefined || known === undefined) return [];
      return [
        {
          text: rule.text,
          violations: made,
          checked: synthetic.rows,
          realViolations: known,
          realChecked: real.rows,
        },
      ];
    }),
  };
}

function tableFor(checked: CheckedSpec, name: string | undefined): CheckedTable {
  const { tables } = checked;
  const only = tables.length === 1 ? tables[0] : undefined;
  const table = name === undefined ? only : tables.find((each) => each.name === name);
  if (table === undefined) {
    throw failure("P1462", { name, tables: tables.map((each) => each.name) });
  }
  return table;
}

const formats: Readonly<Record<string, string>> = {
  ".parquet": "parquet",
  ".json": "json",
  ".jsonl": "json",
  ".ndjson": "json",
  ".arrow": "arrow",
  ".feather": "arrow",
};

async function readFile(
  checked: CheckedSpec,
  table: CheckedTable,
  path: string,
  progress: Progress,
): Promise<Table> {
  progress.report({ phase: `reading ${path}`, done: 0 });
  const declared = checked.sources.find((source) => source.name === table.source?.name);
  const source = await openSource(
    {
      name: table.name,
      format: formats[extname(path).toLowerCase()] ?? "csv",
      where: path,
      missing: declared?.missing ?? [],
      ...(declared?.delimiter === undefined ? {} : { delimiter: declared.delimiter }),
      ...(declared?.encoding === undefined ? {} : { encoding: declared.encoding }),
    },
    { folder: "." },
  );
  const stored = table.columns.filter((column) => column.origin.kind !== "computed");
  const { table: rows } = await source.read({
    name: table.name,
    columns: stored.filter((column) => column.type.kind !== "text" && column.type.kind !== "id"),
    keepExamples: true,
    signal: progress.signal,
  });
  return withComputed(table, rows, scopeOfTable(rows).scope.parents ?? new Map());
}
