import { Failure } from "../base/failure.js";
import type { Progress } from "../base/progress.js";
import { openSource, type SourceContext, type SourceSpec } from "../table/source.js";
import type { ColumnFacts, Source } from "../table/source-types.js";
import { foundForms } from "./found-form.js";

export type LookPlace = SourceContext & { readonly progress: Progress };

/** A source that was looked through, with the facts of each table's columns. */
export interface Looked {
  readonly spec: SourceSpec;
  readonly source: Source;
  readonly tables: ReadonlyMap<string, readonly ColumnFacts[]>;
  /** Days and months of the dates could as well change places. */
  readonly isEither?: boolean;
}

/** The table inside the source, where it holds several. */
export const innerOf = ({ tables }: Pick<Looked, "tables">, table: string): string | undefined =>
  tables.size > 1 ? table : undefined;

/**
 * Look through all rows of a source. A text file whose bytes are no UTF-8 is one of older Windows programs, most likely.
 *
 * @throws Failure P13xx for whatever is wrong with the data.
 */
export async function lookThrough(spec: SourceSpec, place: LookPlace): Promise<Looked> {
  try {
    return await lookAt(spec, place);
  } catch (error) {
    const isForeign = error instanceof Failure && error.code === "P1308";
    if (!isForeign || spec.format !== "csv" || spec.encoding !== undefined) throw error;
    return lookAt({ ...spec, encoding: "latin-1" }, place);
  }
}

async function lookAt(spec: SourceSpec, place: LookPlace): Promise<Looked> {
  const { progress } = place;
  const source = await openSource(spec, place);
  const names = await source.tables();
  const tables = new Map<string, readonly ColumnFacts[]>();
  for (const name of names) {
    progress.report({ phase: `looking at ${name}`, done: tables.size, total: names.length });
    progress.signal.throwIfAborted();
    tables.set(name, await source.facts(names.length > 1 ? name : undefined));
  }
  return { spec, source, tables };
}

/** The same in the form that makes most numbers and dates of a text file's texts, where its texts look like some. */
export async function inBestForm(looked: Looked, place: LookPlace): Promise<Looked> {
  const { spec } = looked;
  if (spec.format !== "csv" || spec.decimal !== undefined || spec.dates !== undefined)
    return looked;
  let best = looked;
  for (const form of foundForms([...looked.tables.values()].flat())) {
    const tried = await lookAt({ ...spec, ...form }, place);
    if (textsIn(tried) < textsIn(best)) best = tried;
    else if (best !== looked && textsIn(tried) === textsIn(best)) {
      const isEither = tried.spec.dates?.join() !== best.spec.dates?.join();
      best = { ...best, isEither };
    }
  }
  return best;
}

function textsIn({ tables }: Looked): number {
  return [...tables.values()].flat().filter(({ looksLike }) => looksLike === "text").length;
}
