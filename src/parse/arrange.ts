import type { Span } from "../base/source-text.js";
import type { Comment } from "../ir/spec.js";

/** A statement ready to be set: its text without indentation. */
export interface Item {
  readonly span: Span;
  readonly doc?: string;
  readonly text: string;
  /** The text without alignment, for a block in one line. */
  readonly flat?: string;
}

interface Line {
  readonly span: Span;
  text: string;
}

/**
 * Statements and comments in the order of the text, indented; a comment behind a statement stays
 * behind it, one in the midst of it moves above it, and one blank line stays where there were some.
 */
export function arrange(
  items: readonly Item[],
  comments: readonly Comment[],
  text: string,
  indent: string,
): string {
  const lines: Line[] = [];
  const rest = [...comments].sort((left, right) => left.span.start - right.span.start);
  const own = (comment: Comment) => lines.push({ span: comment.span, text: indent + comment.text });
  for (const item of items) {
    while (rest[0] !== undefined && rest[0].span.start < item.span.end)
      own(rest.shift() as Comment);
    const docs = item.doc?.split("\n").map((doc) => `${indent}##${doc === "" ? "" : ` ${doc}`}\n`);
    const body = indent + item.text.replaceAll("\n", `\n${indent}`);
    const line = { span: item.span, text: (docs?.join("") ?? "") + body };
    lines.push(line);
    const next = rest[0];
    if (next !== undefined && /^[^\S\n]*$/.test(text.slice(item.span.end, next.span.start))) {
      line.text += `  ${next.text}`;
      lines[lines.length - 1] = {
        text: line.text,
        span: { start: item.span.start, end: next.span.end },
      };
      rest.shift();
    }
  }
  for (const comment of rest) own(comment);
  return lines.map((line, index) => gapBefore(lines[index - 1], line, text) + line.text).join("\n");
}

/** A blank line, where the author left at least one after the line before. */
function gapBefore(before: Line | undefined, line: Line, text: string): string {
  if (before === undefined) return "";
  if (text === "") return line.text.includes("\n") || before.text.includes("\n") ? "\n" : "";
  const between = text.slice(before.span.end, line.span.start);
  return /^[^\S\n]*\n[^\S\n]*\n/.test(between) || /\n[^\S\n]*\n\s*(##[^\n]*\n\s*)*$/.test(between)
    ? "\n"
    : "";
}
