import type { Frame } from "./frame.js";
import { rawOf } from "./frame.js";
import { parseDate, parseDatetime, parseNumber } from "./parse-value.js";
import type { ColumnFacts } from "./source-types.js";

const shown = 60;

/** Facts of every column of a frame. */
export function frameFacts(frame: Frame, missing: readonly string[]): readonly ColumnFacts[] {
  return frame.headers.map((header, place) => factsOf(frame, header, place, missing));
}

function factsOf(
  frame: Frame,
  header: string,
  place: number,
  missing: readonly string[],
): ColumnFacts {
  const raw = rawOf(frame, place, { kind: "text" }, missing);
  if (raw.kind !== "text") throw new TypeError("a text was asked for");
  const counts = new Map<string, number>();
  let absent = 0;
  for (const code of raw.codes) {
    const text = code < 0 ? "" : (raw.levels[code] as string).trim();
    if (text === "") absent++;
    else counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const texts = [...counts.keys()];
  const looksLike = looks(texts);
  const base = { header, looksLike, rows: frame.rows, missing: absent, distinct: texts.length };
  const measured = looksLike !== "text" && looksLike !== "bool";
  const values = measured && texts.length > shown ? [] : commonest(counts);
  if (!measured) return { ...base, values, ...straysOf(counts) };
  const ordered = texts.sort((a, b) => sizeOf(a, looksLike) - sizeOf(b, looksLike));
  return { ...base, values, min: ordered[0] as string, max: ordered.at(-1) as string };
}

/** Most words among numbers that are worth a thought. */
export const mostStrays = 3;

function straysOf(counts: ReadonlyMap<string, number>): Pick<ColumnFacts, "strays"> {
  const words = new Map([...counts].filter(([text]) => Number.isNaN(parseNumber(text))));
  const numbers = counts.size - words.size;
  if (words.size === 0 || words.size > mostStrays || numbers === 0) return {};
  return { strays: { words: commonest(words), numbers } };
}

function sizeOf(text: string, looksLike: ColumnFacts["looksLike"]): number {
  if (looksLike === "date") return parseDate(text);
  return looksLike === "datetime" ? parseDatetime(text) : parseNumber(text);
}

function looks(texts: readonly string[]): ColumnFacts["looksLike"] {
  if (texts.length === 0) return "text";
  const all = (test: (text: string) => boolean): boolean => texts.every(test);
  const codes = texts.some((text) => /^0\d+$/.test(text));
  if (!codes && all((text) => Number.isInteger(parseNumber(text)))) return "int";
  if (!codes && all((text) => !Number.isNaN(parseNumber(text)))) return "real";
  if (all((text) => /^(true|false|yes|no|[tfyn])$/i.test(text))) return "bool";
  if (all((text) => text.length <= 12 && !Number.isNaN(parseDate(text)))) return "date";
  return all((text) => !Number.isNaN(parseDatetime(text))) ? "datetime" : "text";
}

function commonest(counts: ReadonlyMap<string, number>): readonly string[] {
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return ranked.slice(0, shown).map(([text]) => text);
}
