import type { IToken } from "chevrotain";
import { startsTopic } from "../../grammar/lines.js";
import { isA, Name, Newline, Percent, symbols, words } from "../../grammar/tokens.js";
import { TOPICS } from "../ir/report-words.js";

/** Which lines stand between the braces of a block. */
export type Inside = "table" | "privacy" | "fairness" | "learn" | "report";

/** A block as its braces and lines show it, before anything inside a line is read. */
export interface BlockOutline {
  readonly head: readonly IToken[];
  readonly inside?: Inside;
  readonly open?: IToken;
  readonly close?: IToken;
  readonly lines: readonly (readonly IToken[])[];
}

export interface Outline {
  readonly blocks: readonly BlockOutline[];
  /** Opening braces that nothing closes, with the token before which they should be closed. */
  readonly unclosed: readonly { readonly open: IToken; readonly before: IToken | undefined }[];
  /** Heads that need a brace and have none. */
  readonly unopened: readonly { readonly head: IToken; readonly after: IToken }[];
  /** Closing braces that close nothing. */
  readonly needless: readonly IToken[];
  /** Opening braces inside a block that open nothing. */
  readonly stray: readonly IToken[];
}

const { LBrace, RBrace, Colon, Comma } = symbols;

const bodies = new Map<unknown, Inside>([
  [words.Table, "table"],
  [words.Privacy, "privacy"],
  [words.Fairness, "fairness"],
  [words.Learn, "learn"],
  [words.Report, "report"],
  [words.Sweep, "report"],
]);
const blockStarts = new Set<unknown>([
  ...bodies.keys(),
  words.Spec,
  words.Source,
  words.Param,
  words.Writer,
  words.Generate,
  words.Show,
]);

/** Does this line start a block, wherever it stands? `table: int …` is a column. */
function startsBlock(line: readonly IToken[], inside: Inside | undefined): boolean {
  const [first, second, third] = line;
  if (first === undefined || !blockStarts.has(first.tokenType)) return false;
  if (second === undefined) return inside === undefined;
  if (first.tokenType === words.Privacy || first.tokenType === words.Fairness)
    return second.tokenType === LBrace || inside === undefined;
  if (second.tokenType === Colon) return inside === undefined;
  if (inside === "learn" || inside === "report")
    return line.some((token) => token.tokenType === LBrace) || third !== undefined;
  return true;
}

/**
 * Find the blocks. A block that is not closed ends where another plainly begins at the margin, so a
 * forgotten brace costs one message and no line.
 */
export function outline(
  tokens: readonly IToken[],
  margin: (token: IToken) => boolean,
  mendHead: MendHead,
): Outline {
  const finder = new BlockFinder(margin, mendHead);
  for (const line of linesOf(tokens)) finder.take(line);
  return finder.finish();
}

/** Split at newlines and around braces: `a { b }` gives `a {`, `b`, `}`. */
function linesOf(tokens: readonly IToken[]): IToken[][] {
  const lines: IToken[][] = [];
  let line: IToken[] = [];
  const end = () => {
    if (line.length > 0) lines.push(line);
    line = [];
  };
  for (const token of tokens) {
    if (token.tokenType === Newline) end();
    else if (token.tokenType === RBrace) {
      end();
      lines.push([token]);
    } else {
      line.push(token);
      if (token.tokenType === LBrace) end();
    }
  }
  end();
  return lines;
}

/** Puts a block word in the place of a first word that is none. */
type MendHead = (line: readonly IToken[]) => readonly IToken[];

interface OpenBlock {
  readonly head: readonly IToken[];
  readonly inside?: Inside;
  readonly open?: IToken;
  readonly lines: (readonly IToken[])[];
}

class BlockFinder {
  private readonly margin: (token: IToken) => boolean;
  private readonly mendHead: MendHead;
  private readonly blocks: BlockOutline[] = [];
  private readonly unclosed: { open: IToken; before: IToken | undefined }[] = [];
  private readonly unopened: { head: IToken; after: IToken }[] = [];
  private readonly needless: IToken[] = [];
  private readonly stray: IToken[] = [];
  private block: OpenBlock | undefined;
  /** Braces open inside the block, where none belong. */
  private nested = 0;
  /** They are those of another block, whose lines are passed over; else the lines are this block's. */
  private passes = false;
  /** A head that could still get its brace from the next line. */
  private waiting: readonly IToken[] | undefined;

  constructor(margin: (token: IToken) => boolean, mendHead: MendHead) {
    this.margin = margin;
    this.mendHead = mendHead;
  }

