import { literal } from "./duckdb.js";

/** How numbers and dates are written in a text file. */
export interface WrittenForm {
  /** The mark before fractions; the other of `,` and `.` groups thousands. */
  readonly decimal?: string;
  /** Patterns such as `DD.MM.YYYY`. */
  readonly dates?: readonly string[];
}

const directives: Readonly<Record<string, string>> = {
  YYYY: "%Y",
  YY: "%y",
  MMMM: "%B",
  MMM: "%b",
  MM: "%m",
  M: "%m",
  DD: "%d",
  D: "%d",
  hh: "%H",
  mm: "%M",
  ss: "%S",
  AM: "%p",
};
const word = /YYYY|YY|MMMM|MMM|MM|M|DD|D|hh|mm|ss|AM|T|[^A-Za-z%]+/y;

/**
 * A pattern of dates in the words of strptime: `DD.MM.YYYY hh:mm` is `%d.%m.%Y %H:%M`. Undefined where it
 * names no day, month and year, or has letters that mean nothing.
 */
export function strptimeOf(pattern: string): string | undefined {
  const parts: string[] = [];
  for (word.lastIndex = 0; word.lastIndex < pattern.length; ) {
    const part = word.exec(pattern)?.[0];
    if (part === undefined) return undefined;
    parts.push(part);
  }
  const has = (letter: string) => parts.filter((part) => part.startsWith(letter)).length === 1;
  if (!has("Y") || !has("M") || !has("D")) return undefined;
  const noon = parts.includes("AM");
  return parts.map((part) => (noon && part === "hh" ? "%I" : (directives[part] ?? part))).join("");
}

/** Whether a pattern tells the time of day. */
export const tellsTime = (pattern: string): boolean => pattern.includes("hh");

/** SQL of the moment that a text means by the patterns; undefined where there are none. */
export function momentSql(cell: string, { dates }: WrittenForm): string | undefined {
  const formats = (dates ?? []).map(strptimeOf).filter((format) => format !== undefined);
  if (formats.length === 0) return undefined;
  return `try_strptime(${cell}, [${formats.map(literal).join(", ")}])`;
}

/**
 * SQL of a number's text as every program reads it: without signs of a currency or of percent and without marks
 * between thousands, with a dot before fractions; NULL where the text is no number of that form.
 */
export function numberSql(cell: string, { decimal }: WrittenForm): string {
  if (decimal === undefined) return cell;
  const [mark, grouping] = decimal === "," ? [",", "."] : ["\\.", ","];
  const bare = `regexp_replace(${cell}, '^[\\s€$£¥]+|[\\s€$£¥%]+$', '', 'g')`;
  const between = `[${grouping} \u00a0\u202f'']`;
  const grouped = `'[+-]?\\d{1,3}(${between}\\d{3})+(${mark}\\d*)?'`;
  const plain = `'[+-]?\\d*(${mark}\\d*)?([eE][+-]?\\d+)?'`;
  const dotted = (text: string) => `replace(${text}, ${literal(decimal)}, '.')`;
  const joined = `regexp_replace(${bare}, '${between}', '', 'g')`;
  return `CASE WHEN regexp_full_match(${bare}, ${grouped}) THEN ${dotted(joined)} WHEN regexp_full_match(${bare}, ${plain}) THEN ${dotted(bare)} END`;
}
