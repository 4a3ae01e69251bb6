import type { Audience } from "../ir/checked.js";
import type { FigureData, ReportSection, ReportTable, Score } from "../ir/report.js";
import { svgOf } from "./figure.js";
import { gridHtml } from "./grid.js";
import { escapeHtml, proseHtml } from "./html.js";
import { plotlyOf } from "./plotly.js";
import { groupedFigures, intervalText } from "./report-view.js";
import { fixed, tag } from "./svg.js";
import type { Multiples } from "./svg-multiples.js";

/** A figure of the page and the identifier under which its data are kept. */
export interface PageFigure {
  readonly id: string;
  readonly figure: FigureData | Multiples;
}

/** Tables longer than this are folded away behind their title: who has to check sees all of them. */
const OPEN_ROWS: Readonly<Record<Audience, number>> = {
  consumers: 0,
  regulators: Number.POSITIVE_INFINITY,
  teachers: 12,
};

/** One section as HTML, and the figures in it. */
export function sectionHtml(
  section: ReportSection,
  id: string,
  audience: Audience,
): { readonly html: string; readonly figures: readonly PageFigure[] } {
  const figures = groupedFigures(section).map((figure, i) => ({ id: `${id}-figure-${i}`, figure }));
  const html = [
    `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(section.title)}</h2>`,
    `<p class="lead">${proseHtml(section.lead)}</p>`,
    ...section.scores.map(scoreHtml),
    ...figures.map(figureHtml),
    ...section.tables.map((table) => tableHtml(table, OPEN_ROWS[audience])),
    "</section>",
  ];
  return { html: html.join("\n"), figures };
}

function scoreHtml(score: Score): string {
  const about: string[] = [];
  const interval = intervalText(score);
  if (interval !== "") about.push(`95% interval ${interval}`);
  if (score.ceiling !== undefined) about.push(`ceiling ${score.ceiling.toFixed(3)}`);
  if (score.reference !== undefined) {
    about.push(`real against real ${score.reference.toFixed(3)}`);
  }
  return (
    `<div class="score"><div class="name">${escapeHtml(score.name)} <span class="of">of ${escapeHtml(score.of)}</span></div>` +
    `<div class="value">${number(score.value)}</div>` +
    `<div class="picture">${bullet(score)}<div class="about">${escapeHtml(about.join(" · "))}</div></div>` +
    `<div class="meaning">${proseHtml(score.meaning)}</div></div>`
  );
}

function number(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(3);
}

/** The value as a dot with its interval, the ceiling and the reference as marks, on a scale of its own. */
function bullet(score: Score): string {
  const all = [score.value, score.ceiling, score.reference, score.low, score.high].filter(
    (value): value is number => value !== undefined && Number.isFinite(value),
  );
  if (all.length < 2) return "";
  const inUnit = all.every((value) => value >= 0 && value <= 1);
  const least = Math.min(...all);
  const low = inUnit ? (least > 0.9 ? 0.9 : least > 0.5 ? 0.5 : 0) : Math.min(0, least);
  const high = inUnit ? 1 : Math.max(...all) * 1.1;
  const x = (value: number) => 4 + ((value - low) / (high - low || 1)) * 392;
  const parts = [
    tag("line", { x1: 4, x2: 396, y1: 13, y2: 13, stroke: "currentColor", opacity: 0.25 }),
  ];
  if (score.low !== undefined && score.high !== undefined) {
    const width = Math.max(1, x(score.high) - x(score.low));
    const left = x(score.low);
    parts.push(
      tag("rect", { x: left, y: 9, width, height: 8, rx: 3, fill: "var(--mark)", opacity: 0.3 }),
    );
  }
  if (score.ceiling !== undefined) parts.push(upright(x(score.ceiling), "", 2.5));
  if (score.reference !== undefined) parts.push(upright(x(score.reference), "2 2", 1.5));
  parts.push(tag("circle", { cx: x(score.value), cy: 13, r: 5, fill: "var(--mark)" }));
  const ends = `${fixed(low)} to ${fixed(high)}`;
  return tag(
    "svg",
    {
      viewBox: "0 0 400 26",
      role: "img",
      "aria-label": `${score.value.toFixed(3)} on a scale from ${ends}`,
    },
    ...parts,
  );
}

function upright(x: number, dashes: string, width: number): string {
  return tag("line", {
    x1: x,
    x2: x,
    y1: 4,
    y2: 22,
    stroke: "currentColor",
    "stroke-width": width,
    "stroke-dasharray": dashes === "" ? undefined : dashes,
  });
}

function figureHtml({ id, figure }: PageFigure): string {
  return (
    `<figure id="${id}"><div class="static">${svgOf(figure, "currentColor")}</div>` +
    pairPicker(id, figure) +
    `<figcaption><span id="${id}-words">${escapeHtml(figure.summary)}</span>` +
    `<button type="button" data-explore="${id}" aria-describedby="${id}-words">explore</button></figcaption></figure>`
  );
}

/** A list of the pairs behind a matrix; choosing one draws it below. */
function pairPicker(id: string, figure: PageFigure["figure"]): string {
  if (figure.kind !== "matrix" || figure.details === undefined) return "";
  const options = figure.details.map(
    (pair, i) => `<option value="${i}">${escapeHtml(pair.title)}</option>`,
  );
  return (
    `<div class="pairs"><label>look at a pair <select data-pairs="${id}">` +
    `<option value="">choose, or click a cell after “explore”</option>${options.join("")}</select></label>` +
    `<div class="pair" aria-live="polite"></div></div>`
  );
}

/** The pairs of a matrix as plotly's JSON, by its identifier. */
export function pairData({ figure }: PageFigure): readonly unknown[] | undefined {
  if (figure.kind !== "matrix" || figure.details === undefined) return undefined;
  return figure.details.map((pair) => ({ x: pair.x, y: pair.y, ...plotlyOf(pair) }));
}

function tableHtml(table: ReportTable, open: number): string {
  const html = `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(table.title)}">${gridHtml(table)}</div>`;
  if (table.rows.length <= open) return html;
  return `<details><summary>${escapeHtml(table.title)} (${table.rows.length} rows)</summary>${html}</details>`;
}
