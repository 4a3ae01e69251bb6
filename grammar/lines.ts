import type { IToken, TokenType } from "chevrotain";
import { isA, Name, Newline, reservedTypes, symbols, tokenAt, words } from "./tokens.js";
import { topicWords } from "./words.js";

const {
  Pipe,
  Comma,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Equal,
  NotEqual,
  Plus,
  Minus,
  Star,
  Slash,
  Caret,
  Tilde,
  Define,
  DotDot,
  Arrow,
  Colon,
  LParen,
  RParen,
  LBrace,
  RBrace,
} = symbols;

/** A line that ends or begins with one of these goes on. */
const joins: ReadonlySet<TokenType> = new Set([
  Pipe,
  Comma,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Equal,
  NotEqual,
  Plus,
  Minus,
  Star,
  Slash,
  Caret,
  Tilde,
  Define,
  DotDot,
  Arrow,
  words.And,
  words.Or,
  words.Then,
]);
/** Words that can't begin a statement: a line that begins with one belongs to the line before. */
const carriesOn: ReadonlySet<TokenType> = new Set([
  words.In,
  words.Is,
  words.From,
  words.Given,
  words.Of,
  words.Per,
  words.Seed,
  words.Written,
  words.With,
]);
const starters: ReadonlySet<TokenType> = new Set([
  words.Require,
  words.When,
  words.Expect,
  words.Unique,
  words.Correlate,
  words.Table,
  words.Source,
  words.Param,
  words.Generate,
  words.Report,
  words.Show,
  words.Sweep,
  words.Learn,
  words.Writer,
  words.Privacy,
  words.Fairness,
  words.Protect,
  words.Budget,
  words.Spend,
  words.Outcome,
  words.Keep,
  words.Rebalance,
  words.Forbid,
]);

/** True when the tokens from `at` on can only be the start of a statement. */
function startsStatement(tokens: readonly IToken[], at: number): boolean {
  const first = tokens[at];
  const second = tokens[at + 1];
  if (first === undefined) return false;
  if (first.tokenType === RBrace) return true;
  if (second?.tokenType === Colon) return isA(first, Name) || reservedTypes.has(first.tokenType);
  if (!starters.has(first.tokenType) || second === undefined) return false;
  if (second.tokenType === LParen || second.tokenType === Minus) return true;
  return (
    !joins.has(second.tokenType) && second.tokenType !== RParen && second.tokenType !== Newline
  );
}

/**
 * Newlines made simple: none at the ends, none doubled, none after `{` or before `}`, none where a
 * line goes on; one after a `}` that another statement follows. A statement that plainly begins ends
 * the line before it, however unfinished that is, so no broken line swallows the next.
 */
export function normaliseLines(tokens: readonly IToken[]): IToken[] {
  const out: IToken[] = [];
  let parens = 0;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as IToken;
    if (token.tokenType === Newline) {
      let next = at + 1;
      while (tokens[next]?.tokenType === Newline) next++;
      if (breaksHere(out, tokens, next, parens)) {
        out.push(token);
        parens = 0;
      }
      at = next - 1;
      continue;
    }
    if (token.tokenType === LParen) parens++;
    if (token.tokenType === RParen) parens = Math.max(0, parens - 1);
    if (token.tokenType === RBrace) {
      parens = 0;
      out.push(token);
      const next = tokens[at + 1]?.tokenType;
      if (next !== undefined && next !== Newline && next !== RBrace)
        out.push(tokenAt(Newline, "\n", token.startOffset + 1, token.startOffset + 1));
      continue;
    }
    out.push(token);
  }
  return out;
}

function breaksHere(
  out: readonly IToken[],
  tokens: readonly IToken[],
  next: number,
  parens: number,
): boolean {
  const before = out.at(-1)?.tokenType;
  const after = tokens[next]?.tokenType;
  if (before === undefined || before === LBrace || before === Newline) return false;
  if (after === undefined || after === RBrace) return false;
  if (before === RBrace || startsStatement(tokens, next)) return after !== LBrace;
  if (parens > 0 || after === LBrace || after === RParen) return false;
  return !joins.has(before) && !joins.has(after) && !carriesOn.has(after);
}

/** In a report, a comma before a topic ends the line: `privacy ledger, rules all` is two lines. */
export function startsTopic(token: IToken | undefined): boolean {
  return token !== undefined && topicWords.includes(token.image);
}

/** True for a token after which a line goes on. */
export function goesOn(token: IToken): boolean {
  return joins.has(token.tokenType) || token.tokenType === Colon;
}