  take(line: readonly IToken[]): void {
    const first = line[0] as IToken;
    if (this.waiting !== undefined && this.settleWaiting(first)) return;
    if (this.block !== undefined) this.takeInside(this.block, line, first);
    else this.takeHead(line, first);
  }

  /** A head without a brace: the next line brings it, or shows that it was forgotten. */
  private settleWaiting(first: IToken): boolean {
    const head = this.waiting as readonly IToken[];
    this.waiting = undefined;
    const inside = bodies.get(head[0]?.tokenType) as Inside;
    if (first.tokenType === LBrace) {
      this.block = { head, inside, open: first, lines: [] };
      return true;
    }
    if (inside === "learn" || (inside === "report" && this.margin(first))) {
      this.blocks.push({ head, inside, lines: [] });
      return false;
    }
    this.unopened.push({ head: head[0] as IToken, after: head.at(-1) as IToken });
    this.block = { head, inside, lines: [] };
    return false;
  }

  private takeInside(block: OpenBlock, line: readonly IToken[], first: IToken): void {
    const within = this.nested > 0 && !this.margin(first);
    if (within && (this.passes || first.tokenType === RBrace)) {
      if (first.tokenType === RBrace) this.nested--;
      else if (line.at(-1)?.tokenType === LBrace) this.nested++;
    } else if (first.tokenType === RBrace) {
      this.blocks.push({ ...block, close: first });
      this.block = undefined;
      this.nested = 0;
    } else if (this.margin(first) && startsBlock(line, block.inside)) {
      this.nested = 0;
      this.closeBefore(first);
      this.takeHead(line, first);
    } else this.takeLine(block, line, first);
  }

  private takeLine(block: OpenBlock, line: readonly IToken[], first: IToken): void {
    const last = line.at(-1) as IToken;
    const opens = last.tokenType === LBrace;
    if (opens) {
      if (this.nested === 0) this.passes = blockStarts.has(first.tokenType);
      if (!this.passes) this.stray.push(last);
      this.nested++;
    }
    const kept = opens ? line.slice(0, -1) : line;
    if (kept.length > 0) block.lines.push(...splitLine(kept, block.inside));
  }

  private closeBefore(next: IToken | undefined): void {
    const block = this.block;
    if (block === undefined) return;
    if (block.open !== undefined) this.unclosed.push({ open: block.open, before: next });
    this.blocks.push(block);
    this.block = undefined;
  }

  private takeHead(found: readonly IToken[], first: IToken): void {
    if (first.tokenType === RBrace) {
      this.needless.push(first);
      return;
    }
    const line = blockStarts.has(first.tokenType) ? found : this.mendHead(found);
    const last = line.at(-1) as IToken;
    const inside = bodies.get(line[0]?.tokenType);
    if (last.tokenType === LBrace) {
      const head = line.slice(0, -1);
      this.block = { head, ...(inside === undefined ? {} : { inside }), open: last, lines: [] };
    } else if (inside !== undefined) this.waiting = line;
    else this.blocks.push({ head: line, lines: [] });
  }

  finish(): Outline {
    if (this.waiting !== undefined) {
      const head = this.waiting;
      const inside = bodies.get(head[0]?.tokenType) as Inside;
      if (inside !== "learn" && inside !== "report")
        this.unopened.push({ head: head[0] as IToken, after: head.at(-1) as IToken });
      this.blocks.push({ head, inside, lines: [] });
    }
    this.closeBefore(undefined);
    const { blocks, unclosed, unopened, needless, stray } = this;
    return { blocks, unclosed, unopened, needless, stray };
  }
}

/** Several statements in one line: report topics after a comma, or one by one. */
function splitLine(line: readonly IToken[], inside: Inside | undefined): (readonly IToken[])[] {
  if (inside !== "report") return [line];
  const parts: IToken[][] = [[]];
  for (const [at, token] of line.entries()) {
    const next = line[at + 1];
    if (token.tokenType === Comma && startsTopic(next) && isA(line[at + 2], Name)) parts.push([]);
    else if (token.tokenType === Comma && startsTopic(next) && next?.image === "holdout")
      parts.push([]);
    else if (at > 0 && beginsTopic(line, at)) parts.push([token]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

/** A topic's name with a word of that topic behind it, without a comma before it; `predict` wants a column. */
function beginsTopic(line: readonly IToken[], at: number): boolean {
  const [before, topic, word] = [line[at - 1], line[at], line[at + 1]];
  if (before?.image === "predict" || before?.tokenType === Comma || !startsTopic(topic))
    return false;
  if (topic?.image === "holdout") return word?.tokenType === Percent;
  return topic !== undefined && TOPICS[topic.image]?.includes(word?.image ?? "") === true;
}
