import type { IToken } from "chevrotain";
import type { LineRule } from "../../grammar/parser.js";
import { Identifier, symbols, tokenAt, typeOfSpelling } from "../../grammar/tokens.js";
import { blockWords } from "../../grammar/words.js";
import { diagnose, here, remedy } from "../base/diagnose.js";
import { editDistance, suggest } from "../base/suggest.js";
import type { Attempt } from "./attempt.js";
import { spanOf } from "./build-base.js";
import { readTokens } from "./read-tokens.js";
import { recognise } from "./recognise.js";

/** The words that may start a line, by the rule that reads it. */
const heads: Readonly<Record<LineRule, readonly string[]>> = {
  head: Object.values(blockWords),
  tableLine: ["require", "when", "expect", "unique", "correlate"],
  privacyLine: ["protect", "budget", "spend", "forbid", "partition", "may"],
  fairnessLine: ["across", "require", "outcome", "keep", "rebalance", "forbid"],
  learnLine: [],
  reportLine: [],
};

const places: Readonly<Record<LineRule, string>> = {
  head: "of a spec",
  tableLine: "in a table",
  privacyLine: "in `privacy`",
  fairnessLine: "in `fairness`",
  learnLine: "in `learn`",
  reportLine: "in a report",
};

/** First words of other languages, and what they are here. */
const headHabits: ReadonlyMap<string, string> = new Map(
  Object.entries({
    when: ["if"],
    require: ["assert", "ensure", "constraint", "check", "must", "rule", "where", "always"],
    expect: ["should", "soft"],
    unique: ["distinct", "primary"],
    source: ["import", "load", "read", "dataset", "input"],
    param: ["let", "const", "var", "parameter", "arg", "input"],
    table: ["create", "entity", "interface", "class", "type", "schema", "record"],
    generate: ["sample", "synthesize", "synthesise", "make", "create"],
    learn: ["train", "fit", "model"],
    show: ["plot", "print", "display", "draw"],
    protect: ["guard", "unit"],
    across: ["groups", "protected", "sensitive", "by"],
    outcome: ["target", "label", "predict"],
    keep: ["preserve", "allow"],
    forbid: ["deny", "never", "disallow"],
    budget: ["epsilon", "limit"],
  }).flatMap(([word, habits]) => habits.map((habit) => [habit, word] as const)),
);

/** A first word that starts no statement here: the nearest that does. */
export function misspeltHead(tokens: readonly IToken[], rule: LineRule): Attempt | undefined {
  const [first, second] = tokens;
  if (first?.tokenType !== Identifier || second?.tokenType === symbols.Colon) return undefined;
  const legal = heads[rule];
  const habit = headHabits.get(first.image.toLowerCase());
  const near = suggest(first.image, legal);
  const known = habit !== undefined && legal.includes(habit) ? habit : undefined;
  const meant =
    near !== undefined && (known === undefined || editDistance(near, first.image) < 2)
      ? near
      : known;
  const type = meant === undefined ? undefined : typeOfSpelling(meant);
  if (meant === undefined || type === undefined) return undefined;
  const span = spanOf(first);
  const mended = [tokenAt(type, meant, span.start, span.end), ...tokens.slice(1)];
  if (meant === known && recognise(withoutBrace(mended), rule).reach < 2) return undefined;
  return {
    lines: [mended],
    diagnostic: diagnose(
      "P0102",
      { word: first.image, where: places[rule], meant },
      {
        spans: [here(span, `did you mean ${meant}?`)],
        try: [remedy(`write \`${meant}\``, span, meant)],
      },
    ),
  };
}

/** A line that is right but for the word that starts it. */
export function headless(tokens: readonly IToken[], rule: LineRule): Attempt | undefined {
  const first = tokens[0] as IToken;
  if (heads[rule].includes(first.image)) return undefined;
  const at = first.startOffset;
  const braced = tokens.at(-1)?.tokenType === symbols.LBrace;
  for (const word of rule === "head" ? headsWithout(braced) : heads[rule]) {
    const type = typeOfSpelling(word);
    if (type === undefined || first.tokenType === type) continue;
    const mended = [tokenAt(type, word, at, at), ...tokens];
    if (readTokens(withoutBrace(mended), rule).tree === undefined) continue;
    const place = { start: at, end: at };
    return {
      lines: [mended],
      diagnostic: diagnose(
        "P0109",
        { after: "at the start of the line", expected: `\`${word}\``, atEnd: false },
        { spans: [here(spanOf(first))], try: [remedy(`write \`${word}\``, place, `${word} `)] },
      ),
    };
  }
  return undefined;
}

const headsWithout = (braced: boolean) =>
  braced ? ["table", "learn", "sweep", "report"] : ["source", "writer", "param", "generate"];

function withoutBrace(tokens: readonly IToken[]): readonly IToken[] {
  return tokens.at(-1)?.tokenType === symbols.LBrace ? tokens.slice(0, -1) : tokens;
}

const homes: readonly (readonly [LineRule, string])[] = [
  ["tableLine", "the braces of a `table`"],
  ["privacyLine", "the braces of `privacy`"],
  ["fairnessLine", "the braces of `fairness`"],
];

/** A line that is right in another block. */
export function astray(tokens: readonly IToken[], rule: LineRule): Attempt | undefined {
  const first = tokens[0] as IToken;
  if (rule !== "head" && heads[rule].includes(first.image)) return undefined;
  const span = { start: first.startOffset, end: spanOf(tokens.at(-1) as IToken).end };
  const column = tokens[1]?.tokenType === symbols.Colon;
  if (
    rule !== "head" &&
    first.tokenType !== Identifier &&
    readTokens(tokens, "head").tree !== undefined
  )
    return { diagnostic: diagnose("P0123", { word: first.image }, { spans: [here(span)] }) };
  const home = homes.find(
    ([other]) => other !== rule && readTokens(tokens, other).tree !== undefined,
  );
  if (home === undefined) return undefined;
  const line = column ? `the column \`${first.image}\`` : `\`${first.image} …\``;
  return { diagnostic: diagnose("P0114", { line, home: home[1] }, { spans: [here(span)] }) };
}

/** No word like it may start a line here. */
export function unknownHead(tokens: readonly IToken[], rule: LineRule): Attempt | undefined {
  const first = tokens[0] as IToken;
  if (heads[rule].length === 0 || heads[rule].includes(first.image)) return undefined;
  if (recognise(tokens, rule).reach > (rule === "tableLine" ? 1 : 0)) return undefined;
  const words = heads[rule].map((word) => `\`${word}\``).join(", ");
  return {
    diagnostic: diagnose(
      "P0102",
      { word: first.image, where: places[rule] },
      {
        spans: [here(spanOf(first))],
        because: [
          rule === "tableLine"
            ? `a line of a table is a column (\`name: type\`) or starts with ${words}`
            : `what may start a line here: ${words}`,
        ],
      },
    ),
  };
}
