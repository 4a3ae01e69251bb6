import type { CstNode, IToken } from "chevrotain";
import { type LineRule, specParser } from "../../grammar/parser.js";

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
