import { type ColumnType, isNumeric } from "./column-type.js";
import { type ConformedColumn, conformNumbers, Examples } from "./conform-numbers.js";
import { parseAs, parseBool } from "./parse-value.js";
import type { RawTexts } from "./raw-column.js";
import type { ColumnRequest } from "./source-types.js";
import { MISSING } from "./table.js";

/** Texts as a type reads them: each different text is looked at once. */
export function conformTexts(raw: RawTexts, wanted: ColumnRequest): ConformedColumn {
  return isNumeric(wanted.type) ? asNumbers(raw, wanted) : asCodes(raw, wanted);
}

function asNumbers(raw: RawTexts, wanted: ColumnRequest): ConformedColumn {
  const meanings = Float64Array.from(raw.levels, (text) => parseAs(wanted.type.kind, text));
  const blank = raw.levels.map((text) => text.trim() === "");
  const values = new Float64Array(raw.codes.length);
  const rows: number[] = [];
  const texts: string[] = [];
  for (let row = 0; row < values.length; row++) {
    const code = raw.codes[row] as number;
    values[row] = code < 0 ? Number.NaN : (meanings[code] as number);
    if (code >= 0 && Number.isNaN(meanings[code]) && !blank[code]) {
      rows.push(row);
      texts.push(raw.levels[code] as string);
    }
  }
  return conformNumbers(
    { kind: "number", values, unreadable: { rows: Uint32Array.from(rows), texts } },
    wanted,
  );
}

function asCodes(raw: RawTexts, wanted: ColumnRequest): ConformedColumn {
  const { levels, target } = meaningOf(raw.levels, wanted.type);
  const examples = new Examples();
  const codes = new Int32Array(raw.codes.length);
  let outside = 0;
  let missing = 0;
  for (let row = 0; row < codes.length; row++) {
    const given = raw.codes[row] as number;
    const code = given < 0 ? BLANK : (target[given] as number);
    if (code >= 0) {
      codes[row] = code;
      continue;
    }
    codes[row] = MISSING;
    if (code === BLANK) missing++;
    else {
      outside++;
      if (examples.texts.length < 5) examples.add(raw.levels[given] as string);
    }
  }
  return {
    column: { kind: "code", name: wanted.name, type: wanted.type, codes, levels },
    outside,
    missing,
    rounded: 0,
    examples: examples.texts,
  };
}

const BLANK = -2;
const OUTSIDE = -3;

/** The levels of a type, and for each given text its level, `BLANK` or `OUTSIDE`. */
function meaningOf(texts: readonly string[], type: ColumnType) {
  switch (type.kind) {
    case "bool":
      return { levels: ["false", "true"], target: texts.map(boolCode) };
    case "category":
      return type.learned ? learnedLevels(texts) : declaredLevels(texts, type.values);
    case "text":
      return textLevels(texts, type.like);
    default:
      return collect(texts, (text) => (text.trim() === "" ? BLANK : text));
  }
}

function boolCode(text: string): number {
  const code = parseBool(text);
  if (code >= 0) return code;
  return text.trim() === "" ? BLANK : OUTSIDE;
}

function declaredLevels(texts: readonly string[], values: readonly string[]) {
  const codes = new Map(values.map((value, code) => [value, code]));
  const find = (text: string): number => {
    const exact = codes.get(text) ?? codes.get(text.trim());
    if (exact !== undefined) return exact;
    const number = Number(text);
    if (text.trim() === "") return BLANK;
    return (Number.isNaN(number) ? undefined : codes.get(String(number))) ?? OUTSIDE;
  };
  return { levels: values, target: texts.map(find) };
}

function learnedLevels(texts: readonly string[]) {
  return collect(texts, (text) => (text.trim() === "" ? BLANK : text.trim()));
}

function textLevels(texts: readonly string[], like: string | undefined) {
  const pattern = like === undefined ? undefined : new RegExp(`^(?:${like})$`, "u");
  return collect(texts, (text) => (pattern === undefined || pattern.test(text) ? text : OUTSIDE));
}

/** Levels in order of first appearance of whatever `read` makes of each text. */
function collect(texts: readonly string[], read: (text: string) => string | number) {
  const levels: string[] = [];
  const known = new Map<string, number>();
  const target = texts.map((text) => {
    const meaning = read(text);
    if (typeof meaning === "number") return meaning;
    const code = known.get(meaning) ?? levels.length;
    if (code === levels.length) {
      known.set(meaning, code);
      levels.push(meaning);
    }
    return code;
  });
  return { levels, target };
}
