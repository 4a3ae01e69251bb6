import pc from "picocolors";
import type { Diagnostic } from "../base/diagnostic.js";
import type { SourceText, Span } from "../base/source-text.js";
import { editedLine, type FrameLine, frameOf, type Piece, type Tone } from "./frame.js";
import { escapeHtml, themed } from "./html.js";

/** How many errors are shown in full; the rest are counted. */
const SHOWN = 5;

/** A message of the Jupyter protocol's kind `error`. */
export interface JupyterError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

interface LspPosition {
  readonly line: number;
  readonly character: number;
}

/** A diagnostic of the Language Server Protocol, 3.17; lines and UTF-16 columns from 0. */
export interface LspDiagnostic {
  readonly range: { readonly start: LspPosition; readonly end: LspPosition };
  readonly severity: 1 | 2 | 3;
  readonly code: string;
  readonly source: "parable";
  readonly message: string;
  readonly relatedInformation: readonly {
    readonly location: { readonly uri: string; readonly range: LspDiagnostic["range"] };
    readonly message: string;
  }[];
  /** Remedies that can be carried out, for code actions. */
  readonly data: readonly {
    readonly title: string;
    readonly edits: readonly { readonly range: LspDiagnostic["range"]; readonly newText: string }[];
  }[];
}

/** What each skin gives. */
export interface Skins {
  readonly terminal: string;
  readonly plain: string;
  readonly html: string;
  readonly jupyter: JupyterError;
  readonly lsp: readonly LspDiagnostic[];
}

/**
 * The same messages for a coloured terminal, a plain one, a notebook (HTML that needs no script),
 * a Jupyter `error`, or an editor. Errors come first; at most five are shown and the rest counted.
 */
export function renderDiagnostics<S extends keyof Skins>(
  diagnostics: readonly Diagnostic[],
  source: SourceText,
  skin: S,
): Skins[S] {
  const skins: { readonly [K in keyof Skins]: () => Skins[K] } = {
    terminal: () => textOf(diagnostics, source, ansi),
    plain: () => textOf(diagnostics, source, plain),
    html: () => htmlOf(diagnostics, source),
    jupyter: () => jupyterOf(diagnostics, source),
    lsp: () => diagnostics.map((diagnostic) => lspOf(diagnostic, source)),
  };
  return skins[skin]();
}

interface Chosen {
  readonly shown: readonly Diagnostic[];
  readonly footer: string;
}

/** Errors first, then warnings and notes; what is left out is said. */
function choose(diagnostics: readonly Diagnostic[]): Chosen {
  const of = (severity: Diagnostic["severity"]) =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity);
  const groups = [of("error"), of("warning"), of("note")];
  const shown = groups.flatMap((group) => group.slice(0, SHOWN));
  const words = ["error", "warning", "note"];
  const hidden = groups.flatMap((group, index) => {
    const more = group.length - SHOWN;
    return more > 0 ? [`${more} more ${words[index]}${more === 1 ? "" : "s"}`] : [];
  });
  const parts: string[] = [];
  if (hidden.length > 0) parts.push(`and ${hidden.join(", ")}.`);
  const example = shown[0]?.code;
  if (example !== undefined) parts.push(`see  parable explain ${example}`);
  return { shown, footer: parts.join("  ") };
}

function textOf(
  diagnostics: readonly Diagnostic[],
  source: SourceText,
  paint: (piece: Piece) => string,
): string {
  const { shown, footer } = choose(diagnostics);
  const frames = shown.map((diagnostic) => linesOf(frameOf(diagnostic, source), paint));
  if (footer !== "") frames.push(paint({ text: footer, tone: "aside" }));
  return frames.join("\n\n");
}

function linesOf(frame: readonly FrameLine[], paint: (piece: Piece) => string): string {
  return frame.map((line) => line.map(paint).join("").trimEnd()).join("\n");
}

function plain(piece: Piece): string {
  return piece.text;
}

