import { basename, extname } from "node:path";
import type { Diagnostic } from "../base/diagnostic.js";
import { Failure, failure } from "../base/failure.js";
import { type Progress, silent } from "../base/progress.js";
import { crosses } from "../constraint/boxes.js";
import { type ParentRows, parentRows } from "../constraint/scope.js";
import { countBroken } from "../constraint/table-rules.js";
import type { CheckedColumn, CheckedSource, CheckedSpec, CheckedTable } from "../ir/checked.js";
import { isProtected } from "../ir/protected.js";
import type { RuleOutcome } from "../ir/release.js";
import { findingText } from "../table/conform.js";
import { formOfCsv } from "../table/csv-header.js";
import { openSource } from "../table/source.js";
import type { ReadResult, SourceSpec } from "../table/source-types.js";
import { columnOf, type Table } from "../table/table.js";
import { FORMATS } from "../table/table-files.js";
import { type JudgedPaths, judgedTables, tableFor } from "./judged-paths.js";
import { withComputed } from "./read.js";
import { withoutValues } from "./read-privately.js";

/** A table of any tool beside the real one, both read as the spec declares their columns. */
export interface JudgedOutput {
  readonly name: string;
  readonly synthetic: Table;
  readonly real: Table;
  readonly holdout?: Table;
  readonly rules: readonly RuleOutcome[];
  /** What of its files is not judged, and why. */
  readonly unjudged: readonly string[];
}

/**
 * A compiled spec without a fault.
 *
 * @throws Failure: the first error of the spec.
 */
export function soundSpec(
  checked: CheckedSpec | undefined,
  diagnostics: readonly Diagnostic[],
): CheckedSpec {
  const broken = diagnostics.find((diagnostic) => diagnostic.severity === "error");
  if (broken !== undefined || checked === undefined) throw new Failure(broken as Diagnostic, {});
  return checked;
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
  const sound = soundSpec(checked, diagnostics);
  return { checked: sound, table: tableFor(sound, name) };
}

type Side = "real" | "synthetic" | "holdout";
const SIDES: readonly Side[] = ["real", "synthetic", "holdout"];

/**
 * Read the files of a judgement. Every column that the spec declares is read from each file by its
 * header, texts where the file has them; values outside the real file's learned domain stay as they are.
 * Of several tables the keys that refs lead to are read, too, so that what holds between them is judged.
 *
 * @throws Failure P1462, P1464, and P13xx for what is wrong with a file.
 */
export async function judgedOutputs(
  checked: CheckedSpec,
  paths: JudgedPaths,
  progress: Progress,
): Promise<readonly JudgedOutput[]> {
  const judged = judgedTables(checked, paths);
  const stored: Record<Side, Map<string, Table>> = {
    real: new Map(),
    synthetic: new Map(),
    holdout: new Map(),
  };
  const left = new Map<string, readonly string[]>();
  for (const each of judged) {
    const { table } = each;
    const keyed = judged.some(({ table: other }) => leadsTo(other, table));
    for (const side of SIDES) {
      const path = each[side];
      if (path === undefined) continue;
      const quotes = side === "synthetic" || !isProtected(checked, table);
      const { rows, unjudged } = await readFile({ checked, table, path, keyed, quotes, progress });
      stored[side].set(table.name, rows);
      left.set(table.name, [...(left.get(table.name) ?? []), ...unjudged]);
    }
  }
  const tables = judged.map(({ table }) => table);
  const sides = SIDES.map((side) => completed(tables, stored[side]));
  return tables.map((table): JudgedOutput => {
    const [real, synthetic, holdout] = sides.map((side) => side.get(table.name));
    if (real === undefined || synthetic === undefined) throw new RangeError("a side is missing");
    return {
      name: table.name,
      real: real.table,
      synthetic: synthetic.table,
      ...(holdout === undefined ? {} : { holdout: holdout.table }),
      rules: rulesOf(table, real, synthetic),
      unjudged: left.get(table.name) ?? [],
    };
  });
}

