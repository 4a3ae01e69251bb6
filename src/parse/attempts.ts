import type { IToken, TokenType } from "chevrotain";
import {
  Identifier,
  Name,
  Newline,
  Percent,
  spellingOf,
  symbols,
  tokenAt,
  words,
} from "../../grammar/tokens.js";
import { diagnose, here, remedy } from "../base/diagnose.js";
import type { Span } from "../base/source-text.js";
import { type Attempt, accepts, type Case, inserted, replaced } from "./attempt.js";
import { spanOf } from "./build-base.js";
import { afterWords, either, expectation } from "./expectation.js";
import { recognise } from "./recognise.js";

/** The place of a fault: the token, or just behind the line where it stops too early. */
function placeOf(tokens: readonly IToken[], at: number): Span {
  const token = tokens[at];
  if (token !== undefined) return spanOf(token);
  const { end } = spanOf(tokens.at(-1) as IToken);
  return { start: end, end };
}

/** Two statements in one line. */
export function glued({ tokens, rule, found }: Case): Attempt | undefined {
  for (const at of [found.reach, found.reach - 1, found.reach - 2]) {
    if (at < 1 || at >= tokens.length) continue;
    const lines = [tokens.slice(0, at), tokens.slice(at)];
    if (!lines.every((line) => accepts(line, rule))) continue;
    const start = tokens[at] as IToken;
    const gap = { start: spanOf(tokens[at - 1] as IToken).end, end: start.startOffset };
    return {
      lines,
      diagnostic: diagnose(
        "P0122",
        { word: start.image },
        { spans: [here(spanOf(start))], try: [remedy("begin a new line here", gap, "\n")] },
      ),
    };
  }
  return undefined;
}

/** Signs and words that are tried first where something is missing. */
const likely: readonly TokenType[] = [
  symbols.Colon,
  symbols.DotDot,
  symbols.RParen,
  words.Then,
  symbols.Comma,
  symbols.Pipe,
  symbols.Equal,
  words.And,
];

/** Words that could stand nearly anywhere, so that putting them in explains nothing. */
const unlikely: ReadonlySet<TokenType> = new Set([
  words.True,
  words.False,
  words.Not,
  symbols.Minus,
]);
const certainSigns: readonly TokenType[] = [
  symbols.Colon,
  symbols.DotDot,
  symbols.RParen,
  symbols.Comma,
  words.Then,
];

function candidates(expected: ReadonlySet<TokenType>): TokenType[] {
  const known = [...expected].filter(
    (type) => spellingOf(type) !== undefined && !unlikely.has(type),
  );
  return [
    ...likely.filter((type) => expected.has(type)),
    ...known.filter((t) => !likely.includes(t)),
  ];
}

/** A sign or word that is missing a little before the place where the line stops making sense. */
export function missingBefore({ tokens, rule, found }: Case): Attempt | undefined {
  if (found.reach < 2) return undefined;
  return missing({ tokens, rule, found: recognise(tokens.slice(0, found.reach - 1), rule) });
}

/** A sign or word that is missing. */
export function missing({ tokens, rule, found }: Case): Attempt | undefined {
  const at = found.reach;
  if (tokens.length === 1 && tokens[0]?.tokenType !== Identifier) return undefined;
  const before = tokens[at - 1];
  const place = before === undefined ? (tokens[0]?.startOffset ?? 0) : spanOf(before).end;
  const span = { start: place, end: place };
  const put = (type: TokenType, image: string) =>
    inserted(tokens, at, tokenAt(type, image, place, place));
  const fitting = candidates(found.expected).filter((type) =>
    accepts(put(type, spellingOf(type) as string), rule),
  );
  const [only, second] = fitting;
  if (only === undefined) return undefined;
  const spelling = spellingOf(only) as string;
  const some = fitting.slice(0, 3).map((type) => `\`${spellingOf(type)}\``);
  const edit = ` ${spelling}`.replace(/^ (?=[:,).])/, "");
  const pad = tokens[at] !== undefined && tokens[at]?.startOffset === place ? " " : "";
  const certain = second === undefined || certainSigns.includes(only);
  return {
    lines: [put(only, spelling)],
    guess: !certain,
    diagnostic: diagnose(
      "P0109",
      {
        after: afterWords(tokens, at),
        expected: certain ? `\`${spelling}\`` : either(some),
        atEnd: at === tokens.length,
      },
      {
        spans: [here(tokens[at] === undefined ? span : spanOf(tokens[at] as IToken))],
        try: certain ? [remedy(`write \`${spelling}\``, span, edit + pad)] : [],
      },
    ),
  };
}

