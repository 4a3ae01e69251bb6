import type { CstNode, IToken } from "chevrotain";
import { impossible } from "../base/failure.js";
import type { Span } from "../base/source-text.js";
import type { Name, Numeral, Quoted } from "../ir/expression.js";

/** Where a token stands. */
export function spanOf(token: IToken): Span {
  return { start: token.startOffset, end: (token.endOffset ?? token.startOffset - 1) + 1 };
}

/** From the first to the last token of a node. */
export function extent(node: CstNode): Span {
  const start = node.location?.startOffset ?? 0;
  return { start, end: (node.location?.endOffset ?? start - 1) + 1 };
}

/** From the start of one span to the end of another. */
export function join(left: Span, right: Span): Span {
  return { start: left.start, end: right.end };
}

/** The first of a rule's children that an accepted line always has. */
export function first<T>(list: readonly T[] | undefined): T {
  const item = list?.[0];
  if (item === undefined) throw impossible("an accepted line lacks a part", list);
  return item;
}

export function nameOf(token: IToken): Name {
  return { text: token.image, span: spanOf(token) };
}

export function namesOf(tokens: readonly IToken[] | undefined): Name[] {
  return (tokens ?? []).map(nameOf);
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** A quoted text with its escapes undone: `\"`, `\\`, `\n`, `\t`; others stay as they are. */
export function quotedOf(token: IToken): Quoted {
  const { image } = token;
  const closed = image.length > 1 && image.endsWith('"');
  const inner = image.slice(1, closed ? -1 : undefined);
  const value = inner.replace(/\\(["\\ntr])/g, (_, sign: string) => escapes[sign] ?? sign);
  return { value, span: spanOf(token) };
}

export function numeralOf(token: IToken): Numeral {
  const percent = token.image.endsWith("%");
  const digits = token.image.replace(/[_%]/g, "");
  return { value: Number(digits), percent, span: spanOf(token) };
}
