import type { CstNode, IToken } from "chevrotain";
import { type LineRule, specParser } from "../../grammar/parser.js";
import { symbols, tokenAt, typeOfSpelling, words } from "../../grammar/tokens.js";
import { blockWords } from "../../grammar/words.js";
import { diagnose, here, remedy } from "../base/diagnose.js";
import type { Diagnostic } from "../base/diagnostic.js";
import { suggest } from "../base/suggest.js";
import { spanOf } from "./build-base.js";
import { explainLine } from "./explain-line.js";

const deepest = 100;

/** Reads lines one by one and says what is wrong with those that it can't read. */
export class LineReader {
  readonly diagnostics: Diagnostic[] = [];
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The tree of a line, or undefined after a diagnostic that says why there is none. */
  read(line: readonly IToken[], rule: LineRule): CstNode | undefined {
    if (tooDeep(line)) {
      const span = {
        start: spanOf(line[0] as IToken).start,
        end: spanOf(line.at(-1) as IToken).end,
      };
      this.diagnostics.push(diagnose("P0116", {}, { spans: [here(span)] }));
      return undefined;
    }
    const read = readTokens(line, rule);
    if (read.tree !== undefined) return read.tree;
    const { diagnostics, mended } = explainLine(line, rule, this.text);
    this.diagnostics.push(...diagnostics);
    return mended === undefined ? undefined : readTokens(mended, rule).tree;
  }

  /** A line at the top that starts no block: the nearest block word takes the place of its first. */
  mendHead(line: readonly IToken[]): readonly IToken[] {
    const first = line[0] as IToken;
    const meant = suggest(first.image, Object.values(blockWords));
    const type = meant === undefined ? undefined : typeOfSpelling(meant);
    if (meant === undefined || type === undefined || line[1]?.tokenType === symbols.Colon)
      return line;
    const span = spanOf(first);
    this.diagnostics.push(
      diagnose(
        "P0102",
        { word: first.image, where: "of a spec", meant },
        {
          spans: [here(span, `did you mean ${meant}?`)],
          try: [remedy(`write \`${meant}\``, span, meant)],
        },
      ),
    );
    return [tokenAt(type, meant, span.start, span.end), ...line.slice(1)];
  }
}

/** Read tokens by a rule of the grammar; without a tree, `at` is where the parser gave up. */
export function readTokens(
  tokens: readonly IToken[],
  rule: LineRule,
): { readonly tree?: CstNode; readonly at?: IToken } {
  const parser = specParser();
  parser.input = [...tokens];
  const tree = parser[rule]() as CstNode;
  const error = parser.errors[0];
  return error === undefined ? { tree } : { at: error.token };
}

/** Parentheses, signs and `not` inside one another, beyond what anyone writes. */
function tooDeep(line: readonly IToken[]): boolean {
  let depth = 0;
  let prefixes = 0;
  let powers = 0;
  for (const token of line) {
    if (token.tokenType === symbols.LParen) depth++;
    if (token.tokenType === symbols.RParen) depth--;
    if (token.tokenType === symbols.Caret) powers++;
    prefixes =
      token.tokenType === symbols.Minus || token.tokenType === words.Not ? prefixes + 1 : 0;
    if (depth > deepest || prefixes > deepest || powers > deepest) return true;
  }
  return false;
}
