import type { Diagnostic } from "../base/diagnostic.js";
import { SourceText } from "../base/source-text.js";
import type { Plan } from "../ir/plan.js";
import type { Release } from "../ir/release.js";
import type { Report } from "../ir/report.js";
import type { Compilation } from "../pipeline.js";
import type { Skins } from "../show/diagnostics.js";
import { type MimeBundle, madeWhenSeen } from "../show/mime.js";
import type { SourceSpending } from "./ledger.js";
import { releaseParts } from "./release-parts.js";

export type { MimeBundle };

/** Diagnostics as a terminal (plain or in colour), a notebook, a Jupyter error or an editor shows them. */
export async function renderDiagnostics<S extends keyof Skins>(
  diagnostics: readonly Diagnostic[],
  source: SourceText,
  skin: S,
): Promise<Skins[S]> {
  return (await import("../show/diagnostics.js")).renderDiagnostics(diagnostics, source, skin);
}

/**
 * A value as notebooks show it: plans, tables, releases, reports, diagnostics, figures, Arrow tables
 * and danfo data frames. Every bundle has `text/plain`.
 */
export async function showValue(value: unknown): Promise<MimeBundle> {
  const { display } = await import("../show/display.js");
  if (isCompilation(value)) return compilationBundle(value);
  const said = diagnosticsIn(value);
  if (said !== undefined) return diagnosticsBundle(said, new SourceText("", ""));
  const spent = spendingsIn(value);
  if (spent !== undefined) return ledgersBundle(spent);
  const table = foreignTable(value) ? await readForeign(value) : undefined;
  if (isRelease(value)) return releaseBundle(value);
  return display((table ?? value) as Parameters<typeof display>[0]);
}

function isCompilation(value: unknown): value is Compilation {
  return typeof value === "object" && value !== null && "diagnostics" in value && "source" in value;
}

async function compilationBundle({ diagnostics, source, plan }: Compilation): Promise<MimeBundle> {
  const { display } = await import("../show/display.js");
  const bundles = [
    ...(diagnostics.length === 0 ? [] : [await diagnosticsBundle(diagnostics, source)]),
    ...(plan === undefined ? [] : [display({ ...plan, warnings: [] })]),
  ];
  return joined(bundles);
}

/** Diagnostics by themselves, without the text that they point into. */
function diagnosticsIn(value: unknown): readonly Diagnostic[] | undefined {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (all.length === 0 || !all.every(isDiagnostic)) return undefined;
  return all.map((diagnostic) => ({
    ...diagnostic,
    spans: [],
    try: diagnostic.try.map(({ label }) => ({ label, edits: [] })),
  }));
}

function isDiagnostic(value: unknown): value is Diagnostic {
  return (value as Partial<Diagnostic> | undefined)?.kind === "diagnostic";
}

async function diagnosticsBundle(
  diagnostics: readonly Diagnostic[],
  source: SourceText,
): Promise<MimeBundle> {
  return {
    "text/html": await renderDiagnostics(diagnostics, source, "html"),
    "text/plain": await renderDiagnostics(diagnostics, source, "plain"),
  };
}

/** What `readLedger` gives. */
function spendingsIn(value: unknown): readonly SourceSpending[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const all = value as readonly Partial<SourceSpending>[];
  return all.every((each) => Array.isArray(each?.lines) && "fingerprint" in each)
    ? (all as readonly SourceSpending[])
    : undefined;
}

/** The charges of each source by themselves: their sums are of one source. */
async function ledgersBundle(spent: readonly SourceSpending[]): Promise<MimeBundle> {
  const { displayLedger } = await import("../show/release-view.js");
  return joined(
    spent.map(({ source, lines }) =>
      displayLedger(lines, spent.length === 1 ? "Ledger" : `Ledger of ${source}`),
    ),
  );
}

function isRelease(value: unknown): value is Release {
  return typeof value === "object" && value !== null && (value as Release).kind === "release";
}

/** All parts of a release as one bundle. */
async function releaseBundle(release: Release): Promise<MimeBundle> {
  return joined(await releaseParts(release));
}

/** Several bundles as one. */
function joined(parts: readonly MimeBundle[]): MimeBundle {
  const join = (mime: string, between: string) => (): string =>
    parts
      .map((part) => part[mime])
      .filter((part) => part !== undefined)
      .join(between);
  return madeWhenSeen({
    "text/html": join("text/html", "\n"),
    "text/plain": join("text/plain", "\n\n"),
  });
}

function foreignTable(value: unknown): boolean {
  return typeof value === "object" && value !== null && !("kind" in value);
}

async function readForeign(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return undefined;
  return (await import("../table/from-frame.js")).fromFrame(value, "table").catch(() => undefined);
}

/** A plan in sentences, for a terminal. */
export async function planText(plan: Plan): Promise<string> {
  return (await showValue(plan))["text/plain"];
}

/** What a run made, for a terminal. Of a release that is still being made: what telling takes is loaded meanwhile. */
export async function releaseText(release: Release | Promise<Release>): Promise<string> {
  const loading = Promise.all([
    import("../show/display.js"),
    import("../evaluate/marginal-figures.js"),
  ]);
  const [made] = await Promise.all([release, loading]);
  return (await releaseBundle(made))["text/plain"];
}

/** A report in text, for a terminal. */
export async function reportText(report: Report): Promise<string> {
  return (await showValue(report))["text/plain"];
}
