import type { ScanFault } from "../../grammar/scan.js";
import { diagnose, here, remedy } from "../base/diagnose.js";
import type { Diagnostic } from "../base/diagnostic.js";
import type { Span } from "../base/source-text.js";
import { spanOf } from "./build-base.js";
import type { Outline } from "./outline.js";

const spelt = "joining words are spelt out";
const lists = "lists and groups stand in parentheses";
const reasons: ReadonlyMap<string, string> = new Map([
  ["=", "nothing is ever assigned, so one sign is enough"],
  ["!=", "there is one way to say it"],
  ["and", spelt],
  ["or", spelt],
  ["not", spelt],
  ["then", spelt],
  ["..", "a range has two dots"],
  ["#", "comments start with `#`"],
  ["^", "a power has one sign"],
  ["(", lists],
  [")", lists],
]);

/** Other languages mark with `?` what may be missing. */
function strayRemedy(wrote: string): string {
  return wrote === "?"
    ? "leave it out; where a value may be missing, write `or missing` behind its type"
    : "leave it out";
}

/** What the scanner could not read as written. */
export function scanFaults(faults: readonly ScanFault[], text: string): Diagnostic[] {
  return faults.map((fault) => {
    const span: Span = { start: fault.start, end: fault.end };
    const wrote = text.slice(fault.start, fault.end);
    if (fault.kind === "stray")
      return diagnose(
        "P0110",
        { sign: wrote },
        { spans: [here(span)], try: [remedy(strayRemedy(wrote), span, "")] },
      );
    if (fault.kind === "date") return dateFault(wrote, fault.instead, span);
    if (fault.kind === "semicolon")
      return diagnose(
        "P0103",
        { wrote: "`;`", instead: "a new line", why: "the end of the line ends a statement" },
        { spans: [here(span)], try: [remedy("leave it out", span, "")] },
      );
    if (fault.kind === "unclosed-string")
      return diagnose(
        "P0104",
        { what: "this text", close: " before the line ends" },
        {
          spans: [here({ start: span.start, end: span.start + 1 }, "it begins here")],
          try: [remedy('close it with `"`', { start: span.end, end: span.end }, '"')],
        },
      );
    if (fault.kind === "foreign-sign") {
      const instead = fault.instead ?? "";
      const why = reasons.get(instead) ?? "it is the plain sign";
      return diagnose(
        "P0103",
        { wrote: `\`${wrote}\``, instead: `\`${instead}\``, why },
        { spans: [here(span)], try: [remedy(`write \`${instead}\``, span, instead)] },
      );
    }
    const value = `"${wrote.slice(1, -1)}"`;
    return diagnose(
      "P0103",
      { wrote, instead: value, why: "texts stand in straight double quotes" },
      { spans: [here(span)], try: [remedy(`write ${value}`, span, value)] },
    );
  });
}

function dateFault(wrote: string, instead: string | undefined, span: Span): Diagnostic {
  if (instead === undefined)
    return diagnose(
      "P0112",
      { date: wrote, why: "the calendar has none" },
      { spans: [here(span)] },
    );
  const why = "month and day have two digits";
  return diagnose(
    "P0112",
    { date: wrote, why },
    { spans: [here(span)], try: [remedy(`write \`${instead}\``, span, instead)] },
  );
}

/** Braces that are missing, or are there for nothing. */
export function braceFaults(found: Outline, text: string): Diagnostic[] {
  const unclosed = found.unclosed.map(({ open, before }) => {
    const at = before?.startOffset ?? text.length;
    const place = { start: at, end: at };
    const close = before === undefined ? "" : ` before \`${before.image}\` begins`;
    return diagnose(
      "P0104",
      { what: "this block", close },
      {
        spans: [here(spanOf(open), "it opens here")],
        try: [remedy("close it with `}`", place, "}\n")],
      },
    );
  });
  const unopened = found.unopened.map(({ head, after }) => {
    const { end } = spanOf(after);
    const words = text.slice(head.startOffset, end);
    return diagnose(
      "P0118",
      { head: head.image, kind: words },
      {
        spans: [here({ start: head.startOffset, end })],
        try: [remedy("open it with `{`", { start: end, end }, " {")],
      },
    );
  });
  const needless = found.needless.map((token) =>
    diagnose(
      "P0119",
      { what: "brace" },
      { spans: [here(spanOf(token))], try: [remedy("leave it out", spanOf(token), "")] },
    ),
  );
  const stray = found.stray.map((token) =>
    diagnose(
      "P0110",
      { sign: "{" },
      { spans: [here(spanOf(token))], try: [remedy("leave it out", spanOf(token), "")] },
    ),
  );
  return [...unclosed, ...unopened, ...needless, ...stray];
}
