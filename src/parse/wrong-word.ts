import type { IToken, TokenType } from "chevrotain";
import {
  Identifier,
  isA,
  Name,
  reservedTypes,
  StringToken,
  spellingOf,
  tokenAt,
} from "../../grammar/tokens.js";
import { diagnose, here, remedy } from "../base/diagnose.js";
import type { Span } from "../base/source-text.js";
import { suggest } from "../base/suggest.js";
import { type Attempt, accepts, type Case, replaced } from "./attempt.js";
import { spanOf } from "./build-base.js";
import { recognise } from "./recognise.js";

const isWord = (token: IToken) => isA(token, Name) || reservedTypes.has(token.tokenType);

/** A misspelt word: the nearest that could stand there. */
export function misspelt(fault: Case): Attempt | undefined {
  const { tokens, rule, found } = fault;
  const here = misspeltAt(fault, found.reach + 1);
  if (here !== undefined || found.reach < 2) return here;
  const before = recognise(tokens.slice(0, found.reach - 1), rule);
  return misspeltAt({ tokens, rule, found: before }, tokens.length);
}

/** The word where the line stops making sense, if with another the line makes sense up to `least`. */
function misspeltAt({ tokens, rule, found }: Case, least: number): Attempt | undefined {
  const at = found.reach;
  const token = tokens[at];
  if (token === undefined || !isWord(token)) return undefined;
  const fitting = new Map<string, TokenType>();
  for (const type of found.expected) {
    const spelling = spellingOf(type);
    if (spelling !== undefined && /^[a-z]/.test(spelling)) fitting.set(spelling, type);
  }
  const habit = ["where", "if", "when"].includes(token.image) ? "given" : undefined;
  const near = suggest(token.image, fitting.keys());
  const meant = near ?? (habit !== undefined && fitting.has(habit) ? habit : undefined);
  if (meant === undefined || meant === token.image) return undefined;
  const span = spanOf(token);
  const mended = replaced(
    tokens,
    at,
    tokenAt(fitting.get(meant) as TokenType, meant, span.start, span.end),
  );
  if (recognise(mended, rule).reach < least) return undefined;
  return {
    lines: [mended],
    diagnostic: diagnose(
      "P0117",
      { word: token.image, meant },
      {
        spans: [here(span, `did you mean ${meant}?`)],
        try: [remedy(`write \`${meant}\``, span, meant)],
      },
    ),
  };
}

/** A value without quotes, a name in quotes, a joining word as a name. */
export function wrongKind({ tokens, rule, found }: Case): Attempt | undefined {
  const at = found.reach;
  const token = tokens[at];
  if (token === undefined) return undefined;
  const span = spanOf(token);
  const put = (type: TokenType, image: string) =>
    replaced(tokens, at, tokenAt(type, image, span.start, span.end));
  if (rule !== "head" && found.expected.has(StringToken) && isA(token, Name)) {
    const lines = [put(StringToken, `"${token.image}"`)];
    if (!accepts(lines[0] as IToken[], rule)) return undefined;
    return { lines, diagnostic: unquoted(token.image, span) };
  }
  if (!found.expected.has(Name)) return undefined;
  const inner = token.image.replace(/^"|"$/g, "");
  if (token.tokenType === StringToken && /^[A-Za-z_]\w*$/.test(inner)) {
    const mended = put(Identifier, inner);
    if (recognise(mended, rule).reach <= at) return undefined;
    const why = "names are never in quotes, values always are";
    return {
      lines: [mended],
      diagnostic: diagnose(
        "P0103",
        { wrote: `\`${token.image}\``, instead: `\`${inner}\``, why },
        { spans: [here(span)], try: [remedy(`write \`${inner}\``, span, inner)] },
      ),
    };
  }
  if (!reservedTypes.has(token.tokenType)) return undefined;
  const instead = `${token.image}_`;
  const mended = put(Identifier, instead);
  if (!accepts(mended, rule)) return undefined;
  return {
    lines: [mended],
    diagnostic: diagnose(
      "P0107",
      { word: token.image, instead },
      { spans: [here(span)], try: [remedy(`call it \`${instead}\``, span, instead)] },
    ),
  };
}

const unquoted = (value: string, span: Span) =>
  diagnose(
    "P0106",
    { value },
    { spans: [here(span)], try: [remedy("put it in quotes", span, `"${value}"`)] },
  );
