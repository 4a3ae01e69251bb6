import { personalKind } from "../ir/personal.js";
import { quote } from "../ir/quote.js";
import type { ColumnType } from "../table/column-type.js";
import type { ColumnFacts } from "../table/source-types.js";
import type { CodeColumn, Column, NumberColumn } from "../table/table.js";
import { dateRange, datetimeRange, numberRange } from "./draft-range.js";
import { orderOf } from "./order-of.js";
import { patternOf } from "./pattern-of.js";
import { timesOf } from "./times-of.js";
import { unitOf } from "./unit-of.js";

/** A column as the draft understands it, with its values. */
export interface DraftColumn {
  readonly name: string;
  readonly header: string;
  /** What stands after the colon. */
  readonly type: string;
  /** How the values are used by rules; `aside`: made beside the model, so no rule may name it. */
  readonly kind: "number" | "date" | "datetime" | "choice" | "bool" | "aside";
  readonly unit?: string;
  readonly optional: boolean;
  /** Of an optional column made beside the model: how many values are missing, to two digits. */
  readonly missingPercent?: number;
  readonly guessed: boolean;
  readonly note?: string;
  readonly values: Column;
  readonly distinct: number;
  readonly isKey: boolean;
}

/** What a column is read as, before its type is worded. */
export function readType(facts: ColumnFacts): ColumnType {
  const { looksLike } = facts;
  switch (isCode(facts) ? "text" : looksLike) {
    case "int":
    case "real":
      return { kind: looksLike, learned: true };
    case "date":
    case "datetime":
      return { kind: looksLike, learned: true };
    default:
      return { kind: "category", values: [], ordered: false, learned: true };
  }
}

/** Longest list of categories that a person still reads. */
const mostListed = 40;
const longestList = 700;

/** Word the type of a column from its facts and values. */
export function draftColumn(facts: ColumnFacts, name: string, values: Column): DraftColumn {
  const { header, distinct } = facts;
  const optional = facts.missing > 0;
  const base = { name, header, optional, guessed: true, values, distinct, isKey: false };
  if (isKey(facts)) {
    const note = "a key: every row has another";
    return { ...base, type: "id", kind: "aside", guessed: false, note, isKey: true };
  }
  switch (isCode(facts) ? "text" : facts.looksLike) {
    case "int":
    case "real":
      return { ...base, ...measured(facts, values as NumberColumn) };
    case "date":
      return { ...base, ...dateRange(values as NumberColumn), kind: "date" };
    case "datetime":
      return { ...base, ...datetimeRange(values as NumberColumn), kind: "datetime" };
    case "bool":
      if (facts.values.every((value) => /^(true|false)$/i.test(value)))
        return { ...base, type: "bool", kind: "bool", guessed: false };
      return { ...base, ...texts(facts, values as CodeColumn) };
    case "text":
      return withShare(facts, { ...base, ...texts(facts, values as CodeColumn) });
  }
}

function withShare({ missing, rows }: ColumnFacts, column: DraftColumn): DraftColumn {
  if (missing === 0 || column.kind !== "aside") return column;
  const missingPercent = Number(((100 * missing) / rows).toPrecision(2));
  return { ...column, missingPercent, guessed: true };
}

type Worded = Pick<DraftColumn, "type" | "kind"> &
  Partial<Pick<DraftColumn, "unit" | "note" | "guessed">>;

function measured(facts: ColumnFacts, column: NumberColumn): Worded {
  const named = unitOf(facts.header);
  const flag = facts.distinct <= 2 && facts.min === "0" && facts.max === "1";
  const unit = named !== undefined && "unit" in named && !flag ? named.unit : undefined;
  const currency = named !== undefined && "currency" in named && !flag ? named.currency : undefined;
  const { range, step, note } = numberRange(column, { unit });
  const base = currency === undefined ? facts.looksLike : `money ${currency}`;
  const cents = currency !== undefined && step === 0.01;
  const words = [base, range, unit, step === undefined || cents ? undefined : `step ${step}`];
  return {
    type: words.filter((word) => word !== undefined).join(" "),
    kind: "number",
    ...spoken(unit ?? currency),
    ...(note === undefined ? {} : { note }),
  };
}

