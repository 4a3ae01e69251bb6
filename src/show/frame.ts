import type { Diagnostic, LabelledSpan, Remedy } from "../base/diagnostic.js";
import type { SourceText } from "../base/source-text.js";
import { textWidth } from "./text-width.js";

/** What a piece of a message is, for whoever colours it. */
export type Tone = "error" | "warning" | "note" | "title" | "place" | "code" | "aside" | "remedy";

/** A piece of one line of a message. */
export interface Piece {
  readonly text: string;
  readonly tone?: Tone;
}

export type FrameLine = readonly Piece[];

interface Mark {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly primary: boolean;
}

/**
 * The frame of one message: title, place, the lines it is about with their marks, reasons, remedies.
 * Columns are counted in what a terminal shows: wide characters are two, combining marks none.
 */
export function frameOf(diagnostic: Diagnostic, source: SourceText): readonly FrameLine[] {
  const tone = diagnostic.severity;
  const title: FrameLine = [
    { text: `${diagnostic.severity} ${diagnostic.code}`, tone },
    { text: `: ${diagnostic.title}`, tone: "title" },
  ];
  const tail: FrameLine[] = [];
  const reasons = diagnostic.because.map((text) => said("because", text));
  const remedies = diagnostic.try.map((remedy, index) =>
    said(index === 0 ? "try" : "or", remedyText(remedy, source), "remedy"),
  );
  const spans = [...diagnostic.spans].sort((a, b) => a.start - b.start);
  const gutter = gutterWidth(spans, source);
  const all = [...reasons, ...remedies];
  for (const [index, lines] of all.entries()) {
    tail.push(...hang(lines, " ".repeat(gutter), index === all.length - 1));
  }
  if (spans.length === 0) return [title, ...tail];
  return [
    title,
    placeLine(spans, source, gutter),
    ...excerpt(spans, source, gutter, tone),
    ...tail,
  ];
}

/** `line:column` of an offset, counted from 1, the column in characters as a reader counts them. */
function placeOf(source: SourceText, offset: number): { line: number; column: number } {
  const { line, column } = source.positionAt(offset);
  const before = source.lineText(line).slice(0, column - 1);
  return { line, column: [...before].length + 1 };
}

/** A remedy in words; where it edits one line and the words don't show the edit, the line as it would be. */
function remedyText(remedy: Remedy, source: SourceText): string {
  const edited = editedLine(remedy, source);
  return edited === undefined ? remedy.label : `${remedy.label}\n${edited}`;
}

/** The line as a remedy would leave it, or undefined where words say it already or it spans lines. */
export function editedLine(remedy: Remedy, source: SourceText): string | undefined {
  const first = remedy.edits[0];
  if (first === undefined) return undefined;
  if (remedy.edits.every((edit) => edit.text !== "" && remedy.label.includes(edit.text)))
    return undefined;
  const { line } = source.positionAt(first.start);
  const span = source.lineSpan(line);
  if (remedy.edits.some((edit) => edit.start < span.start || edit.end > span.end)) return undefined;
  let text = source.lineText(line);
  for (const edit of [...remedy.edits].sort((a, b) => b.start - a.start)) {
    text = text.slice(0, edit.start - span.start) + edit.text + text.slice(edit.end - span.start);
  }
  return text.trim();
}

function said(word: string, text: string, tone?: Tone): readonly FrameLine[] {
  return text
    .split("\n")
    .map((line, index) => [
      { text: (index === 0 ? word : "").padEnd(9), tone: "aside" },
      tone === undefined ? { text: line } : { text: line, tone },
    ]);
}

function hang(lines: readonly FrameLine[], margin: string, last: boolean): readonly FrameLine[] {
  return lines.map((line, index) => {
    const branch = index > 0 ? (last ? "   " : "│  ") : last ? "╰─ " : "├─ ";
    return [{ text: `${margin}${branch}`, tone: "place" }, ...line];
  });
}

function gutterWidth(spans: readonly LabelledSpan[], source: SourceText): number {
  const lines = spans.map((span) => source.positionAt(span.start).line);
  return String(Math.max(10, ...lines)).length + 1;
}

function placeLine(spans: readonly LabelledSpan[], source: SourceText, gutter: number): FrameLine {
  const main = spans.find((span) => span.primary) ?? (spans[0] as LabelledSpan);
  const { line, column } = placeOf(source, main.start);
  return [{ text: `${" ".repeat(gutter)}╭─[${source.name}:${line}:${column}]`, tone: "place" }];
}

