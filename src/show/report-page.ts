import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import zlib from "node:zlib";
import type { Provenance } from "../ir/release.js";
import type { Report } from "../ir/report.js";
import { escapeHtml } from "./html.js";
import { liveData, type PageFigure, pageFigures, sectionHtml } from "./page-parts.js";
import { EXPLORE } from "./page-script.js";
import { PAGE_STYLE } from "./page-style.js";
import { standsOutProse } from "./report-view.js";

export interface PageOptions {
  /** Leave plotly out: the page is small and its figures stay still. */
  readonly still?: boolean;
  readonly provenance?: Provenance;
}

/**
 * The report as one file that needs nothing else: pictures stand still until a reader presses
 * "explore"; only then is the plotly inside the page run. Works from disk, in the dark, on paper,
 * and by keyboard.
 */
export async function reportPage(report: Report, options: PageOptions = {}): Promise<string> {
  const shown = pageFigures(report);
  const { audience } = report;
  const sections = report.sections.map((section, i) => {
    const id = `section-${i + 1}`;
    return {
      id,
      title: section.title,
      html: sectionHtml(section, shown[i] ?? [], { id, audience }),
    };
  });
  const figures = shown.flat();
  const interactive = options.still !== true && figures.length > 0;
  const contents = sections.map(
    ({ id, title }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`,
  );
  const notes = report.notes.map((text) => `<p class="note">${escapeHtml(text)}</p>`);
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeHtml(report.title)}</title><style>${PAGE_STYLE}</style></head><body>`,
    '<a class="skip" href="#report">Skip to the report</a>',
    `<main id="report"><h1>${escapeHtml(report.title)}</h1>`,
    ...notes,
    standsOutHtml(report),
    sections.length > 1 ? `<nav aria-label="Contents"><ul>${contents.join("")}</ul></nav>` : "",
    ...sections.map((section) => section.html),
    footer(report, options.provenance),
    "</main>",
    interactive
      ? await scripts(figures)
      : "<style>button[data-explore],.pairs{display:none}</style>",
    "</body></html>",
  ].join("\n");
}

function standsOutHtml({ standsOut }: Report): string {
  if (standsOut === undefined) return "";
  return `<section class="note" aria-label="What stands out">${standsOutProse(standsOut)}</section>`;
}

function footer(report: Report, provenance: Provenance | undefined): string {
  const words = [`For ${report.audience}.`];
  if (provenance !== undefined) {
    const versions = Object.entries(provenance.versions).map(([name, of]) => `${name} ${of}`);
    words.push(`Spec ${provenance.specHash.slice(0, 12)}, seed ${provenance.seed}.`);
    if (versions.length > 0) words.push(`Made with ${versions.join(", ")}.`);
  }
  words.push(
    "Each number stands with what sampling noise allows at best, a ceiling or a floor (solid mark), with what real rows score against real rows (dashed mark) and with its 95% interval (band), where they are known.",
  );
  return `<footer>${escapeHtml(words.join(" "))}</footer>`;
}

/** Plotly and the numbers of all figures, packed: as text they are most of a page. */
async function scripts(figures: readonly PageFigure[]): Promise<string> {
  const data = Object.fromEntries(figures.map((one) => [one.id, liveData(one)]));
  plotly ??= readFile(
    createRequire(import.meta.url).resolve("plotly.js-cartesian-dist-min/plotly-cartesian.min.js"),
  ).then(packed);
  return [
    `<script type="text/plain" id="plotly-source">${await plotly}</script>`,
    `<script type="text/plain" id="figure-data">${await packed(JSON.stringify(data))}</script>`,
    `<script>${EXPLORE}</script>`,
  ].join("\n");
}

/** The minified plotly with bars, lines and heat maps, packed once for all pages. */
let plotly: Promise<string> | undefined;

const gzip = promisify(zlib.gzip);

/** Gzipped, in base64. */
async function packed(content: string | Buffer): Promise<string> {
  return (await gzip(content, { level: 9 })).toString("base64");
}

/** The report as data, by the schema in assets/report.schema.json, with a newline at its end. */
export function reportJson(report: Report): string {
  return `${JSON.stringify({ $schema: "urn:parable:report:1", ...report }, null, 2)}\n`;
}
