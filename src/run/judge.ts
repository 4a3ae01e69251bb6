import { extname } from "node:path";
import type { Diagnostic } from "../base/diagnostic.js";
import { Failure, failure } from "../base/failure.js";
import { type Progress, silent } from "../base/progress.js";
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
 * The table of a compiled spec that is judged.
 *
 * @throws Failure: the first error of the spec, or P1462 where it does not say which table.
 */
export function compiledTable(
  checked: CheckedSpec | undefined,
  diagnostics: readonly Diagnostic[],
  name: string | undefined,
): { readonly checked: CheckedSpec; readonly table: CheckedTable } {
  const broken = diagnostics.find((diagnostic) => diagnostic.severity === "error");
  if (broken !== undefined || checked === undefined) throw new Failure(broken as Diagnostic, {});
  return { checked, table: tableFor(checked, name) };
}

/**
 * Read the files of a judgement. Every column that the spec declares is read from each file by its
 * header, texts where the file has them; values outside the real file's learned domain stay as they are.
 *
 * @throws Failure P13xx for what is wrong with a file.
 */
export async function judgedOutput(
  checked: CheckedSpec,
  paths: JudgedPaths,
  progress: Progress,
): Promise<JudgedOutput> {
  const table = tableFor(checked, paths.table);
  const read = (path: string) => readJudged(checked, table, path, progress);
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

/** One file of a judgement as the spec understands its columns; texts where the file has them. */
export async function readJudged(
  checked: CheckedSpec,
  table: CheckedTable,
  path: string,
  progress: Progress = silent,
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
  const headers = new Set(await source.headers());
  const stored = table.columns.filter(
    ({ origin, type, header }) =>
      origin.kind !== "computed" &&
      type.kind !== "id" &&
      (type.kind !== "text" || headers.has(header)),
  );
  const { table: rows } = await source.read({
    name: table.name,
    columns: stored,
    keepExamples: true,
    signal: progress.signal,
  });
  return withComputed(table, rows, scopeOfTable(rows).scope.parents ?? new Map());
}
