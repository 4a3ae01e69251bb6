import type { IToken, TokenType } from "chevrotain";
import { chevrotain } from "./chevrotain.js";
import { symbolTable } from "./shapes.js";
import { blockWords, innerWords, reservedWords, statementWords, typeWords } from "./words.js";

const { createToken, Lexer } = chevrotain;

const make = (name: string, label: string, categories: TokenType[] = []): TokenType =>
  createToken({ name, label, pattern: Lexer.NA, categories });

/** Anything that may be a name: plain names and every word that is not reserved. */
export const Name = make("Name", "a name");
/** A word of a unit; `step` and `guessed` are names but never units. */
export const UnitWord = make("UnitWord", "a unit");
/** `60` or `60%`. */
export const Numeral = make("Numeral", "a number");

export const Identifier = make("Identifier", "a name", [Name, UnitWord]);
export const NumberToken = make("Number", "a number", [Numeral]);
export const Percent = make("Percent", "a percentage", [Numeral]);
export const StringToken = make("String", "a quoted value");
export const DateToken = make("DateLiteral", "a date");
export const Newline = make("Newline", "the end of the line");
export const Comment = make("Comment", "a comment");
/** What no rule accepts: a character that means nothing here. */
export const Stray = make("Stray", "a stray character");

type Made<Table> = { readonly [Key in keyof Table]: TokenType };

function makeAll<Table extends Readonly<Record<string, string>>>(
  table: Table,
  categories: (word: string) => TokenType[],
): Made<Table> {
  const made = Object.entries(table).map(([name, text]) => [
    name,
    make(name, `\`${text}\``, categories(text)),
  ]);
  return Object.fromEntries(made) as Made<Table>;
}

const neverUnits: readonly string[] = ["step", "guessed"];
const soft = (word: string): TokenType[] => (neverUnits.includes(word) ? [Name] : [Name, UnitWord]);

export const symbols = makeAll(symbolTable, () => []);
export const words = {
  ...makeAll(blockWords, soft),
  ...makeAll(statementWords, soft),
  ...makeAll(typeWords, soft),
  ...makeAll(innerWords, soft),
  ...makeAll(reservedWords, () => []),
};

const bySpelling = new Map<string, TokenType>();
for (const [name, spelling] of Object.entries({
  ...symbolTable,
  ...blockWords,
  ...statementWords,
  ...typeWords,
  ...innerWords,
  ...reservedWords,
})) {
  const type =
    (symbols as Record<string, TokenType>)[name] ?? (words as Made<object>)[name as never];
  if (type !== undefined) bySpelling.set(spelling, type);
}

/** The token type of a word or sign as spelt, or undefined for a plain name. */
export function typeOfSpelling(spelling: string): TokenType | undefined {
  return bySpelling.get(spelling);
}

/** How a token type is spelt, for words and signs. */
export function spellingOf(type: TokenType): string | undefined {
  for (const [spelling, candidate] of bySpelling) if (candidate === type) return spelling;
  return undefined;
}

export const reservedTypes: ReadonlySet<TokenType> = new Set(
  Object.values(reservedWords).map((word) => bySpelling.get(word) as TokenType),
);

/** All token types, as the parser wants them. */
export const vocabulary: TokenType[] = [
  Name,
  UnitWord,
  Numeral,
  Identifier,
  NumberToken,
  Percent,
  StringToken,
  DateToken,
  Newline,
  Stray,
  ...Object.values(symbols),
  ...Object.values(words),
];

/** A token at a place of the text; `end` is exclusive. */
export function tokenAt(type: TokenType, image: string, start: number, end: number): IToken {
  return {
    tokenType: type,
    tokenTypeIdx: type.tokenTypeIdx as number,
    image,
    startOffset: start,
    endOffset: end - 1,
  };
}

/** True when the token is of the type or of one of its categories. */
export function isA(token: IToken | undefined, type: TokenType): boolean {
  if (token === undefined) return false;
  return token.tokenType === type || (token.tokenType.CATEGORIES?.includes(type) ?? false);
}
