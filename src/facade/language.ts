import { blocksOf } from "../ir/spec.js";
import { parse } from "../parse/parse.js";

/** Where a completion goes and what may stand there; offsets in UTF-16 code units of the text. */
export interface Completion {
  readonly start: number;
  readonly end: number;
  readonly items: readonly CompletionItem[];
}

export interface CompletionItem {
  readonly text: string;
  /** keyword, column, table, source … */
  readonly kind: string;
}

const starters =
  "spec source param table privacy fairness learn writer generate report show sweep protect budget spend require when expect unique across outcome keep rebalance".split(
    " ",
  );

/** What may be typed at an offset: statement words and the names that the spec declares. */
export async function completeSpec(text: string, offset: number): Promise<Completion> {
  const word = /[\p{L}\p{N}_]*$/u.exec(text.slice(0, offset))?.[0] ?? "";
  const { spec } = parse(text, "completion");
  const items: CompletionItem[] = starters.map((text) => ({ text, kind: "keyword" }));
  for (const table of blocksOf(spec, "table")) {
    items.push({ text: table.name.text, kind: "table" });
    for (const column of table.columns) items.push({ text: column.name.text, kind: "column" });
  }
  for (const source of blocksOf(spec, "source"))
    items.push({ text: source.name.text, kind: "source" });
  const fitting = items.filter((item) => item.text.startsWith(word) && item.text !== word);
  return { start: offset - word.length, end: offset, items: fitting };
}

/** What is known of the name at an offset; undefined where there is nothing to say. */
export async function inspectSpec(
  text: string,
  offset: number,
): Promise<{ readonly plain: string; readonly markdown: string } | undefined> {
  const { spec } = parse(text, "inspection");
  for (const table of blocksOf(spec, "table")) {
    for (const column of table.columns) {
      const { start, end } = column.name.span;
      if (offset < start || offset > end) continue;
      const line = text.slice(column.span.start, column.span.end);
      const plain = column.doc === undefined ? line : `${line}\n${column.doc}`;
      return { plain, markdown: `\`\`\`\n${line}\n\`\`\`\n${column.doc ?? ""}` };
    }
  }
  return undefined;
}

/** Whether a text is a whole spec, may become one, or can't any more. */
export async function isCompleteSpec(
  text: string,
): Promise<{ readonly status: "complete" | "incomplete" | "invalid"; readonly indent: string }> {
  const open = text.split("{").length - text.split("}").length;
  if (open > 0) return { status: "incomplete", indent: "  ".repeat(open) };
  const broken = parse(text, "cell").diagnostics.some((each) => each.severity === "error");
  return { status: broken ? "invalid" : "complete", indent: "" };
}
