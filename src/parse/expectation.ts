import type { IToken, TokenType } from "chevrotain";
import {
  DateToken,
  Name,
  Newline,
  NumberToken,
  Numeral,
  Percent,
  StringToken,
  spellingOf,
  symbols,
  UnitWord,
  words,
} from "../../grammar/tokens.js";

const valueStarts = [
  Numeral,
  StringToken,
  DateToken,
  words.True,
  words.False,
  Name,
  symbols.LParen,
];
const typeStarts = [
  words.Int,
  words.Real,
  words.Money,
  words.Bool,
  words.Date,
  words.Ref,
  StringToken,
];
const comparisons = [symbols.Equal, symbols.NotEqual, symbols.Less, symbols.GreaterEqual];
const operators = [symbols.Plus, symbols.Minus, symbols.Star, symbols.Slash, symbols.Caret];

const kinds: ReadonlyMap<TokenType, string> = new Map([
  [Name, "a name"],
  [UnitWord, "a unit"],
  [Numeral, "a number"],
  [NumberToken, "a number"],
  [Percent, "a percentage"],
  [StringToken, "a text in quotes"],
  [DateToken, "a date"],
  [Newline, "the end of the line"],
]);

/** What could stand at a place, in the reader's words: "a type", "a value", "`:`, `from` or the end of the line". */
export function expectation(expected: ReadonlySet<TokenType>): string {
  const rest = new Set(expected);
  const said: string[] = [];
  const cover = (group: readonly TokenType[], phrase: string, also: readonly TokenType[] = []) => {
    if (!group.every((type) => rest.has(type))) return;
    for (const type of [...group, ...also]) rest.delete(type);
    if (phrase !== "") said.push(phrase);
  };
  cover(
    typeStarts,
    "a type",
    Object.values(words).filter((type) => !reserved.has(type)),
  );
  if (said.length > 0) rest.delete(symbols.Pipe);
  cover([Numeral, DateToken, Name, symbols.LParen], "a value", [
    ...valueStarts,
    words.Not,
    symbols.Minus,
  ]);
  const more = rest.size > 4;
  cover(comparisons, more ? "" : "a comparison", [symbols.LessEqual, symbols.Greater]);
  cover(operators, "");
  for (const type of [symbols.LParen, symbols.Dot, symbols.Caret])
    if (rest.size > 2) rest.delete(type);
  const end = rest.delete(Newline);
  for (const type of rest) said.push(kinds.get(type) ?? `\`${spellingOf(type) ?? type.name}\``);
  const most = said.slice(0, 5);
  if (end) most.push("the end of the line");
  return most.length === 0 ? "something else" : either([...new Set(most)]);
}

const reserved: ReadonlySet<TokenType> = new Set([words.Or, words.Missing, words.From]);

/** `a, b or c`. */
export function either(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} or ${items.at(-1)}`;
}

/** What stands before a place, for "after …". */
export function afterWords(tokens: readonly IToken[], at: number): string {
  const before = tokens[at - 1];
  return before === undefined ? "at the start of the line" : `after \`${before.image}\``;
}
