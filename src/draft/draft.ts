import { quote } from "../ir/quote.js";
import type { Sketch, SketchColumn, SketchTable } from "../ir/sketch.js";
import type { DraftSource, DraftTable } from "./draft-table.js";
import { type FoundRef, findRefs } from "./refs.js";

/** Rows that a draft asks for: a round number, which tells nothing of the data. */
const wanted = "1_000";

/** A spec for sources that were looked through, for the data's owner to edit. */
export function draft(sources: readonly DraftSource[], name: string): Sketch {
  const tables = sources.flatMap((source) => source.tables);
  const refs = findRefs(tables);
  const roots = tables.filter((table) => !refs.some((ref) => ref.table === table));
  return {
    lead: leadOf(sources),
    name,
    sources: sources.map(sourceLine),
    tables: tables.map((table) => tableOf(table, refs)),
    tail:
      tables.length === 1
        ? [`generate made: ${wanted} rows seed 1`]
        : roots.slice(0, 1).map((root) => `generate ${wanted} ${root.name} seed 1`),
  };
}

function leadOf(sources: readonly DraftSource[]): readonly string[] {
  const where = sources.map(({ spec }) => spec.where).join(", ");
  return [
    `Drafted by \`parable new\` from the rows of ${where}. It tells about those rows: keep it as you keep them.`,
    "A line that ends in `guessed` was read from the data. Correct it where you know better; take out `guessed`",
    "where you know it without the data. With `privacy`, a spec that still guesses does not compile.",
  ];
}

function sourceLine({ spec, guessed, isEither }: DraftSource): string {
  const where = spec.format === "frame" ? spec.where : quote(spec.where);
  const words = spec.missing.map(quote).join(", ");
  const parts = [
    `source ${spec.name} = ${spec.format} ${where}`,
    words === "" ? undefined : `missing ${words}`,
    spec.delimiter === undefined ? undefined : `delimiter ${quote(spec.delimiter)}`,
    spec.encoding === undefined ? undefined : `encoding ${quote(spec.encoding)}`,
    spec.decimal === undefined ? undefined : `decimal ${quote(spec.decimal)}`,
    spec.dates === undefined ? undefined : `dates ${spec.dates.map(quote).join(", ")}`,
  ];
  const line = parts.filter((part) => part !== undefined).join(" ");
  const either = isEither
    ? [
        "# Guessed: which part of the dates is the day. All would be dates the other way round, too.",
      ]
    : [];
  return [...guessed.map(guessOf), ...either, line].join("\n");
}

const fewHeaders = 6;

function guessOf({ word, headers }: DraftSource["guessed"][number]): string {
  const shown = headers.slice(0, fewHeaders).map(quote).join(", ");
  const more = headers.length > fewHeaders ? ` and ${headers.length - fewHeaders} more` : "";
  return `# Guessed: ${quote(word)} means missing, since it is the only word among the numbers of ${shown}${more}.`;
}

function tableOf(table: DraftTable, refs: readonly FoundRef[]): SketchTable {
  const own = refs.filter((ref) => ref.table === table);
  const columns = table.columns.map((column): SketchColumn => {
    const header = column.header === column.name ? {} : { header: column.header };
    const note = column.note === undefined ? {} : { note: column.note };
    const { missingPercent } = column;
    const share = missingPercent === undefined ? {} : { missingPercent };
    const base = { name: column.name, ...header, optional: column.optional, ...share };
    const ref = own.find((each) => each.column === column);
    if (ref !== undefined)
      return { ...base, type: ref.type, guessed: true, note: `all are keys of ${ref.parent.name}` };
    const made = table.formulas.find((formula) => formula.column === column.name);
    if (made === undefined) return { ...base, type: column.type, guessed: column.guessed, ...note };
    const type = made.unit === undefined ? column.type : `${column.type} ${made.unit}`;
    const origin = `:= ${made.formula}`;
    return { ...base, type, origin, guessed: true, note: "so in every row" };
  });
  const gone = new Set(own.map((ref) => ref.column.name));
  const speaksOf = (text: string): boolean =>
    [...gone].some((name) => new RegExp(`(^|\\W)${name}($|\\W)`).test(text));
  return {
    name: table.name,
    from: table.inner === undefined ? table.source : `${table.source}.${table.inner}`,
    columns,
    rules: table.rules
      .filter(({ text }) => !speaksOf(text))
      .map(({ text, note }) => ({ text, note, guessed: true })),
    remarks: table.empty.map(
      (header) => `${header === "" ? "a column without a name" : header}: every value is missing`,
    ),
  };
}
