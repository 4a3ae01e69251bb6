import { basename, extname, isAbsolute, relative, resolve } from "node:path";
import type { Diagnostic } from "../base/diagnostic.js";
import { failure, impossible } from "../base/failure.js";
import { type Progress, silent } from "../base/progress.js";
import { SourceText } from "../base/source-text.js";
import { nameFor, type Sketch, sketchText } from "../ir/sketch.js";
import { compile, formatSpec } from "../pipeline.js";
import type { SourceSpec } from "../table/source.js";

/** How a spec is drafted from data. */
export interface DraftOptions {
  /** Paths of the data start here; default: the current folder. */
  readonly folder?: string;
  /** The folder where the spec will lie; its paths are written from there. Default: `folder`. */
  readonly specFolder?: string;
  /** `csv`, `parquet`, `json`, `arrow`, `duckdb`, `sqlite`, `postgres`, `mysql`, `example`; default: by the ending. */
  readonly format?: string;
  /** The name of the table, and of the variable of a `frame`; default: the file's name, or `data`. */
  readonly name?: string;
  /** Words that stand for a missing value, besides those that are found. */
  readonly missing?: readonly string[];
  readonly delimiter?: string;
  readonly encoding?: string;
  /** The mark before fractions in a CSV file, `,` or `.`; default: by what the columns hold. */
  readonly decimal?: string;
  /** How dates are written in a CSV file, such as `DD.MM.YYYY`; default: by what the columns hold. */
  readonly dates?: readonly string[];
  readonly progress?: Progress;
}

/** A drafted spec and what it speaks of. */
export interface Draft {
  readonly kind: "draft";
  /** The spec, laid out. It checks, plans and runs as it stands, and is refused under `privacy`. */
  readonly text: string;
  readonly tables: readonly {
    readonly name: string;
    readonly rows: number;
    readonly columns: number;
    readonly rules: number;
  }[];
}

/**
 * Draft a spec from data, for the data's owner to edit: types, ranges, units, categories, dates, keys,
 * and rules that hold in all rows. Reads every row and spends no budget: the draft tells about the data,
 * and each line read from them says `guessed` until its reader takes the word out.
 *
 * @param data a path (or several, one table each), a database's address, the name of an example, or a
 *   variable of the notebook: a danfo DataFrame, an Arrow table, an array of objects
 * @throws Failure P13xx for data that can't be read.
 */
export async function draftSpec(
  data: string | readonly string[] | object,
  options: DraftOptions = {},
): Promise<Draft> {
  const [{ draftSource }, { draft }] = await Promise.all([
    import("../draft/draft-table.js"),
    import("../draft/draft.js"),
  ]);
  const { specs, frames } = sourcesOf(data, options);
  const folder = options.folder ?? process.cwd();
  const taken = new Set<string>();
  const place = { folder, frames, taken, progress: options.progress ?? silent };
  const sources = [];
  for (const { spec, table } of specs) sources.push(await draftSource(spec, table, place));
  const home = options.specFolder ?? folder;
  const placed = sources.map((source) => ({ ...source, spec: moved(source.spec, folder, home) }));
  const name = nameFor(options.name ?? specs[0]?.table ?? "data", new Set(), "data");
  const sketch = draft(placed, name);
  const { text, tables: kept } = await settled(sketch, { folder: home, frames });
  const tables = sources.flatMap((source) => source.tables);
  return {
    kind: "draft",
    text,
    tables: tables.map((table) => ({
      name: table.name,
      rows: table.rows,
      columns: table.columns.length,
      rules: kept.find(({ name: its }) => its === table.name)?.rules.length ?? 0,
    })),
  };
}

interface Sources {
  readonly specs: readonly { readonly spec: SourceSpec; readonly table: string }[];
  readonly frames: ReadonlyMap<string, unknown>;
}

function sourcesOf(data: string | readonly string[] | object, options: DraftOptions): Sources {
  const shared = {
    missing: options.missing ?? [],
    ...(options.delimiter === undefined ? {} : { delimiter: options.delimiter }),
    ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
    ...(options.decimal === undefined ? {} : { decimal: options.decimal }),
    ...(options.dates === undefined ? {} : { dates: options.dates }),
  };
  const isText = (one: unknown): one is string => typeof one === "string";
  const paths = isText(data)
    ? [data]
    : Array.isArray(data) && data.every(isText)
      ? data
      : undefined;
  if (paths === undefined || paths.length === 0) {
    const name = nameFor(options.name ?? "data", new Set(), "data");
    const spec = { name: "rows_of", format: "frame", where: name, ...shared };
    return { specs: [{ spec, table: name }], frames: new Map([[name, data]]) };
  }
  const names = new Set<string>();
  const specs = paths.map((where) => {
    const table = paths.length === 1 ? (options.name ?? titleOf(where)) : titleOf(where);
    const name = nameFor(`${titleOf(where)}_file`, names, "data");
    names.add(name);
    return { spec: { name, format: options.format ?? formatOf(where), where, ...shared }, table };
  });
  return { specs, frames: new Map() };
}

