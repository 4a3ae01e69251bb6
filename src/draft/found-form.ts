import type { ColumnFacts } from "../table/source-types.js";
import type { WrittenForm } from "../table/written-form.js";

const comma = /^[€$£¥\s]*[+-]?(\d{1,3}([.\s']\d{3})+|\d+)(,\d+)?[\s€$£¥%]*$/;
const dot = /^[€$£¥\s]*[+-]?(\d{1,3}([,\s']\d{3})+|\d+)(\.\d+)?[\s€$£¥%]*$/;
/** A comma that can't stand between thousands. */
const fraction = /,(\d{1,2}|\d{4,})\D*$/;

/**
 * The mark before fractions that the columns of text tell of, where all that the commonest values of one hold are
 * numbers with marks between thousands, signs of a currency or a comma before fractions.
 */
function decimalOf(texts: readonly ColumnFacts[]): string | undefined {
  const all = (pattern: RegExp) =>
    texts.filter(({ values }) => values.every((v) => pattern.test(v)));
  if (all(comma).some(({ values }) => values.some((value) => fraction.test(value)))) return ",";
  return all(dot).some(({ values }) => values.some((value) => /[,€$£¥%]/.test(value)))
    ? "."
    : undefined;
}

const numeric =
  /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:( )\d{1,2}:\d{2}(:\d{2})?( ?[AP]M)?)?$/i;
const named = /^\d{1,2}([- ])[A-Z][a-z]{2}\1\d{4}$/;

/** The patterns that the dates of a column may be written in, the likeliest first. */
function patternsOf({ values }: ColumnFacts, europe: boolean): string[] {
  const [first = ""] = values;
  const mark = named.exec(first)?.[1];
  if (mark !== undefined && values.every((value) => named.test(value)))
    return [`DD${mark}MMM${mark}YYYY`];
  const parts = values.map((value) => numeric.exec(value));
  const whole = parts.filter((part) => part !== null);
  const [one] = whole;
  if (one === undefined || whole.length < parts.length) return [];
  const [, , sign = "", , year = "", gap, seconds, noon] = one;
  const time =
    gap === undefined
      ? ""
      : ` hh:mm${seconds === undefined ? "" : ":ss"}${noon === undefined ? "" : noon.replace(/[AP]M/i, "AM")}`;
  const tail = `${year.length === 4 ? "YYYY" : "YY"}${time}`;
  const [day, month] = [`DD${sign}MM${sign}${tail}`, `MM${sign}DD${sign}${tail}`];
  if (whole.some((part) => Number(part[1]) > 12)) return [day];
  if (whole.some((part) => Number(part[3]) > 12)) return [month];
  return sign === "." || europe ? [day, month] : [month, day];
}

/**
 * How a text file may write its numbers and dates, as far as the commonest values of its columns of text tell: the
 * likeliest form first. Empty where they tell of nothing but ISO 8601 and plain numbers.
 */
export function foundForms(facts: readonly ColumnFacts[]): readonly WrittenForm[] {
  const texts = facts.filter(({ looksLike, values }) => looksLike === "text" && values.length > 0);
  const decimal = decimalOf(texts);
  const perColumn = texts.map((column) => patternsOf(column, decimal === ","));
  const certain = new Set(perColumn.flatMap((patterns) => (patterns.length === 1 ? patterns : [])));
  const likely = perColumn.map(
    (patterns) => patterns.find((pattern) => certain.has(pattern)) ?? patterns[0],
  );
  const form = (dates: readonly (string | undefined)[]): WrittenForm => {
    const found = [...new Set(dates)].filter((pattern) => pattern !== undefined);
    return {
      ...(decimal === undefined ? {} : { decimal }),
      ...(found.length === 0 ? {} : { dates: found }),
    };
  };
  const others = perColumn.map(
    (patterns, at) => patterns.find((one) => one !== likely[at]) ?? likely[at],
  );
  const forms = [form(likely), form(others)];
  return forms.filter((one) => one.decimal !== undefined || one.dates !== undefined);
}