/** A head without its last word: the block is kept, so that its lines are read. */
export function nameless({ tokens, rule, found }: Case): Attempt | undefined {
  const { reach, expected } = found;
  if (rule !== "head" || !expected.has(Name)) return undefined;
  const generate = tokens[0]?.tokenType === words.Generate;
  const rows = generate && /^\d/.test(tokens[reach - 1]?.image ?? "");
  if (generate && !rows) return undefined;
  const end = reach === 0 ? 0 : spanOf(tokens[reach - 1] as IToken).end;
  const mended = inserted(tokens, reach, tokenAt(Identifier, rows ? "rows" : "unnamed", end, end));
  if (!accepts(mended, rule)) return undefined;
  const atEnd = reach === tokens.length;
  return {
    lines: [mended],
    diagnostic: diagnose(
      "P0109",
      { after: afterWords(tokens, reach), expected: rows ? "`rows`" : "a name", atEnd },
      {
        spans: [here(placeOf(tokens, reach))],
        try: rows ? [remedy("write `rows`", { start: end, end }, " rows")] : [],
      },
    ),
  };
}

/** Two words that have changed places. */
export function swapped({ tokens, rule, found }: Case): Attempt | undefined {
  for (const at of [found.reach, found.reach - 1, found.reach - 2]) {
    const left = tokens[at];
    const right = tokens[at + 1];
    if (left === undefined || right === undefined) continue;
    const mended = [...tokens.slice(0, at), right, left, ...tokens.slice(at + 2)];
    if (!accepts(mended, rule)) continue;
    const span = { start: left.startOffset, end: spanOf(right).end };
    const text = `${right.image} ${left.image}`;
    return {
      lines: [mended],
      diagnostic: diagnose(
        "P0121",
        { left: left.image, right: right.image },
        { spans: [here(span)], try: [remedy(`write \`${text}\``, span, text)] },
      ),
    };
  }
  return undefined;
}

/** Something that is one too many. */
export function needless({ tokens, rule, found }: Case): Attempt | undefined {
  if (found.reach === tokens.length) return undefined;
  for (const at of [found.reach, found.reach - 1]) {
    const token = tokens[at];
    if (token === undefined) continue;
    const mended = replaced(tokens, at);
    if (!accepts(mended, rule)) continue;
    const span = spanOf(token);
    const before = at === found.reach ? found : recognise(tokens.slice(0, at), rule);
    const expected = expectation(before.expected);
    return {
      lines: [mended],
      guess: true,
      diagnostic: diagnose(
        "P0108",
        { found: `\`${token.image}\``, after: afterWords(tokens, at), expected },
        { spans: [here(span)], try: [remedy(`leave \`${token.image}\` out`, span, "")] },
      ),
    };
  }
  return undefined;
}

/** One sign or word in the place of another. */
export function mistaken({ tokens, rule, found }: Case): Attempt | undefined {
  const at = found.reach;
  const token = tokens[at];
  if (token === undefined) return undefined;
  const span = spanOf(token);
  const put = (type: TokenType, image: string) =>
    replaced(tokens, at, tokenAt(type, image, span.start, span.end));
  if (found.expected.has(Percent) && /^\d/.test(token.image)) {
    const mended = put(Percent, `${token.image}%`);
    if (recognise(mended, rule).reach > at + 1)
      return { lines: [mended], diagnostic: toWrite(token, "%", span) };
  }
  const few = found.expected.size < 4;
  for (const type of candidates(found.expected)) {
    const spelling = spellingOf(type) as string;
    const mended = put(type, spelling);
    if ((!few && /^[a-z]/.test(spelling)) || !accepts(mended, rule)) continue;
    return {
      lines: [mended],
      diagnostic: diagnose(
        "P0108",
        {
          found: `\`${token.image}\``,
          after: afterWords(tokens, at),
          expected: expectation(found.expected),
        },
        { spans: [here(span)], try: [remedy(`write \`${spelling}\``, span, spelling)] },
      ),
    };
  }
  return undefined;
}

const toWrite = (token: IToken, sign: string, span: Span) =>
  diagnose(
    "P0109",
    { after: `after \`${token.image}\``, expected: `\`${sign}\``, atEnd: false },
    {
      spans: [here(span)],
      try: [remedy(`write \`${token.image}${sign}\``, { start: span.end, end: span.end }, sign)],
    },
  );

/** Nothing made sense of it: say where sense ends and what could follow. */
export function unexplained({ tokens, found }: Case): Attempt {
  const at = found.reach;
  const token = tokens[at];
  const expected = expectation(found.expected);
  const spans = [here(placeOf(tokens, at))];
  const known = tokens.length === 1 && tokens[0]?.tokenType !== Identifier;
  const after = afterWords(tokens, at);
  if (token === undefined || found.expected.size === 0)
    return {
      diagnostic: diagnose(
        "P0109",
        {
          after,
          expected: known ? "the rest of the statement" : expected,
          atEnd: token === undefined,
        },
        { spans },
      ),
    };
  if (found.expected.size === 1 && found.expected.has(Newline))
    return {
      diagnostic: diagnose(
        "P0108",
        { found: `\`${token.image}\``, after, expected: "the end of the line" },
        { spans },
      ),
    };
  return {
    diagnostic: diagnose("P0108", { found: `\`${token.image}\``, after, expected }, { spans }),
  };
}
