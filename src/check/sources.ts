import { here, remedy } from "../base/diagnose.js";
import { suggest } from "../base/suggest.js";
import type { CheckedSource, CheckedTable } from "../ir/checked.js";
import { blocksOf, type SourceBlock } from "../ir/spec.js";
import { strptimeOf } from "../table/written-form.js";
import type { Desk } from "./desk.js";
import { learnsText } from "./language.js";
import { sayUnknown } from "./resolve.js";
import type { ColumnEntry, TableEntry } from "./scope.js";
import { shareOf } from "./share.js";

/** The kinds of source that there are. */
const FORMATS: readonly string[] = [
  "csv",
  "parquet",
  "json",
  "arrow",
  "duckdb",
  "postgres",
  "mysql",
  "sqlite",
  "frame",
  "example",
];

export function checkedSources(desk: Desk): CheckedSource[] {
  const seen = new Map<string, SourceBlock>();
  for (const block of blocksOf(desk.spec, "source")) {
    const name = block.name.text;
    const first = seen.get(name);
    if (first !== undefined) {
      const parameters = { what: "source", name, line: desk.line(first.name.span) };
      desk.say("P0201", parameters, { spans: [here(block.name.span, "here again")] });
      continue;
    }
    seen.set(name, block);
    const { format } = block;
    if (!FORMATS.includes(format.text)) {
      const suggestion = suggest(format.text, FORMATS);
      const parameters = {
        what: "kind of source",
        name: format.text,
        ...(suggestion === undefined ? {} : { suggestion }),
      };
      desk.say("P0210", parameters, {
        spans: [here(format.span)],
        because: [`the kinds are: ${FORMATS.join(", ")}`],
        try:
          suggestion === undefined ? [] : [remedy(`write ${suggestion}`, format.span, suggestion)],
      });
    }
  }
  for (const block of seen.values()) checkForm(block, desk);
  return [...seen.values()].map(sourceOf);
}

/** Marks and patterns that say nothing (P0314). */
function checkForm({ decimal, dates }: SourceBlock, desk: Desk): void {
  if (decimal !== undefined && decimal.value !== "," && decimal.value !== ".") {
    const what = 'a mark before fractions: `","` or `"."`';
    desk.say("P0314", { text: `"${decimal.value}"`, what }, { spans: [here(decimal.span)] });
  }
  for (const { value, span } of dates) {
    if (strptimeOf(value) !== undefined) continue;
    const what = "a pattern of dates";
    desk.say(
      "P0314",
      { text: `"${value}"`, what },
      {
        spans: [here(span)],
        because: [
          'it is made of YYYY or YY, MM (or MMM, as in Jan), DD, and hh, mm, ss, AM for times, as in "DD.MM.YYYY hh:mm"',
        ],
      },
    );
  }
}

function sourceOf(block: SourceBlock): CheckedSource {
  const { delimiter, encoding, decimal, dates, capEpsilon } = block;
  return {
    name: block.name.text,
    format: block.format.text,
    where: "value" in block.where ? block.where.value : block.where.text,
    missing: block.missing.map((quoted) => quoted.value),
    ...(delimiter === undefined ? {} : { delimiter: delimiter.value }),
    ...(encoding === undefined ? {} : { encoding: encoding.value }),
    ...(decimal === undefined ? {} : { decimal: decimal.value }),
    ...(dates.length === 0 ? {} : { dates: dates.map(({ value }) => value) }),
    ...(capEpsilon === undefined ? {} : { capEpsilon: shareOf(capEpsilon) }),
    isPublic: block.isPublic,
  };
}

/** `from SOURCE[.table]` of a table. */
export function sourceUse(
  entry: TableEntry,
  sources: readonly CheckedSource[],
  desk: Desk,
): CheckedTable["source"] {
  const use = entry.node.source;
  if (use === undefined) return undefined;
  const name = use.name.text;
  if (sources.some((source) => source.name === name)) desk.use("source", name);
  else
    sayUnknown(
      { desk },
      "source",
      use.name,
      sources.map((source) => source.name),
    );
  return use.table === undefined ? { name } : { name, table: use.table.text };
}

/** Columns that the source lacks (P0207), and headers that no column takes (P0208). */
export function checkHeaders(
  entry: TableEntry,
  headers: ReadonlyMap<string, readonly string[]> | undefined,
  desk: Desk,
): void {
  const use = entry.node.source;
  if (use === undefined || headers === undefined) return;
  const source = use.table === undefined ? use.name.text : `${use.name.text}.${use.table.text}`;
  const found = headers.get(source) ?? headers.get(use.name.text);
  if (found === undefined) return;
  const taken = new Set<string>();
  const learnsTexts = learnsText(desk.spec, entry.name);
  const read = [...entry.columns.values()].filter((column) => isRead(column, learnsTexts));
  for (const column of read) taken.add(column.header);
  for (const column of read) {
    if (!found.includes(column.header)) sayMissing(column, source, found, taken, desk);
  }
  const made = new Set([...entry.columns.values()].map(({ header }) => header));
  const free = found.filter((header) => !taken.has(header) && !made.has(header));
  if (free.length > 0) {
    desk.say(
      "P0208",
      { source, headers: free },
      {
        spans: [here(use.name.span)],
        because: [
          free.length > 8
            ? `${free.slice(0, 8).join(", ")}, and ${free.length - 8} more`
            : free.join(", "),
        ],
      },
    );
  }
}

function sayMissing(
  column: ColumnEntry,
  source: string,
  found: readonly string[],
  taken: ReadonlySet<string>,
  desk: Desk,
): void {
  const suggestion =
    suggest(
      column.header,
      found.filter((header) => !taken.has(header)),
    ) ?? containing(column.header, found, taken);
  const { node } = column;
  const at = node.headers[0]?.span ?? node.name.span;
  const fix =
    node.headers.length === 0
      ? remedy(
          `add from "${suggestion}"`,
          { start: node.type.span.end, end: node.type.span.end },
          ` from "${suggestion}"`,
        )
      : remedy(`write "${suggestion}"`, at, `"${suggestion}"`);
  desk.say(
    "P0207",
    {
      source,
      column: column.name,
      header: column.header,
      ...(suggestion === undefined ? {} : { suggestion }),
    },
    {
      spans: [here(at, "not among its headers")],
      because: [`${source} has: ${found.slice(0, 30).join(", ")}`],
      try: suggestion === undefined ? [] : [fix],
    },
  );
}

/** `hours` is part of `hours-per-week`. */
function containing(
  header: string,
  found: readonly string[],
  taken: ReadonlySet<string>,
): string | undefined {
  const lower = header.toLowerCase();
  const near = found.filter(
    (other) =>
      !taken.has(other) &&
      other
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .includes(lower),
  );
  return near.length === 1 ? near[0] : undefined;
}

/** Whether the column is read from the source: not computed, written, or invented. */
function isRead(column: ColumnEntry, learnsTexts: boolean): boolean {
  const origin = column.node.origin?.kind;
  if (origin === "computed" || origin === "written") return false;
  return column.type.kind !== "text" || column.node.headers.length > 0 || learnsTexts;
}