const spoken = (unit: string | undefined) => (unit === undefined ? {} : { unit });

function texts(facts: ColumnFacts, column: CodeColumn): Worded {
  const personal = personalOf(facts);
  const many = facts.distinct > mostListed;
  if (personal !== undefined && many)
    return {
      type: `text invented ${quote(personal)}`,
      kind: "aside",
      guessed: false,
      note: "looks personal: made up, never learned",
    };
  const listed = facts.values.length === facts.distinct && !many && !isMachine(facts.values);
  if (listed && facts.values.join(" ").length <= longestList) return choice(facts.values);
  const present = facts.rows - facts.missing;
  if (facts.distinct <= Math.min(2_000, present / 3)) {
    const note = `${facts.distinct} values, not listed here: read from the data at each run`;
    return { type: "category learned", kind: "choice", guessed: false, note };
  }
  const times = timesOf(column.levels);
  if (times !== undefined)
    return { type: `text like ${quote(times)}`, kind: "aside", note: timesNote };
  const pattern = patternOf(column.levels);
  if (pattern !== undefined)
    return { type: `text like ${quote(pattern)}`, kind: "aside", note: "the shape of its values" };
  const long = column.levels.some((level) => level.trim().split(/\s+/).length > 3);
  const note = "free text, made up; or say `written`, or `text` and `learn with language`";
  const invented = long ? "sentence" : "word";
  return { type: `text invented "${invented}"`, kind: "aside", guessed: false, note };
}

const timesNote =
  "times of day, made up; seconds since midnight (`int 0..86_399`) would be learned";

/** Long names that machines gave, such as UUIDs: no one reads a list of them. */
function isMachine(values: readonly string[]): boolean {
  return values.length > 3 && values.every((value) => /^[0-9a-f-]{16,}$/i.test(value));
}

function choice(values: readonly string[]): Worded {
  const order = orderOf(values);
  const sign = order === undefined ? " | " : " < ";
  const list = order ?? [...values].sort(byNumberThenText);
  return {
    type: list.map(quote).join(sign),
    kind: "choice",
    ...(order === undefined ? {} : { note: "its order is guessed from the words" }),
  };
}

function byNumberThenText(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) || difference === 0 ? Number(a > b) - Number(a < b) : difference;
}

/** Whole numbers that are names of things: each occurs often, and the header says so. */
function isCode(facts: ColumnFacts): boolean {
  const { header, looksLike, rows, missing, distinct } = facts;
  if (looksLike !== "int" || distinct > (rows - missing) / 3 || distinct < 3) return false;
  return (
    /(^|[_\s.-])(id|cd|zip|fips|icd\d*|naics|sic)$/i.test(header) ||
    /code$/i.test(header) ||
    /[a-z](Id|ID)$/.test(header)
  );
}

function isKey(facts: ColumnFacts): boolean {
  const { header, looksLike, rows, distinct, missing } = facts;
  if (missing > 0 || distinct < rows || rows < 3) return false;
  if (looksLike !== "int" && looksLike !== "text") return false;
  if (/(^|[_\s.-])(id|key|uuid|guid|no|nr|number|index|code)$/i.test(header)) return true;
  if (/^(id|uuid|index|unnamed.*|)$/i.test(header) || /[a-z]I[Dd]$/.test(header)) return true;
  const span = Number(facts.max) - Number(facts.min) + 1;
  return looksLike === "int" && rows >= 10 && span === rows && Number(facts.min) <= 1;
}

/** The kind of personal text, by the header or by the values. */
function personalOf({ header, values }: ColumnFacts): string | undefined {
  const shown = values.slice(0, 20);
  if (shown.length > 0 && shown.every((value) => /^\S+@\S+\.\S+$/.test(value))) return "email";
  const words = header.replace(/[\s.-]+/g, "_");
  if (/^first(_?name)?$/i.test(words)) return "first_name";
  if (/^(last|sur|maiden|family)(_?name)?$/i.test(words)) return "last_name";
  return personalKind(words);
}