/** One file of a judgement as the spec understands its columns; texts where the file has them. */
export async function readJudged(
  checked: CheckedSpec,
  table: CheckedTable,
  path: string,
  progress: Progress = silent,
): Promise<Table> {
  const { rows } = await readFile({ checked, table, path, keyed: false, quotes: true, progress });
  return withComputed(table, rows, new Map());
}

interface FileToRead {
  readonly checked: CheckedSpec;
  readonly table: CheckedTable;
  readonly path: string;
  /** Whether refs of another table lead here. */
  readonly keyed: boolean;
  /** Whether what is said of the file may quote its cells: not of rows that the spec protects. */
  readonly quotes: boolean;
  readonly progress: Progress;
}

interface FileRead {
  readonly rows: Table;
  readonly unjudged: readonly string[];
}

/**
 * How a file of an evaluation is written: as the spec's source, or as Parable and most tools write their own, cut at
 * commas and in UTF-8.
 */
async function formOf(
  path: string,
  declared: CheckedSource | undefined,
): Promise<Partial<SourceSpec>> {
  if (declared === undefined) return {};
  const { delimiter, encoding, decimal, dates } = declared;
  const found = await formOfCsv(path);
  const isPlain = found?.delimiter === "," && delimiter !== ",";
  return {
    ...(delimiter === undefined || isPlain ? {} : { delimiter }),
    ...(encoding === undefined || found?.isUtf8 === true ? {} : { encoding }),
    ...(decimal === undefined || (decimal === "," && found?.hasCommas === false)
      ? {}
      : { decimal }),
    ...(dates === undefined ? {} : { dates }),
  };
}

async function readFile(request: FileToRead): Promise<FileRead> {
  const { checked, table, path, keyed, quotes, progress } = request;
  progress.report({ phase: `reading ${path}`, done: 0 });
  const declared = checked.sources.find((source) => source.name === table.source?.name);
  const source = await openSource(
    {
      name: basename(path),
      format: FORMATS[extname(path).toLowerCase()] ?? "csv",
      where: path,
      missing: declared?.missing ?? [],
      ...(await formOf(path, declared)),
    },
    { folder: "." },
  );
  const headers = new Set(await source.headers());
  // What Parable wrote has the names of the spec, what the columns were read from has the source's.
  const named = table.columns.map((column) =>
    !headers.has(column.header) && headers.has(column.name)
      ? { ...column, header: column.name }
      : column,
  );
  const stored = named.filter(
    ({ origin, type, header }) =>
      origin.kind !== "computed" &&
      (type.kind !== "id" || keyed) &&
      (type.kind !== "text" || headers.has(header)),
  );
  refuseLacking(basename(path), stored, headers);
  const reading = source.read({
    name: table.name,
    columns: stored,
    keepExamples: quotes,
    signal: progress.signal,
  });
  const read = await reading.catch((error: unknown) => {
    progress.signal.throwIfAborted();
    throw quotes ? error : withoutValues(error, basename(path));
  });
  return {
    rows: read.table,
    unjudged: unjudgedOf(basename(path), { ...table, columns: named }, read, headers),
  };
}

/** Every column is judged in every file: one that a file lacks is told with its remedies. */
function refuseLacking(
  file: string,
  columns: readonly CheckedColumn[],
  headers: ReadonlySet<string>,
): void {
  const [first, ...more] = columns.filter(({ header }) => !headers.has(header));
  if (first === undefined) return;
  const names = (list: readonly string[]) => list.map((name) => `\`${name}\``).join(", ");
  const because = [
    `its columns are ${names([...headers].slice(0, 20))}${headers.size > 20 ? ` and ${headers.size - 20} more` : ""}`,
    ...(more.length === 0 ? [] : [`it lacks ${names(more.map(({ header }) => header))}, too`]),
  ];
  const label = `give the column that name in \`${file}\`, or leave \`${first.name}\` out of the spec: what is judged must be in all files`;
  throw failure(
    "P1309",
    { source: file, column: first.name, header: first.header },
    { because, try: [{ label, edits: [] }] },
  );
}

