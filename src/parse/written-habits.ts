import type { IToken } from "chevrotain";
import {
  DateToken,
  Identifier,
  NumberToken,
  StringToken,
  symbols,
  tokenAt,
  words,
} from "../../grammar/tokens.js";
import { diagnose, here } from "../base/diagnose.js";
import { spanOf } from "./build-base.js";
import type { Mended } from "./habits.js";

/** How people write numbers, days and names elsewhere. */
export function mendWritten(tokens: readonly IToken[], reach: number): Mended | undefined {
  return mendDottedDay(tokens) ?? mendDecimalComma(tokens, reach) ?? mendTimeStep(tokens, reach);
}

const touch = (left: IToken | undefined, right: IToken | undefined): boolean =>
  left !== undefined && right !== undefined && spanOf(left).end === right.startOffset;

/** Put `text`, one token, in the place of `count` tokens. */
function joined(
  tokens: readonly IToken[],
  at: number,
  count: number,
  put: { readonly type: typeof NumberToken; readonly text: string; readonly why: string },
): Mended {
  const gone = tokens.slice(at, at + count);
  const start = (gone[0] as IToken).startOffset;
  const { end } = spanOf(gone.at(-1) as IToken);
  const wrote = gone.map((token) => token.image).join("");
  return {
    tokens: [
      ...tokens.slice(0, at),
      tokenAt(put.type, put.text, start, end),
      ...tokens.slice(at + count),
    ],
    diagnostic: diagnose(
      "P0103",
      { wrote: `\`${wrote}\``, instead: `\`${put.text}\``, why: put.why },
      {
        spans: [here({ start, end })],
        try: [{ label: `write \`${put.text}\``, edits: [{ start, end, text: put.text }] }],
      },
    ),
  };
}

/** `31.12.2024`. */
function mendDottedDay(tokens: readonly IToken[]): Mended | undefined {
  const at = tokens.findIndex(
    (token, i) =>
      token.tokenType === NumberToken &&
      /^\d\d?\.\d\d?$/.test(token.image) &&
      tokens[i + 1]?.image === "." &&
      /^\d{4}$/.test(tokens[i + 2]?.image ?? "") &&
      touch(token, tokens[i + 1]) &&
      touch(tokens[i + 1], tokens[i + 2]),
  );
  if (at < 0) return undefined;
  const [day, month] = (tokens[at] as IToken).image.split(".") as [string, string];
  const year = (tokens[at + 2] as IToken).image;
  const text = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return joined(tokens, at, 3, { type: DateToken, text, why: "days are written year first" });
}

/** `0,5` where a comma can't stand. */
function mendDecimalComma(tokens: readonly IToken[], reach: number): Mended | undefined {
  const [whole, comma, rest] = [tokens[reach - 1], tokens[reach], tokens[reach + 1]];
  if (comma?.tokenType !== symbols.Comma || !touch(whole, comma) || !touch(comma, rest))
    return undefined;
  if (!/^[\d_]+$/.test(whole?.image ?? "") || !/^\d+$/.test(rest?.image ?? "")) return undefined;
  const text = `${whole?.image}.${rest?.image}`;
  return joined(tokens, reach - 1, 3, {
    type: NumberToken,
    text,
    why: "a dot stands before fractions",
  });
}

const times: ReadonlySet<unknown> = new Set([words.Date, words.Datetime, words.Duration]);

/** `date a..b step 7`: of times only numbers have steps. */
function mendTimeStep(tokens: readonly IToken[], reach: number): Mended | undefined {
  const [step, size] = [tokens[reach], tokens[reach + 1]];
  const type = tokens[2];
  if (step?.tokenType !== words.Step || size === undefined || !times.has(type?.tokenType))
    return undefined;
  const span = { start: step.startOffset, end: spanOf(size).end };
  const unit = type?.tokenType === words.Date ? "days" : "seconds";
  const wrote = `step ${size.image}`;
  return {
    tokens: [...tokens.slice(0, reach), ...tokens.slice(reach + 2)],
    diagnostic: diagnose(
      "P0103",
      {
        wrote: `\`${wrote}\``,
        instead: "nothing",
        why: `a ${type?.image} goes by whole ${unit}, and numbers alone have a step`,
      },
      {
        spans: [here(span)],
        try: [{ label: `leave \`${wrote}\` out`, edits: [{ ...span, text: "" }] }],
      },
    ),
  };
}

/** `"full name": text`, `full name: text`: a header of several words as a column's name. */
export function mendHeaderName(tokens: readonly IToken[]): Mended | undefined {
  const colon = tokens.findIndex((token) => token.tokenType === symbols.Colon);
  const before = tokens.slice(0, colon);
  const [first] = before;
  if (colon < 1 || colon === tokens.length - 1 || first === undefined) return undefined;
  const isQuoted = colon === 1 && first.tokenType === StringToken;
  if (!isQuoted && (colon < 2 || before.some((token) => token.tokenType !== Identifier)))
    return undefined;
  const header = isQuoted ? first.image : `"${before.map((token) => token.image).join(" ")}"`;
  const name = nameOf(header.slice(1, -1));
  const start = first.startOffset;
  const { end } = spanOf(before.at(-1) as IToken);
  const last = spanOf(tokens.at(-1) as IToken).end;
  const isMapped = tokens.some((token) => token.tokenType === words.From);
  const mapped = isMapped ? [] : [{ start: last, end: last, text: ` from ${header}` }];
  return {
    tokens: [tokenAt(Identifier, name, start, end), ...tokens.slice(colon)],
    diagnostic: diagnose(
      "P0103",
      {
        wrote: isQuoted ? header : `\`${header.slice(1, -1)}\``,
        instead: `\`${name}\``,
        why: "a name is one word without quotes; the header of a file stands behind `from`",
      },
      {
        spans: [here({ start, end })],
        try: [
          {
            label: isMapped
              ? `call it \`${name}\``
              : `call it \`${name}\`, with \`from ${header}\` at the end`,
            edits: [{ start, end, text: name }, ...mapped],
          },
        ],
      },
    ),
  };
}

/** A header as a name: letters, digits and `_`. */
function nameOf(header: string): string {
  const plain = header.replace(/[^\p{L}\p{N}_]+/gu, "_").replace(/^_+|_+$/g, "");
  return /^[\p{L}_]/u.test(plain) ? plain : `_${plain}`;
}
