import type { IToken } from "chevrotain";
import { normaliseLines } from "../../grammar/lines.js";
import type { LineRule } from "../../grammar/parser.js";
import { scan } from "../../grammar/scan.js";
import { Identifier, Stray, tokenAt } from "../../grammar/tokens.js";
import { marginOf } from "./margin.js";
import { outline } from "./outline.js";

/** What stands before a place of a text, as far as it matters for what may follow. */
export interface Cursor {
  /** The rule that reads the line. */
  readonly rule: LineRule;
  /** The line's tokens before the word at the place. */
  readonly before: readonly IToken[];
  /** The first token of the block that the place is in, if any: `table`. */
  readonly head: readonly IToken[];
  /** The word or text that is being typed; `start` is where it begins. */
  readonly start: number;
  readonly typed: string;
  /** Inside a text in quotes, inside a comment, or neither. */
  readonly inside: "text" | "comment" | "code";
}

/** Find the statement that a place belongs to. Only the text before the place is looked at. */
export function cursorAt(text: string, offset: number): Cursor {
  const upTo = text.slice(0, offset);
  const { tokens, comments, faults } = scan(upTo);
  const lineStart = upTo.lastIndexOf("\n") + 1;
  const comment = comments.at(-1);
  const inComment = comment !== undefined && comment.startOffset >= lineStart;
  const open = faults.find((fault) => fault.kind === "unclosed-string" && fault.end === offset);
  const word = /[\p{L}_][\p{L}\p{N}_]*$/u.exec(upTo)?.[0] ?? "";
  const start = open?.start ?? offset - word.length;
  const kept = tokens.filter(
    (token) => token.tokenType !== Stray && (token.endOffset ?? 0) < start,
  );
  const mark = tokenAt(Identifier, "\u0000", start, start);
  const found = outline(normaliseLines([...kept, mark]), marginOf(upTo, kept), (line) => line);
  const isMark = (token: IToken) => token.image === "\u0000";
  const block = found.blocks.at(-1);
  const line = block?.lines.find((candidate) => candidate.some(isMark));
  const before = (line ?? block?.head ?? []).filter((token) => !isMark(token));
  return {
    rule: line === undefined || block?.inside === undefined ? "head" : `${block.inside}Line`,
    before,
    head: line === undefined ? [] : (block?.head ?? []),
    start,
    typed: text.slice(start, offset),
    inside: inComment ? "comment" : open === undefined ? "code" : "text",
  };
}
