import type { IToken } from "chevrotain";

/** True for tokens that stand at the margin: first in their line, no further in than the first line. */
export function marginOf(text: string, tokens: readonly IToken[]): (token: IToken) => boolean {
  const indentOf = (token: IToken) => {
    const lineStart = text.lastIndexOf("\n", token.startOffset - 1) + 1;
    const before = text.slice(lineStart, token.startOffset);
    return /^\s*$/.test(before) ? before.length : Infinity;
  };
  const first = tokens.find((token) => token.image.trim() !== "");
  const margin = first === undefined ? 0 : indentOf(first);
  return (token) => indentOf(token) <= margin;
}
