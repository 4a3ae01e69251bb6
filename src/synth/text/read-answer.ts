import { gridValue, snap } from "../../constraint/grid.js";
import { spansContain } from "../../constraint/spans.js";
import { parseDate, parseDatetime, parseNumber } from "../../table/parse-value.js";
import { describe } from "./describe.js";
import type { Field, NumberShape, RowsShape, Shape } from "./shape.js";

/** A value that fits, or why what was answered does not: words for the writer and for people. */
export type Reading<T> = { readonly value: T } | { readonly reason: string };

/** Numbers as they are (dates in days, datetimes in seconds), everything else as text; null is missing. */
export type CellAnswer = number | string | null;

/** The longest text that is taken. */
const LONGEST = 2_000;

/** The value of `{"value": …}`, judged against the shape. `prompt` guards against a writer that repeats it. */
export function readCell(
  shape: Exclude<Shape, RowsShape>,
  text: string,
  prompt: string,
): Reading<number | string> {
  const json = objectIn(text);
  if ("reason" in json) return json;
  if (!("value" in json.value)) return { reason: 'the JSON object has no "value"' };
  return readValue(shape, json.value["value"], prompt);
}

/** The rows of `{"rows": [ … ]}`: each by itself fits or does not. */
export function readRows(
  shape: RowsShape,
  text: string,
  prompt: string,
): Reading<readonly Reading<readonly CellAnswer[]>[]> {
  const json = objectIn(text);
  if ("reason" in json) return json;
  const rows = json.value["rows"];
  if (!Array.isArray(rows)) return { reason: 'the JSON object has no list of "rows"' };
  return { value: rows.slice(0, shape.count).map((row) => readRow(shape.fields, row, prompt)) };
}

function readRow(
  fields: readonly Field[],
  row: unknown,
  prompt: string,
): Reading<readonly CellAnswer[]> {
  if (typeof row !== "object" || row === null) return { reason: "a row is not an object" };
  const values: CellAnswer[] = [];
  for (const { name, shape, optional } of fields) {
    const given = (row as Record<string, unknown>)[name];
    if (given === null || given === undefined) {
      if (!optional) return { reason: `${name} is missing` };
      values.push(null);
      continue;
    }
    const read = readValue(shape, given, prompt);
    if ("reason" in read) return { reason: `${name}: ${read.reason}` };
    values.push(read.value);
  }
  return { value: values };
}

/** The JSON object in an answer; a fence of Markdown around it, or a model's thoughts before it, are no fault. */
function objectIn(text: string): Reading<Record<string, unknown>> {
  const said = text.trim().replace(/^<think>[\s\S]*?<\/think>\s*/i, "");
  const bare = said.replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/i, "$1");
  if (bare === "") return { reason: "the answer is empty" };
  try {
    const found: unknown = JSON.parse(bare);
    if (typeof found === "object" && found !== null && !Array.isArray(found)) {
      return { value: found as Record<string, unknown> };
    }
    return { reason: "the answer is no JSON object" };
  } catch {
    return { reason: `the answer is not JSON: ${shorten(bare)}` };
  }
}

/** Whether a JSON value is one of the shape's. Nothing is rounded, cut or guessed. */
function readValue(
  shape: Exclude<Shape, RowsShape>,
  given: unknown,
  prompt: string,
): Reading<number | string> {
  const off = (): Reading<never> => ({
    reason: `${shorten(JSON.stringify(given))} is not ${describe(shape)}`,
  });
  switch (shape.kind) {
    case "choice": {
      const word = typeof given === "string" ? given.trim() : String(given);
      if (shape.values.includes(word)) return { value: word };
      const alike = shape.values.filter((value) => value.toLowerCase() === word.toLowerCase());
      return alike.length === 1 ? { value: alike[0] as string } : off();
    }
    case "number":
      return readNumber(shape, given) ?? off();
    case "date":
    case "datetime": {
      const read = shape.kind === "date" ? parseDate : parseDatetime;
      const value = typeof given === "string" ? read(given.trim()) : Number.NaN;
      return spansContain(shape.spans, value) ? { value } : off();
    }
    case "text":
      return readText(shape.like, given, prompt);
  }
}

function readNumber(shape: NumberShape, given: unknown): Reading<number> | undefined {
  const value =
    typeof given === "number" ? given : typeof given === "string" ? parseNumber(given) : Number.NaN;
  if (!Number.isFinite(value)) return undefined;
  const { step, spans } = shape;
  if (step !== undefined) {
    const index = Math.round(value / step);
    const near = gridValue(index, step);
    if (Math.abs(near - value) > 1e-9 * Math.max(1, Math.abs(value))) return undefined;
  }
  const found = snap(value, step);
  return spansContain(spans, found) ? { value: found } : undefined;
}

function readText(like: string | undefined, given: unknown, prompt: string): Reading<string> {
  if (typeof given !== "string")
    return { reason: `${shorten(JSON.stringify(given))} is not a text` };
  const text = like === undefined ? given.trim() : given;
  if (like !== undefined) {
    return new RegExp(`^(?:${like})$`).test(text)
      ? { value: text }
      : { reason: `${shorten(JSON.stringify(text))} does not match ${like}` };
  }
  if (text === "") return { reason: "the text is empty" };
  if (text.length > LONGEST) return { reason: `the text has ${text.length} letters; be brief` };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text))
    return { reason: "the text has control characters" };
  const asked = prompt.trim();
  if (asked.length >= 12 && text.toLowerCase().includes(asked.toLowerCase())) {
    return { reason: "the answer repeats the question" };
  }
  return { value: text };
}

/** At most so much of an answer as fits in a message. */
export function shorten(text: string, most = 60): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
