import type { TokenType } from "chevrotain";
import { symbols, words } from "../../grammar/tokens.js";
import { inventedKinds } from "../ir/personal.js";
import { quote } from "../ir/quote.js";
import type { CompletionItem } from "./completion.js";
import type { Cursor } from "./cursor.js";
import type { KnownNames } from "./known-names.js";

const valued: ReadonlySet<TokenType> = new Set([
  symbols.Equal,
  symbols.NotEqual,
  symbols.Less,
  symbols.LessEqual,
  symbols.Greater,
  symbols.GreaterEqual,
  words.In,
  symbols.LParen,
  symbols.Comma,
]);

/** Texts in quotes that make sense at a place: values of a column, headers, kinds, examples. */
export function textsAt(
  cursor: Cursor,
  known: KnownNames,
  _expected: ReadonlySet<TokenType>,
): CompletionItem[] {
  const { before } = cursor;
  const last = before.at(-1);
  const item = (kind: CompletionItem["kind"]) => (value: string) => ({ text: quote(value), kind });
  if (last === undefined) return [];
  if (last.tokenType === words.Invented) return inventedKinds.map(item("word"));
  if (last.tokenType === words.From && cursor.rule === "tableLine")
    return known.freeHeaders().map(item("header"));
  if (last.image === "example")
    return (known.facts.examples ?? []).map(({ name, title }) => ({
      text: quote(name),
      kind: "source",
      detail: title,
    }));
  if (last.tokenType === words.Written || last.tokenType === words.Like)
    return cursor.inside === "text" ? promptColumns(cursor, known) : [];
  if (before[0]?.tokenType === words.Rebalance)
    return known.values(before[1]?.image ?? "").map(item("value"));
  if (!valued.has(last.tokenType)) return [];
  const column = [...before].reverse().find((token) => known.values(token.image).length > 0);
  return column === undefined ? [] : known.values(column.image).map(item("value"));
}

/** `{co` in a prompt: the columns of the row. */
function promptColumns(cursor: Cursor, known: KnownNames): CompletionItem[] {
  const open = /^(.*\{)[\p{L}\p{N}_]*$/su.exec(cursor.typed);
  if (open === null) return [];
  return known.columns().map((column) => ({
    text: `${open[1]}${column.name.text}}`,
    kind: "column",
    detail: known.describe(column),
  }));
}