/** What of a file no score looks at: rows that don't fit the declared columns, columns that the spec doesn't name. */
function unjudgedOf(
  file: string,
  table: CheckedTable,
  { table: rows, rowsRead, findings }: ReadResult,
  headers: ReadonlySet<string>,
): readonly string[] {
  const named = new Set(table.columns.map(({ header }) => header));
  const unnamed = [...headers].filter((header) => !named.has(header));
  const lost = rowsRead - rows.rows;
  const said = findings.filter(({ count }) => count > 0).map((finding) => findingText(finding));
  return [
    ...(lost === 0
      ? []
      : [
          `${lost.toLocaleString("en")} of ${rowsRead.toLocaleString("en")} rows of ${file} are in no score, for they don't fit the columns that the spec declares.`,
        ]),
    ...said.map((text) => `${file}, ${text}.`),
    ...(unnamed.length === 0
      ? []
      : [
          `${file} has columns that the spec doesn't name and no score looks at: ${unnamed.slice(0, 8).join(", ")}${unnamed.length > 8 ? ` and ${unnamed.length - 8} more` : ""}.`,
        ]),
  ];
}

function leadsTo(child: CheckedTable, parent: CheckedTable): boolean {
  return child.columns.some(({ type }) => type.kind === "ref" && type.table === parent.name);
}

/** A table with its computed columns, and the rows that its refs lead to. */
interface Completed {
  readonly table: Table;
  readonly parents: ReadonlyMap<string, ParentRows>;
}

/** Fill in computed columns, of parents before those of their children. */
function completed(
  tables: readonly CheckedTable[],
  stored: ReadonlyMap<string, Table>,
): ReadonlyMap<string, Completed> {
  const done = new Map<string, Completed>();
  const begun = new Set<string>();
  const complete = (table: CheckedTable): void => {
    const rows = stored.get(table.name);
    if (rows === undefined || begun.has(table.name)) return;
    begun.add(table.name);
    for (const other of tables) if (leadsTo(table, other)) complete(other);
    const parentOf = (name: string) => done.get(name)?.table ?? stored.get(name);
    const parents = parentsOf(rows, parentOf);
    done.set(table.name, { table: withComputed(table, rows, parents), parents });
  };
  for (const table of tables) complete(table);
  return done;
}

function parentsOf(
  rows: Table,
  parentOf: (name: string) => Table | undefined,
): ReadonlyMap<string, ParentRows> {
  const parents = new Map<string, ParentRows>();
  for (const column of rows.columns) {
    const parent = column.type.kind === "ref" ? parentOf(column.type.table) : undefined;
    const id = parent?.columns.find(({ type }) => type.kind === "id");
    if (column.kind === "code" && parent !== undefined && id !== undefined) {
      parents.set(column.name, parentRows(parent, id.name, column.levels));
    }
  }
  return parents;
}

/** Rows that break each rule; rules across tables only where the other table is judged, too. */
function rulesOf(
  table: CheckedTable,
  real: Completed,
  synthetic: Completed,
): readonly RuleOutcome[] {
  const tied = table.columns.every(
    ({ name, type }) =>
      type.kind !== "ref" || columnOf(real.table, name) === undefined || real.parents.has(name),
  );
  return table.rules.flatMap((rule): RuleOutcome[] => {
    if (rule.kind === "always" && crosses(rule.formula) && !tied) return [];
    const made = countBroken(rule, synthetic.table, synthetic.parents);
    const known = countBroken(rule, real.table, real.parents);
    if (made === undefined || known === undefined) return [];
    return [
      {
        text: rule.text,
        violations: made,
        checked: synthetic.table.rows,
        realViolations: known,
        realChecked: real.table.rows,
      },
    ];
  });
}
