import type { IToken, TokenType } from "chevrotain";
import {
  Identifier,
  isA,
  Name,
  NumberToken,
  Numeral,
  StringToken,
  symbols,
  tokenAt,
  words,
} from "../../grammar/tokens.js";
import { typeWords } from "../../grammar/words.js";
import { diagnose, here, remedy } from "../base/diagnose.js";
import type { Diagnostic } from "../base/diagnostic.js";
import type { Span } from "../base/source-text.js";
import { suggest } from "../base/suggest.js";
import { spanOf } from "./build-base.js";
import type { Recognised } from "./recognise.js";

/** A line with one habit of another language put right. */
export interface Mended {
  readonly tokens: readonly IToken[];
  readonly diagnostic: Diagnostic;
}

/** Types of TypeScript, Python, SQL and pandas, and what they are here. */
const typeHabits: ReadonlyMap<string, keyof typeof typesByWord> = new Map(
  Object.entries({
    int: ["integer", "int32", "int64", "bigint", "smallint", "long", "count", "whole"],
    real: [
      "number",
      "float",
      "float32",
      "float64",
      "double",
      "numeric",
      "numerical",
      "decimal",
      "num",
    ],
    bool: ["boolean", "bit", "logical", "yesno"],
    text: ["string", "str", "varchar", "char", "nvarchar", "object", "uuid"],
    datetime: ["timestamp", "timestamptz", "datetime64"],
    date: ["day"],
    duration: ["interval", "timedelta", "time"],
    category: ["categorical", "factor", "enum"],
    id: ["key", "serial", "identifier"],
    ref: ["references", "foreign", "reference"],
    money: ["currency"],
    place: ["geo", "point", "location", "latlon"],
  }).flatMap(([type, habits]) =>
    habits.map((habit) => [habit, type as keyof typeof typesByWord] as const),
  ),
);

const typesByWord = Object.fromEntries(
  Object.entries(typeWords).map(([key, word]) => [word, words[key as keyof typeof typeWords]]),
) as Record<(typeof typeWords)[keyof typeof typeWords], TokenType>;

const typeTokens: ReadonlySet<TokenType> = new Set(Object.values(typesByWord));
const nothing = new Set(["null", "None", "NULL", "NA", "NaN", "nan", "undefined", "nil", "none"]);

const range = (from: IToken, to: IToken): Span => ({
  start: from.startOffset,
  end: spanOf(to).end,
});

function instead(
  span: Span,
  wrote: string,
  text: string,
  why: string,
  tokens: readonly IToken[],
): Mended {
  return {
    tokens,
    diagnostic: diagnose(
      "P0103",
      { wrote: `\`${wrote}\``, instead: `\`${text}\``, why },
      { spans: [here(span)], try: [remedy(`write \`${text}\``, span, text)] },
    ),
  };
}

/** `x = null`, `x is not None`: looked for in every line, since such a line may parse. */
export function mendNothing(tokens: readonly IToken[]): Mended | undefined {
  const at = tokens.findIndex(
    ({ tokenType, image }, index) =>
      index > 1 &&
      tokenType === Identifier &&
      nothing.has(image) &&
      tokens[index + 1]?.image !== "(",
  );
  if (at < 0) return undefined;
  const missing = tokens[at] as IToken;
  const before = tokens[at - 1] as IToken;
  const negated = before.tokenType === symbols.NotEqual || before.tokenType === words.Not;
  const from = before.tokenType === words.Not ? at - 2 : at - 1;
  const sign = tokens[from] as IToken;
  const span = range(sign, missing);
  const wrote = tokens
    .slice(from, at + 1)
    .map((token) => token.image)
    .join(" ");
  const rest = tokens.slice(at + 1);
  const put = (...types: readonly (readonly [TokenType, string])[]) => [
    ...tokens.slice(0, from),
    ...types.map(([type, image]) => tokenAt(type, image, span.start, span.end)),
    ...rest,
  ];
  const { Equal, NotEqual, Pipe } = symbols;
  if (sign.tokenType === Pipe || sign.tokenType === words.Or)
    return instead(
      span,
      wrote,
      "or missing",
      "what is absent is called missing",
      put([words.Or, "or"], [words.Missing, "missing"]),
    );
  if (![Equal, NotEqual, words.Is].includes(sign.tokenType)) return undefined;
  const state: readonly [TokenType, string] = negated
    ? [words.Present, "present"]
    : [words.Missing, "missing"];
  return instead(
    span,
    wrote,
    `is ${state[1]}`,
    "a missing value equals nothing, not even itself",
    put([words.Is, "is"], state),
  );
}

