import { quote } from "./quote.js";

/** A spec that is being drafted: the parts that need wording, each with what to say about it. */
export interface Sketch {
  /** Lines of comment at the top. */
  readonly lead: readonly string[];
  readonly name: string;
  readonly title?: string;
  /** Whole lines: `source census = csv "census.csv"`. */
  readonly sources: readonly string[];
  readonly tables: readonly SketchTable[];
  /** Whole lines after the tables: `generate 1_000 rows seed 1`. */
  readonly tail: readonly string[];
}

export interface SketchTable {
  readonly name: string;
  /** `census`, or `ehr.stays`. */
  readonly from?: string;
  readonly columns: readonly SketchColumn[];
  readonly rules: readonly SketchRule[];
  /** Lines of comment at the end of the table. */
  readonly remarks: readonly string[];
}

export interface SketchColumn {
  readonly name: string;
  /** What stands after the colon, up to `or missing`. */
  readonly type: string;
  /** `:= a + b`. */
  readonly origin?: string;
  readonly optional: boolean;
  /** Of the values, in percent, how many are missing; where nothing is learned of them. */
  readonly missingPercent?: number;
  readonly header?: string;
  readonly guessed: boolean;
  readonly doc?: string;
  /** A comment behind the line. */
  readonly note?: string;
}

export interface SketchRule {
  readonly text: string;
  readonly guessed: boolean;
  readonly note?: string;
}

/** A sketch as the text of a spec, to be formatted. */
export function sketchText(sketch: Sketch): string {
  const title = sketch.title === undefined ? "" : ` ${quote(sketch.title)}`;
  const parts = [
    sketch.lead.map((line) => `# ${line}`.trimEnd()).join("\n"),
    `spec ${sketch.name}${title}`,
    sketch.sources.join("\n"),
    ...sketch.tables.map(tableText),
    sketch.tail.join("\n"),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function tableText(table: SketchTable): string {
  const from = table.from === undefined ? "" : ` from ${table.from}`;
  const columns = table.columns.flatMap((column) => [
    ...(column.doc?.split("\n").map((line) => `  ## ${line}`) ?? []),
    `  ${columnText(column)}`,
  ]);
  const rules = table.rules.map((rule) => `  ${lineText(rule.text, rule)}`);
  const remarks = table.remarks.map((line) => `  # ${line}`);
  const gap = rules.length === 0 ? [] : [""];
  return [
    `table ${table.name}${from} {`,
    ...columns,
    ...gap,
    ...rules,
    ...(remarks.length === 0 ? [] : ["", ...remarks]),
    "}",
  ].join("\n");
}

function columnText(column: SketchColumn): string {
  const { missingPercent } = column;
  const share = missingPercent === undefined ? "" : ` ${missingPercent}%`;
  const missing = column.optional ? ` or missing${share}` : "";
  const origin = column.origin === undefined ? "" : ` ${column.origin}`;
  const from = column.header === undefined ? "" : ` from ${quote(column.header)}`;
  return lineText(`${column.name}: ${column.type}${missing}${origin}${from}`, column);
}

function lineText(text: string, line: { readonly guessed: boolean; readonly note?: string }) {
  return `${text}${line.guessed ? " guessed" : ""}${line.note === undefined ? "" : `  # ${line.note}`}`;
}

/** Words that a drafted column may not have as its name: they join, or begin a line of a table. */
export const unfitNames: readonly string[] = [
  ..."and or not in is then from given of per each with across missing present learned written seed true false".split(
    " ",
  ),
  ..."require when expect unique correlate guessed".split(" "),
];

/**
 * A name of the language for a name of another: what is no letter or digit becomes `_`, and one that
 * is taken or unfit gets another ending.
 */
export function nameFor(foreign: string, taken: ReadonlySet<string>, fallback: string): string {
  const plain = foreign
    .replace(/[^A-Za-z0-9_\u00AA-\u1FFF\u3040-\uD7FF]+/gu, "_")
    .replace(/^_+|_+$/g, "");
  const started = /^\p{L}/u.test(plain) ? plain : plain === "" ? fallback : `_${plain}`;
  const base = unfitNames.includes(started) ? `${started}_` : started;
  let name = base;
  for (let more = 2; taken.has(name); more++) name = `${base}_${more}`;
  return name;
}

/** A number as people write it in a spec: `48_842`, `0.05`. */
export function numberText(value: number): string {
  const text = String(Object.is(value, -0) ? 0 : value);
  if (/e/.test(text)) return text;
  const [whole = "", part] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, "_");
  const readable = whole.replace("-", "").length > 4 ? grouped : whole;
  return part === undefined ? readable : `${readable}.${part}`;
}