function excerpt(
  spans: readonly LabelledSpan[],
  source: SourceText,
  gutter: number,
  tone: Tone,
): readonly FrameLine[] {
  const byLine = new Map<number, Mark[]>();
  for (const span of spans) {
    const { line } = source.positionAt(span.start);
    const marks = byLine.get(line) ?? [];
    marks.push(markOf(span, source, line));
    byLine.set(line, marks);
  }
  const frame: FrameLine[] = [];
  const numbers = [...byLine.keys()].sort((a, b) => a - b);
  let before: number | undefined;
  for (const line of numbers) {
    if (before !== undefined && line === before + 2) {
      frame.push(sourceLine(source, before + 1, gutter));
    } else if (before !== undefined && line > before + 2) {
      frame.push([{ text: `${" ".repeat(gutter)}┆`, tone: "place" }]);
    }
    frame.push(sourceLine(source, line, gutter));
    frame.push(...underline(byLine.get(line) ?? [], gutter, tone));
    before = line;
  }
  return frame;
}

function sourceLine(source: SourceText, line: number, gutter: number): FrameLine {
  return [
    { text: `${String(line).padStart(gutter - 1)} │ `, tone: "place" },
    { text: untabbed(source.lineText(line)), tone: "code" },
  ];
}

function untabbed(text: string): string {
  return text.replaceAll("\t", "  ");
}

function markOf(span: LabelledSpan, source: SourceText, line: number): Mark {
  const whole = source.lineSpan(line);
  const text = source.lineText(line);
  const start = span.start - whole.start;
  const end = Math.max(start, Math.min(span.end, whole.end) - whole.start);
  const from = textWidth(untabbed(text.slice(0, start)));
  const width = textWidth(untabbed(text.slice(start, end)));
  return { from, to: from + Math.max(1, width), label: span.label, primary: span.primary };
}

/** Where the stem of a mark hangs. */
function stem(mark: Mark): number {
  return mark.from + ((mark.to - mark.from - 1) >> 1);
}

function underline(marks: readonly Mark[], gutter: number, tone: Tone): readonly FrameLine[] {
  const margin: Piece = { text: `${" ".repeat(gutter)}│ `, tone: "place" };
  const sorted = [...marks].sort((a, b) => a.from - b.from);
  const labelled = sorted.filter((mark) => mark.label !== "");
  const last = sorted.at(-1);
  const inline = labelled.length === 1 && labelled[0] === last ? labelled[0] : undefined;
  const under: Piece[] = [margin];
  let at = 0;
  for (const mark of sorted) {
    if (mark.from < at) continue;
    under.push({ text: " ".repeat(mark.from - at) });
    const dashes = [..."─".repeat(mark.to - mark.from)];
    if (mark.label !== "") dashes[stem(mark) - mark.from] = "┬";
    under.push({ text: dashes.join(""), tone: mark.primary ? tone : "place" });
    at = mark.to;
  }
  if (inline !== undefined) {
    under.push({ text: ` ${inline.label}`, tone: inline.primary ? tone : "place" });
    return [under];
  }
  return [under, ...labelRows(labelled, tone).map((row) => [margin, ...row])];
}

/** Labels hang from their stems, as many on one row as fit, the rightmost first. */
function labelRows(marks: readonly Mark[], tone: Tone): readonly FrameLine[] {
  const rows: Mark[][] = [];
  let limit = Number.POSITIVE_INFINITY;
  for (const mark of [...marks].reverse()) {
    const width = stem(mark) + 4 + textWidth(mark.label);
    if (rows.length === 0 || width + 2 > limit) rows.push([]);
    (rows.at(-1) as Mark[]).unshift(mark);
    limit = stem(mark);
  }
  return rows.map((row) => {
    const first = row[0] as Mark;
    const waiting = marks.filter((mark) => stem(mark) < stem(first));
    const pieces: Piece[] = [];
    let at = 0;
    const place = (column: number, text: string, mark: Mark) => {
      pieces.push({ text: " ".repeat(Math.max(0, column - at)) });
      pieces.push({ text, tone: mark.primary ? tone : "place" });
      at = Math.max(at, column) + textWidth(text);
    };
    for (const mark of waiting) place(stem(mark), "│", mark);
    for (const mark of row) place(stem(mark), `╰── ${mark.label}`, mark);
    return pieces;
  });
}
