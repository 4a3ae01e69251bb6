import type { Diagnostic } from "../base/diagnostic.js";
import type { SourceText } from "../base/source-text.js";
import type { Plan } from "../ir/plan.js";
import type { Release } from "../ir/release.js";
import type { Report } from "../ir/report.js";
import type { Skins } from "../show/diagnostics.js";
import type { MimeBundle } from "../show/mime.js";
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
  const table = foreignTable(value) ? await readForeign(value) : undefined;
  if (isRelease(value)) return releaseBundle(value);
  return display((table ?? value) as Parameters<typeof display>[0]);
}

function isRelease(value: unknown): value is Release {
  return typeof value === "object" && value !== null && (value as Release).kind === "release";
}

/** All parts of a release as one bundle. */
async function releaseBundle(release: Release): Promise<MimeBundle> {
  const parts = await releaseParts(release);
  const join = (mime: string, between: string): string =>
    parts
      .map((part) => part[mime])
      .filter((part) => part !== undefined)
      .join(between);
  return { "text/html": join("text/html", "\n"), "text/plain": join("text/plain", "\n\n") };
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

/** What a run made, for a terminal. */
export async function releaseText(release: Release): Promise<string> {
  return (await showValue(release))["text/plain"];
}

/** A report in text, for a terminal. */
export async function reportText(report: Report): Promise<string> {
  return (await showValue(report))["text/plain"];
}
