import type { IToken } from "chevrotain";
import { Newline } from "../../grammar/tokens.js";
import type { Comment } from "../ir/spec.js";
import { spanOf } from "./build-base.js";

/** The comments of a text; `##` lines go to the statement that follows them. */
export class Comments {
  private readonly all: readonly IToken[];
  private readonly taken = new Set<IToken>();
  /** Doc comments by the start of the token that follows them. */
  private readonly docs = new Map<number, IToken[]>();

  constructor(text: string, tokens: readonly IToken[], comments: readonly IToken[]) {
    this.all = comments;
    let at = 0;
    for (const comment of comments) {
      if (!comment.image.startsWith("##") || !ownLine(text, comment)) continue;
      while (at < tokens.length && !follows(tokens[at] as IToken, comment)) at++;
      const next = tokens[at]?.startOffset;
      if (next === undefined) continue;
      const list = this.docs.get(next) ?? [];
      list.push(comment);
      this.docs.set(next, list);
    }
  }

  /** The doc of the statement that begins with this token. */
  docFor(first: IToken): { readonly doc?: string } {
    const comments = this.docs.get(first.startOffset);
    if (comments === undefined) return {};
    for (const comment of comments) this.taken.add(comment);
    return {
      doc: comments.map((comment) => comment.image.replace(/^## ?/, "").trimEnd()).join("\n"),
    };
  }

  /** All that are not docs. */
  rest(): Comment[] {
    return this.all
      .filter((comment) => !this.taken.has(comment))
      .map((comment) => ({ span: spanOf(comment), text: comment.image.trimEnd() }));
  }
}

function follows(token: IToken, comment: IToken): boolean {
  return token.tokenType !== Newline && token.startOffset > comment.startOffset;
}

function ownLine(text: string, comment: IToken): boolean {
  const start = text.lastIndexOf("\n", comment.startOffset - 1) + 1;
  return text.slice(start, comment.startOffset).trim() === "";
}
