import { failure } from "../base/failure.js";
import type { Progress } from "../base/progress.js";
import { nameFor } from "../ir/sketch.js";
import { openSource, type SourceContext, type SourceSpec } from "../table/source.js";
import type { ColumnFacts } from "../table/source-types.js";
import { type DraftColumn, draftColumn, readType } from "./draft-column.js";
import { inBestForm, innerOf, lookThrough } from "./look.js";
import { type MissingWords, missingWords } from "./missing-words.js";
import { comparisons } from "./rules/comparisons.js";
import { determinations } from "./rules/determinations.js";
import type { FoundRule } from "./rules/evidence.js";
import { keys } from "./rules/keys.js";
import { patterns } from "./rules/patterns.js";
import { type FoundFormula, sums } from "./rules/sums.js";

/** A table of a source as the draft understands it, with its rows. */
export interface DraftTable {
  readonly name: string;
  readonly source: string;
  /** The table inside the source, where it holds several. */
  readonly inner?: string;
  readonly rows: number;
  readonly columns: readonly DraftColumn[];
  readonly formulas: readonly FoundFormula[];
  readonly rules: readonly FoundRule[];
  /** Headers of columns in which every value is missing. */
  readonly empty: readonly string[];
}

/** A source with the words for missing values that were found, and its tables. */
export interface DraftSource {
  readonly spec: SourceSpec;
  readonly tables: readonly DraftTable[];
  /** Of the spec's words for missing values, those that are guessed, and the columns that have them. */
  readonly guessed: MissingWords["guessed"];
  /** Days and months of the dates could as well change places. */
  readonly isEither: boolean;
}

/**
 * Look through all rows of a source, and word what a first spec would say of each of its tables.
 *
 * @param name of the table, where the source holds one
 * @throws Failure P13xx for whatever is wrong with the data.
 */
export async function draftSource(
  spec: SourceSpec,
  name: string,
  place: SourceContext & { readonly progress: Progress; readonly taken: Set<string> },
): Promise<DraftSource> {
  const { progress, taken } = place;
  const plain = await lookThrough(spec, place);
  const words = missingWords([...plain.tables.values()]);
  const guessed = words.guessed.filter(({ word }) => !spec.missing.includes(word));
  const missing = [
    ...new Set([...spec.missing, ...words.known, ...guessed.map(({ word }) => word)]),
  ];
  const told =
    missing.length > spec.missing.length
      ? await lookThrough({ ...plain.spec, missing }, place)
      : plain;
  const looked = await inBestForm(told, place);
  const tables: DraftTable[] = [];
  for (const [table, facts] of looked.tables) {
    progress.report({ phase: `drafting ${table}`, done: tables.length, total: looked.tables.size });
    progress.signal.throwIfAborted();
    const within = innerOf(looked, table);
    const title = nameFor(within ?? name, taken, "t");
    taken.add(title);
    const drafted = await draftRows(looked.source, { facts, within, title, source: spec.name });
    tables.push(drafted);
  }
  return { spec: looked.spec, tables, guessed, isEither: looked.isEither === true };
}

async function draftRows(source: Source, about: DraftedPart): Promise<DraftTable> {
  const { facts, within, title } = about;
  const rows = facts[0]?.rows ?? 0;
  if (rows === 0) throw failure("P1304", { source: about.source });
  const columns = await readColumns(source, about);
  return {
    name: title,
    source: about.source,
    ...(within === undefined ? {} : { inner: within }),
    rows,
    columns,
    ...rulesOf(columns, rows),
    empty: facts.filter((column) => column.distinct === 0).map(({ header }) => header),
  };
}

type Source = Awaited<ReturnType<typeof openSource>>;

interface DraftedPart {
  readonly facts: readonly ColumnFacts[];
  readonly within: string | undefined;
  readonly title: string;
  readonly source: string;
}

/** The columns of a table of a source with their types worded; those without any value are left out. */
async function readColumns(
  source: Source,
  { facts, within, title }: Pick<DraftedPart, "facts" | "within" | "title">,
): Promise<readonly DraftColumn[]> {
  const full = facts.filter((column) => column.distinct > 0);
  const named = namesOf(full);
  const read = await source.read({
    ...(within === undefined ? {} : { table: within }),
    name: title,
    columns: full.map((column, at) => ({
      name: named[at] as string,
      header: column.header,
      type: readType(column),
      optional: true,
    })),
    keepExamples: false,
  });
  return full.flatMap((column, at) => {
    const values = read.table.columns[at];
    return values === undefined ? [] : [draftColumn(column, named[at] as string, values)];
  });
}

/**
 * What a spec would say of each column of a source that may be read freely, by its header:
 * `int 17..90 years or missing`. Reads all rows.
 */
export async function publicTypes(
  spec: SourceSpec,
  table: string | undefined,
  context: SourceContext,
): Promise<ReadonlyMap<string, string>> {
  const source = await openSource(spec, context);
  const facts = await source.facts(table);
  const columns = await readColumns(source, { facts, within: table, title: spec.name });
  return new Map(
    columns.map(({ header, type, optional }) => [header, optional ? `${type} or missing` : type]),
  );
}

function namesOf(facts: readonly ColumnFacts[]): readonly string[] {
  const taken = new Set<string>();
  return facts.map(({ header }, at) => {
    const name = nameFor(header, taken, `column_${at + 1}`);
    taken.add(name);
    return name;
  });
}

const mostRules = 60;

/** Everything that holds in all rows and is more than chance. */
function rulesOf(
  columns: readonly DraftColumn[],
  rows: number,
): Pick<DraftTable, "formulas" | "rules"> {
  const totals = sums(columns);
  const computed = new Set(totals.formulas.map(({ column }) => column));
  const free = columns.filter(({ name }) => !computed.has(name));
  const fixed = determinations(free);
  const rules = [
    ...keys(free, rows),
    ...comparisons(columns, totals.tied),
    ...totals.rules,
    ...fixed.rules,
    ...patterns(free, (a, b) => fixed.determines(a, b) || fixed.determines(b, a)),
  ];
  return { formulas: totals.formulas, rules: rules.slice(0, mostRules) };
}
