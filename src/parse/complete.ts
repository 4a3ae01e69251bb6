import type { TokenType } from "chevrotain";
import { Name, reservedTypes, StringToken, spellingOf, UnitWord } from "../../grammar/tokens.js";
import type { Completion, CompletionItem } from "./completion.js";
import { type Cursor, cursorAt } from "./cursor.js";
import { wordHelp } from "./help-words.js";
import { KnownNames, type LanguageFacts } from "./known-names.js";
import { namesAt } from "./names-at.js";
import { recognise } from "./recognise.js";
import { textsAt } from "./texts-at.js";

/**
 * What may be typed at `offset`: words that fit the grammar there, and the names, values, units and
 * headers that make sense. Works in half-typed and broken texts; only the line up to the place must
 * make sense.
 */
export function complete(text: string, offset: number, facts: LanguageFacts = {}): Completion {
  const cursor = cursorAt(text, offset);
  const nothing = { start: cursor.start, end: offset, items: [] };
  if (cursor.inside === "comment") return nothing;
  const found = recognise(cursor.before, cursor.rule);
  if (found.reach < cursor.before.length) return nothing;
  const known = new KnownNames(text, offset, facts);
  const end = endOf(text, offset, cursor);
  const items =
    cursor.inside === "text"
      ? textsAt(cursor, known, found.expected)
      : [...namesFor(cursor, known, found.expected), ...keywords(found.expected)];
  return { start: cursor.start, end, items: fitting(items, cursor) };
}

/** A closing quote right behind the place belongs to what is replaced. */
function endOf(text: string, offset: number, cursor: Cursor): number {
  return cursor.inside === "text" && text[offset] === '"' ? offset + 1 : offset;
}

function namesFor(
  cursor: Cursor,
  known: KnownNames,
  expected: ReadonlySet<TokenType>,
): CompletionItem[] {
  const items: CompletionItem[] = [];
  if (expected.has(Name) || expected.has(UnitWord)) items.push(...namesAt(cursor, known, expected));
  if (expected.has(StringToken)) items.push(...textsAt(cursor, known, expected));
  return items;
}

function keywords(expected: ReadonlySet<TokenType>): CompletionItem[] {
  return [...expected].flatMap((type): CompletionItem[] => {
    const word = spellingOf(type);
    if (word === undefined || !/^[a-z]/.test(word)) return [];
    const kind = typeKeywords.has(word) && !reservedTypes.has(type) ? "type" : "keyword";
    const detail = Object.hasOwn(wordHelp, word) ? wordHelp[word]?.summary : undefined;
    return [{ text: word, kind, ...(detail === undefined ? {} : { detail }) }];
  });
}

const typeKeywords = new Set(
  "int real money bool date datetime duration category id ref text place".split(" "),
);

/** Items that begin with what is typed, in any case; then those that hold it. */
function fitting(items: readonly CompletionItem[], { typed }: Cursor): CompletionItem[] {
  const seen = new Set<string>();
  const once = items.filter((item) => {
    if (seen.has(item.text)) return false;
    seen.add(item.text);
    return true;
  });
  const wanted = typed.toLowerCase().replace(/^"/, "");
  const bare = (item: CompletionItem) => item.text.toLowerCase().replace(/^"/, "");
  const begin = once.filter((item) => bare(item).startsWith(wanted));
  const hold = wanted.length < 2 ? [] : once.filter((item) => bare(item).indexOf(wanted) > 0);
  return [...begin, ...hold].filter((item) => item.text !== typed);
}
