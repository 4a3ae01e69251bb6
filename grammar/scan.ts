import type { IToken } from "chevrotain";
import { foreignSigns, shapes } from "./shapes.js";
import {
  Comment,
  DateToken,
  Identifier,
  Newline,
  NumberToken,
  Percent,
  Stray,
  StringToken,
  tokenAt,
  typeOfSpelling,
} from "./tokens.js";

/** What the scanner could not read as written. */
export interface ScanFault {
  readonly kind:
    | "semicolon"
    | "date"
    | "single-quotes"
    | "curly-quotes"
    | "unclosed-string"
    | "stray"
    | "foreign-sign";
  readonly start: number;
  readonly end: number;
  /** The sign that stands in its place. */
  readonly instead?: string;
}

export interface Scan {
  readonly tokens: readonly IToken[];
  readonly comments: readonly IToken[];
  readonly faults: readonly ScanFault[];
}

const kinds = Object.keys(shapes);
const shape = new RegExp(
  Object.values(shapes)
    .map((source) => `(${source})`)
    .join("|"),
  "y",
);

/** Read a text into tokens. Never throws: what means nothing becomes a fault and a stray token. */
export function scan(text: string): Scan {
  const tokens: IToken[] = [];
  const comments: IToken[] = [];
  const faults: ScanFault[] = [];
  const sink = { tokens, comments, faults };
  for (let at = 0; at < text.length; ) {
    shape.lastIndex = at;
    const match = shape.exec(text) as RegExpExecArray;
    let group = 1;
    while (match[group] === undefined) group++;
    const image = match[group] as string;
    readOne(kinds[group - 1] as string, image, at, sink);
    at += image.length;
  }
  return { tokens, comments, faults };
}

interface Sink {
  readonly tokens: IToken[];
  readonly comments: IToken[];
  readonly faults: ScanFault[];
}

function readOne(kind: string, image: string, start: number, sink: Sink): void {
  const end = start + image.length;
  const push = (type: Parameters<typeof tokenAt>[0], as = image) =>
    sink.tokens.push(tokenAt(type, as, start, end));
  switch (kind) {
    case "space":
      return;
    case "newline":
      push(Newline);
      return;
    case "comment":
      if (image.startsWith("//"))
        sink.faults.push({ kind: "foreign-sign", start, end: start + 2, instead: "#" });
      sink.comments.push(tokenAt(Comment, image, start, end));
      return;
    case "date":
      readDate(image, start, sink);
      return;
    case "percent":
      push(Percent);
      return;
    case "number":
      push(NumberToken);
      return;
    case "word":
      push(typeOfSpelling(image) ?? Identifier);
      return;
    case "string":
      if (image.length < 2 || !/[^\\](\\\\)*"$/.test(image))
        sink.faults.push({ kind: "unclosed-string", start, end });
      push(StringToken);
      return;
    case "single":
    case "curly":
      sink.faults.push({ kind: `${kind}-quotes` as ScanFault["kind"], start, end });
      push(StringToken, `"${image.slice(1, -1).replaceAll('"', '\\"')}"`);
      return;
    case "sign":
      readSign(image, start, sink);
      return;
    default:
      sink.faults.push({ kind: image === ";" ? "semicolon" : "stray", start, end });
      push(image === ";" ? Newline : Stray);
  }
}

/** A date with its parts made two digits long; days that no calendar has are faults. */
function readDate(image: string, start: number, sink: Sink): void {
  const [day, time] = image.split("T") as [string, string | undefined];
  const full = day.replace(/-(?=\d(?!\d))/g, "-0");
  const end = start + image.length;
  const real = new Date(`${full}T${time ?? "00:00"}Z`);
  const valid = !Number.isNaN(real.getTime()) && real.toISOString().startsWith(full);
  if (!valid || full !== day)
    sink.faults.push({ kind: "date", start, end, ...(valid ? { instead: full } : {}) });
  const spelt = valid ? (time === undefined ? full : `${full}T${time}`) : "2000-01-01";
  sink.tokens.push(tokenAt(DateToken, spelt, start, end));
}

function readSign(image: string, start: number, sink: Sink): void {
  const end = start + image.length;
  const own = typeOfSpelling(image);
  const instead = foreignSigns.find(([sign]) => sign === image)?.[1];
  if (own === undefined && instead !== undefined)
    sink.faults.push({ kind: "foreign-sign", start, end, instead });
  const type = own ?? (instead === undefined ? undefined : typeOfSpelling(instead));
  sink.tokens.push(
    tokenAt(type ?? Stray, own === undefined ? (instead ?? image) : image, start, end),
  );
}