const endings: Readonly<Record<string, string>> = {
  ".csv": "csv",
  ".tsv": "csv",
  ".txt": "csv",
  ".parquet": "parquet",
  ".json": "json",
  ".jsonl": "json",
  ".ndjson": "json",
  ".arrow": "arrow",
  ".feather": "arrow",
  ".ipc": "arrow",
  ".duckdb": "duckdb",
  ".db": "duckdb",
  ".sqlite": "sqlite",
  ".sqlite3": "sqlite",
};

function formatOf(where: string): string {
  const address = /^(postgres|mysql)/.exec(where)?.[1];
  if (address !== undefined && where.includes("://")) return address;
  const format = endings[extname(where.replace(/\.gz$/, "")).toLowerCase()];
  if (format === undefined) throw failure("P1490", { where });
  return format;
}

function titleOf(where: string): string {
  if (where.includes("://")) return "data";
  const file = basename(where).replace(/\.gz$/, "");
  return file.slice(0, file.length - extname(file).length) || "data";
}

/** The same source as a spec in another folder names it. */
function moved(spec: SourceSpec, from: string, to: string): SourceSpec {
  const isFile = !["frame", "example", "postgres", "mysql"].includes(spec.format);
  if (!isFile || isAbsolute(spec.where) || spec.where.includes("://")) return spec;
  return { ...spec, where: relative(to, resolve(from, spec.where)).replaceAll("\\", "/") };
}

/**
 * The sketch as a spec in which nothing is wrong: a drafted rule that the compiler finds fault with, or
 * finds to say nothing new, is taken out.
 */
async function settled(
  sketch: Sketch,
  place: { readonly folder: string; readonly frames: ReadonlyMap<string, unknown> },
): Promise<{ readonly text: string; readonly tables: Sketch["tables"] }> {
  let current = sketch;
  for (let round = 0; round < 40; round++) {
    const raw = sketchText(current);
    const compiled = await compile(raw, { ...place, origin: "draft", until: "check" });
    const telling = compiled.diagnostics.filter(isTelling);
    const next = without(current, {
      all: linesAt(
        telling.filter(({ code }) => code !== "P0504"),
        raw,
      ),
      implied: linesAt(
        telling.filter(({ code }) => code === "P0504"),
        raw,
      ),
    });
    if (next === undefined) {
      const broken = compiled.diagnostics.find(({ severity }) => severity === "error");
      if (broken !== undefined) throw impossible("a draft that does not compile", { raw, broken });
      return { text: (await formatSpec(raw, "draft")).text, tables: current.tables };
    }
    current = next;
  }
  const { tables } = bare(current);
  return { text: (await formatSpec(sketchText({ ...current, tables }), "draft")).text, tables };
}

/** Whatever speaks of a rule: faults, and rules that add nothing or clash. */
function isTelling({ severity, code }: Diagnostic): boolean {
  return severity === "error" || /^P05/.test(code);
}

function linesAt(diagnostics: readonly Diagnostic[], text: string): ReadonlySet<string> {
  const source = new SourceText("draft", text);
  const all = text.split("\n");
  return new Set(
    diagnostics.map(({ spans }) => {
      const start = (spans.find((span) => span.primary) ?? spans[0])?.start ?? 0;
      return (all[source.positionAt(start).line - 1] ?? "").trim();
    }),
  );
}

/**
 * The sketch without the rules that stand on those lines; undefined where none does. Of rules that follow
 * from others only the first goes, since they may follow from each other.
 */
function without(
  sketch: Sketch,
  lines: { readonly all: ReadonlySet<string>; readonly implied: ReadonlySet<string> },
): Sketch | undefined {
  let removed = 0;
  let waits = false;
  const on = (set: ReadonlySet<string>, text: string): boolean =>
    [...set].some((line) => line.startsWith(`${text} guessed`));
  const tables = sketch.tables.map((table) => ({
    ...table,
    rules: table.rules.filter(({ text }) => {
      if (on(lines.all, text)) {
        removed++;
        return false;
      }
      if (waits || !on(lines.implied, text)) return true;
      waits = true;
      removed++;
      return false;
    }),
  }));
  return removed === 0 ? undefined : { ...sketch, tables };
}

const bare = (sketch: Sketch): Sketch => ({
  ...sketch,
  tables: sketch.tables.map((table) => ({ ...table, rules: [] })),
});
