import { shapes } from "./shapes.js";
import { blockWords, innerWords, reservedWords, statementWords, typeWords } from "./words.js";

/** What an editor colours alike. The names are CodeMirror's. */
export type Style =
  | "docComment"
  | "comment"
  | "string"
  | "number"
  | "propertyName"
  | "definitionKeyword"
  | "keyword"
  | "operatorKeyword"
  | "typeName"
  | "bool"
  | "operator"
  | "variableName";

const words = (table: Readonly<Record<string, string>>) => Object.values(table);
const logic = words(reservedWords).filter((word) => word !== "true" && word !== "false");
const word = shapes["word"] as string;
const inner = word.slice(word.lastIndexOf("["));
const wordEnd = `(?!${inner.replace(/\*$/, "")})`;
const oneOf = (list: readonly string[]) => `(?:${list.join("|")})${wordEnd}`;

/**
 * The kinds of token for an editor, as regular expressions to be tried in this order at each place:
 * the same shapes and words that the compiler reads. A word before a colon, or after a single dot, is
 * a name whatever it is elsewhere.
 */
export const highlighting: readonly { readonly style: Style; readonly pattern: string }[] = [
  { style: "docComment", pattern: "##[^\\r\\n]*" },
  { style: "comment", pattern: shapes["comment"] as string },
  { style: "string", pattern: shapes["string"] as string },
  { style: "number", pattern: shapes["date"] as string },
  { style: "number", pattern: shapes["percent"] as string },
  { style: "number", pattern: shapes["number"] as string },
  { style: "propertyName", pattern: `${word}(?=[ \\t]*:(?!=))` },
  { style: "propertyName", pattern: `(?<=[^.]\\.)${word}` },
  { style: "definitionKeyword", pattern: oneOf(words(blockWords)) },
  { style: "typeName", pattern: oneOf(words(typeWords)) },
  { style: "operatorKeyword", pattern: oneOf(logic) },
  { style: "bool", pattern: oneOf(["true", "false"]) },
  { style: "keyword", pattern: oneOf([...words(statementWords), ...words(innerWords)]) },
  { style: "variableName", pattern: word },
  { style: "operator", pattern: shapes["sign"] as string },
];