const colours = pc.createColors(true);
const ANSI: Readonly<Record<Tone, (text: string) => string>> = {
  error: (text) => colours.bold(colours.red(text)),
  warning: (text) => colours.bold(colours.yellow(text)),
  note: (text) => colours.bold(colours.cyan(text)),
  title: colours.bold,
  place: colours.blue,
  code: (text) => text,
  aside: colours.dim,
  remedy: colours.green,
};

function ansi(piece: Piece): string {
  return piece.tone === undefined ? piece.text : ANSI[piece.tone](piece.text);
}

const DIAGNOSTIC_STYLE = `
.parable .diagnostic{border-left:3px solid var(--p-note);padding:.3em .8em;margin:.5em 0}
.parable .diagnostic.error{border-color:var(--p-error)}.parable .diagnostic.warning{border-color:var(--p-warning)}
.parable .diagnostic pre{font-family:var(--jp-code-font-family,ui-monospace,Menlo,Consolas,monospace);line-height:1.3}
.parable .t-error{color:var(--p-error);font-weight:600}.parable .t-warning{color:var(--p-warning);font-weight:600}
.parable .t-note{color:var(--p-note);font-weight:600}.parable .t-title{font-weight:600}
.parable .t-place,.parable .t-aside{color:var(--p-soft)}.parable .t-remedy{color:var(--p-remedy)}
.parable .apply{user-select:all}
`.replaceAll("\n", "");

function htmlOf(diagnostics: readonly Diagnostic[], source: SourceText): string {
  const { shown, footer } = choose(diagnostics);
  const paint = (piece: Piece) =>
    piece.tone === undefined
      ? escapeHtml(piece.text)
      : `<span class="t-${piece.tone}">${escapeHtml(piece.text)}</span>`;
  const blocks = shown.map((diagnostic) => {
    const pre = linesOf(frameOf(diagnostic, source), paint);
    return `<div class="diagnostic ${diagnostic.severity}" role="${diagnostic.severity === "error" ? "alert" : "note"}"><pre>${pre}</pre></div>`;
  });
  const foot = footer === "" ? "" : `<div class="soft">${escapeHtml(footer)}</div>`;
  return themed(blocks.join("") + foot, DIAGNOSTIC_STYLE);
}

function jupyterOf(diagnostics: readonly Diagnostic[], source: SourceText): JupyterError {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  const first = errors[0] ?? diagnostics[0];
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return {
    ename: first?.code ?? "Parable",
    evalue: `${first?.title ?? "something went wrong"}${more}`,
    traceback: textOf(diagnostics, source, ansi).split("\n"),
  };
}

function lspRange(source: SourceText, span: Span): LspDiagnostic["range"] {
  const at = (offset: number): LspPosition => {
    const { line, column } = source.positionAt(offset);
    return { line: line - 1, character: column - 1 };
  };
  return { start: at(span.start), end: at(Math.max(span.start, span.end)) };
}

const LSP_SEVERITY = { error: 1, warning: 2, note: 3 } as const;

function lspOf(diagnostic: Diagnostic, source: SourceText): LspDiagnostic {
  const main = diagnostic.spans.find((span) => span.primary) ?? diagnostic.spans[0];
  const others = diagnostic.spans.filter((span) => span !== main);
  const words = [diagnostic.title];
  if (main !== undefined && main.label !== "") words.push(main.label);
  words.push(...diagnostic.because.map((reason) => `because ${reason}`));
  words.push(
    ...diagnostic.try.map((remedy) => {
      const edited = editedLine(remedy, source);
      return `try ${remedy.label}${edited === undefined ? "" : `: ${edited}`}`;
    }),
  );
  return {
    range: lspRange(source, main ?? { start: 0, end: 0 }),
    severity: LSP_SEVERITY[diagnostic.severity],
    code: diagnostic.code,
    source: "parable",
    message: words.join("\n"),
    relatedInformation: others.map((span) => ({
      location: { uri: source.name, range: lspRange(source, span) },
      message: span.label,
    })),
    data: diagnostic.try
      .filter((remedy) => remedy.edits.length > 0)
      .map((remedy) => ({
        title: remedy.label,
        edits: remedy.edits.map((edit) => ({ range: lspRange(source, edit), newText: edit.text })),
      })),
  };
}