/** `age int 1..3`, `age = int 1..3`: the colon between a column and its type. */
export function mendColon(tokens: readonly IToken[]): Mended | undefined {
  const [name, second, third] = tokens;
  if (name?.tokenType === StringToken && second?.tokenType === symbols.Colon)
    return unquoteName(tokens);
  if (name === undefined || second === undefined || !isA(name, Name)) return undefined;
  if (second.tokenType === StringToken && name.tokenType !== Identifier) return undefined;
  const startsType = (token: IToken | undefined) =>
    token !== undefined &&
    (typeTokens.has(token.tokenType) ||
      token.tokenType === StringToken ||
      (token.tokenType === Identifier && typeHabits.has(token.image)));
  if (startsType(second)) {
    const { end } = spanOf(name);
    const colon = tokenAt(symbols.Colon, ":", end, end);
    return {
      tokens: [name, colon, ...tokens.slice(1)],
      diagnostic: diagnose(
        "P0101",
        { column: name.image, type: second.image },
        {
          spans: [here(range(name, second))],
          try: [remedy(`write \`${name.image}: ${second.image}\``, { start: end, end }, ":")],
        },
      ),
    };
  }
  const signs = [symbols.Equal, symbols.Define, symbols.Tilde];
  if (!signs.includes(second.tokenType) || !startsType(third)) return undefined;
  const span = spanOf(second);
  const colon = tokenAt(symbols.Colon, ":", span.start, span.end);
  return instead(span, second.image, ":", "a colon stands between a column and its type", [
    name,
    colon,
    ...tokens.slice(2),
  ]);
}

/** `"age": int`. */
function unquoteName(tokens: readonly IToken[]): Mended | undefined {
  const name = tokens[0] as IToken;
  const bare = name.image.slice(1, -1);
  if (!/^[A-Za-z_]\w*$/.test(bare)) return undefined;
  const span = spanOf(name);
  const mended = [tokenAt(Identifier, bare, span.start, span.end), ...tokens.slice(1)];
  return instead(span, name.image, bare, "names are never in quotes, values always are", mended);
}

/** `int 17-90`, `int 17 to 90`: another sign where a range has its dots. */
export function mendDots(tokens: readonly IToken[], found: Recognised): Mended | undefined {
  const token = tokens[found.reach];
  const before = tokens[found.reach - 1];
  if (token === undefined || !found.expected.has(symbols.DotDot) || !isA(before, Numeral))
    return undefined;
  if (!["-", "to", ":", "–", "until", "through"].includes(token.image)) return undefined;
  const span = spanOf(token);
  return instead(span, token.image, "..", "a range has two dots and both its ends", [
    ...tokens.slice(0, found.reach),
    tokenAt(symbols.DotDot, "..", span.start, span.end),
    ...tokens.slice(found.reach + 1),
  ]);
}

/** `int(11)`, `varchar(20)`, `not null`: what databases say of a type and Parable has no need of. */
export function mendSql(tokens: readonly IToken[]): Mended | undefined {
  const width = tokens.findIndex(
    (token, at) =>
      token.tokenType === symbols.LParen &&
      typeTokens.has(tokens[at - 1]?.tokenType as TokenType) &&
      tokens[at + 1]?.tokenType === NumberToken &&
      tokens[at + 2]?.tokenType === symbols.RParen &&
      tokens[at + 3]?.tokenType !== symbols.DotDot,
  );
  if (width > 0) return without(tokens, width, 3, "a type has bounds, not a width");
  const nil = tokens.findIndex(
    (token, at) =>
      nothing.has(token.image) && at > 2 && /^not$/i.test(tokens[at - 1]?.image as string),
  );
  const why = "a value is always present unless the column says `or missing`";
  return nil < 0 ? undefined : without(tokens, nil - 1, 2, why);
}

function without(tokens: readonly IToken[], at: number, count: number, why: string): Mended {
  const gone = tokens.slice(at, at + count);
  const span = range(gone[0] as IToken, gone.at(-1) as IToken);
  const wrote = gone.map((token) => token.image).join(" ");
  return {
    tokens: [...tokens.slice(0, at), ...tokens.slice(at + count)],
    diagnostic: diagnose(
      "P0103",
      { wrote: `\`${wrote}\``, instead: "nothing", why },
      { spans: [here(span)], try: [remedy(`leave \`${wrote}\` out`, span, "")] },
    ),
  };
}

/** `age: integer`, `sex: Female | Male`, `age: itn 1..9`. */
export function mendType(tokens: readonly IToken[]): Mended | undefined {
  const at = tokens.findIndex((token) => token.tokenType === symbols.Colon) + 1;
  const type = tokens[at];
  if (at === 0 || type?.tokenType !== Identifier) return undefined;
  const sign = tokens[at + 1]?.tokenType;
  if (sign === symbols.Pipe || (sign === symbols.Less && tokens[at + 2]?.tokenType === Identifier))
    return quoteChoices(tokens, at);
  const word = type.image;
  const meant = typeHabits.get(word.toLowerCase()) ?? suggest(word, Object.values(typeWords));
  if (meant === undefined) return undefined;
  const span = spanOf(type);
  let rest = tokens.slice(at + 1);
  let { end } = span;
  if (rest[0]?.tokenType === symbols.LParen && (meant === "text" || rest[2]?.image === ")")) {
    const close = rest.findIndex((token) => token.tokenType === symbols.RParen);
    if (close > 0) {
      end = spanOf(rest[close] as IToken).end;
      rest = rest.slice(close + 1);
    }
  }
  const known = typesByWord[meant as keyof typeof typesByWord];
  return {
    tokens: [...tokens.slice(0, at), tokenAt(known, meant, span.start, span.end), ...rest],
    diagnostic: diagnose(
      "P0111",
      { type: word, meant },
      {
        spans: [here(span)],
        try: [remedy(`write \`${meant}\``, { start: span.start, end }, meant)],
      },
    ),
  };
}

function quoteChoices(tokens: readonly IToken[], at: number): Mended {
  const signs: TokenType[] = [symbols.Pipe, symbols.Less];
  const edits: { start: number; end: number; text: string }[] = [];
  const mended = tokens.map((token, index) => {
    const stands = index === at || signs.includes(tokens[index - 1]?.tokenType as TokenType);
    if (index < at || !stands || token.tokenType === StringToken) return token;
    const span = spanOf(token);
    edits.push({ ...span, text: `"${token.image}"` });
    return tokenAt(StringToken, `"${token.image}"`, span.start, span.end);
  });
  const first = tokens[at] as IToken;
  return {
    tokens: mended,
    diagnostic: diagnose(
      "P0106",
      { value: first.image },
      {
        spans: edits
          .map((edit, index) => ({ ...edit, label: "", primary: index === 0 }))
          .map(({ start, end, label, primary }) => ({ start, end, label, primary })),
        try: [{ label: "put the values in quotes", edits }],
      },
    ),
  };
}

/** `x between 1 and 9`. */
export function mendBetween(tokens: readonly IToken[]): Mended | undefined {
  const at = tokens.findIndex((t) => t.tokenType === Identifier && /^between$/i.test(t.image));
  const and = tokens.findIndex((t, index) => index > at && t.tokenType === words.And);
  if (at < 1 || and < 0) return undefined;
  const between = tokens[at] as IToken;
  const joint = tokens[and] as IToken;
  const [low, high] = [spanOf(between), spanOf(joint)];
  const mended = tokens.map((token, index) => {
    if (index === at) return tokenAt(words.In, "in", low.start, low.end);
    return index === and ? tokenAt(symbols.DotDot, "..", high.start, high.end) : token;
  });
  const ends = tokens
    .slice(at + 1, and)
    .map((token) => token.image)
    .join(" ");
  const after = tokens[and + 1]?.image ?? "…";
  const text = `in ${ends}..${after}`;
  const span = range(between, tokens[and + 1] ?? joint);
  return instead(
    span,
    `between ${ends} and ${after}`,
    text,
    "a range has two dots and both its ends",
    mended,
  );
}

/** `int 1.4` where a range belongs. */
export function mendDecimal(tokens: readonly IToken[], reach: number): Mended | undefined {
  const number = tokens[reach - 1];
  if (number?.tokenType !== NumberToken) return undefined;
  const parts = /^(\d[\d_]*)\.(\d[\d_]*)$/.exec(number.image);
  if (parts === null) return undefined;
  const [, low, high] = parts as unknown as [string, string, string];
  const span = spanOf(number);
  const dot = span.start + low.length;
  return {
    tokens: [
      ...tokens.slice(0, reach - 1),
      tokenAt(NumberToken, low, span.start, dot),
      tokenAt(symbols.DotDot, "..", dot, dot + 1),
      tokenAt(NumberToken, high, dot + 1, span.end),
      ...tokens.slice(reach),
    ],
    diagnostic: diagnose(
      "P0105",
      { wrote: number.image, meant: `${low}..${high}` },
      { spans: [here(span)], try: [remedy(`write \`${low}..${high}\``, span, `${low}..${high}`)] },
    ),
  };
}

/** `int(17, 90)`, `int [17, 90]`: a pair where a range belongs. */
export function mendPair(tokens: readonly IToken[]): Mended | undefined {
  for (let at = 1; at + 4 < tokens.length + 1; at++) {
    const [open, low, comma, high, close] = tokens.slice(at, at + 5);
    if (open?.tokenType !== symbols.LParen || comma?.tokenType !== symbols.Comma) continue;
    if (close?.tokenType !== symbols.RParen || low === undefined || high === undefined) continue;
    const before = tokens[at - 1];
    if (before === undefined || !typeTokens.has(before.tokenType)) continue;
    const span = range(open, close);
    const dots = tokenAt(symbols.DotDot, "..", comma.startOffset, comma.startOffset + 1);
    const text = ` ${low.image}..${high.image}`;
    return instead(
      span,
      `(${low.image}, ${high.image})`,
      text.trim(),
      "a range has two dots between its ends",
      [...tokens.slice(0, at), low, dots, high, ...tokens.slice(at + 5)],
    );
  }
  return undefined;
}

/** A comma that ends a line for nothing. */
export function mendLastComma(tokens: readonly IToken[]): Mended | undefined {
  const last = tokens.at(-1);
  if (last?.tokenType !== symbols.Comma || tokens.length < 2) return undefined;
  return without(tokens, tokens.length - 1, 1, "each statement ends with its line");
}
