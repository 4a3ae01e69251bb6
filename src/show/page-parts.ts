import { figureText } from "../base/figure-text.js";
import type { Audience } from "../ir/checked.js";
import type {
  FigureData,
  PairFigure,
  Report,
  ReportSection,
  ReportTable,
  Score,
} from "../ir/report.js";
import { svgOf } from "./figure.js";
import { gridHtml } from "./grid.js";
import { escapeHtml, proseHtml } from "./html.js";
import { plotlyOf } from "./plotly.js";
import { groupedFigures, intervalText, limitWord, referenceWords } from "./report-view.js";
import { fixed, tag } from "./svg.js";
import type { Multiples } from "./svg-multiples.js";

/** A figure of the page and the identifier under which its data are kept. */
export interface PageFigure {
  readonly id: string;
  readonly figure: FigureData | Multiples;
  /** What the cells of a matrix open, and the figure under which that is kept: the first that has it. */
  readonly opens?: { readonly pairs: readonly PairFigure[]; readonly keptBy: string };
}

/** Tables longer than this are folded away behind their title: who has to check sees all of them. */
const OPEN_ROWS: Readonly<Record<Audience, number>> = {
  consumers: 0,
  regulators: Number.POSITIVE_INFINITY,
  teachers: 12,
};

/** The figures of each section; a matrix without pairs of its own opens those of the same output. */
export function pageFigures(report: Report): readonly (readonly PageFigure[])[] {
  const sections = report.sections.map((section, at) =>
    groupedFigures(section).map((figure, i) => ({
      id: `section-${at + 1}-figure-${i}`,
      figure,
    })),
  );
  const all = sections.flat();
  const keeperOf = ({ figure }: PageFigure) =>
    figure.kind === "matrix" && figure.details === undefined
      ? all.find(
          (one) =>
            one.figure.kind === "matrix" &&
            one.figure.details !== undefined &&
            one.figure.of !== undefined &&
            one.figure.of === figure.of,
        )
      : all.find((one) => one.figure === figure);
  return sections.map((figures) =>
    figures.map((one) => {
      const keeper = keeperOf(one);
      if (keeper?.figure.kind !== "matrix" || keeper.figure.details === undefined) return one;
      return { ...one, opens: { pairs: keeper.figure.details, keptBy: keeper.id } };
    }),
  );
}

/** One section as HTML. */
export function sectionHtml(
  section: ReportSection,
  figures: readonly PageFigure[],
  { id, audience }: { readonly id: string; readonly audience: Audience },
): string {
  // Where there is nothing else to see, tables aren't folded away.
  const bare = section.scores.length === 0 && figures.length === 0;
  const open = bare ? Number.POSITIVE_INFINITY : OPEN_ROWS[audience];
  const html = [
    `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(section.title)}</h2>`,
    `<p class="lead">${proseHtml(section.lead)}</p>`,
    ...section.scores.map((score, at) =>
      scoreHtml(score, section.topic, score.meaning === section.scores[at - 1]?.meaning),
    ),
    ...figures.map(figureHtml),
    ...section.tables.map((table) => tableHtml(table, open)),
    "</section>",
  ];
  return html.join("\n");
}

/** @param told whether the score above has the same meaning, which isn't told twice. */
function scoreHtml(score: Score, topic: string, told: boolean): string {
  const about: string[] = [];
  const interval = intervalText(score);
  if (interval !== "") about.push(`95% interval ${interval}`);
  if (score.ceiling !== undefined) {
    about.push(`${limitWord(score, topic)} ${figureText(score.ceiling)}`);
  }
  if (score.reference !== undefined) {
    about.push(`${referenceWords(topic)} ${figureText(score.reference)}`);
  }
  return (
    `<div class="score"><div class="name">${escapeHtml(score.name)} <span class="of">of ${escapeHtml(score.of)}</span></div>` +
    `<div class="value">${figureText(score.value)}</div>` +
    `<div class="picture">${bullet(score)}<div class="about">${escapeHtml(about.join(" · "))}</div></div>` +
    (told ? "</div>" : `<div class="meaning">${proseHtml(score.meaning)}</div></div>`)
  );
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
  const high = inUnit
    ? 1
    : Math.min(Math.max(...all) * 1.1, score.most ?? Number.POSITIVE_INFINITY);
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
  parts.push(endLabel(4, "start", low), endLabel(396, "end", high));
  return tag(
    "svg",
    {
      viewBox: "0 0 400 34",
      role: "img",
      "aria-label": `${score.name} of ${score.of}: ${figureText(score.value)} on a scale from ${ends}`,
    },
    ...parts,
  );
}

/** What an end of the scale stands for: scales differ from score to score. */
function endLabel(x: number, anchor: "start" | "end", value: number): string {
  const label = String(Number(value.toPrecision(3)));
  const place = { x, y: 32, "text-anchor": anchor, "font-size": 10.5, fill: "var(--soft)" };
  return tag("text", { ...place, "aria-hidden": "true" }, label);
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

function figureHtml({ id, figure, opens }: PageFigure): string {
  return (
    `<figure id="${id}" aria-labelledby="${id}-words"><div class="static">${svgOf(figure, "currentColor")}</div>` +
    (opens === undefined ? "" : pairPicker(id, opens.pairs)) +
    `<figcaption><span id="${id}-words">${escapeHtml(figure.summary)}</span>` +
    `<button type="button" data-explore="${id}" aria-describedby="${id}-words">explore</button></figcaption></figure>`
  );
}

/** A list of the pairs behind a matrix; choosing one draws it below, as a click on its cell does. */
function pairPicker(id: string, pairs: readonly PairFigure[]): string {
  const options = pairs.map((pair, i) => `<option value="${i}">${escapeHtml(pair.title)}</option>`);
  return (
    `<div class="pairs"><label>look at a pair <select data-pairs="${id}">` +
    `<option value="">choose, or click a cell</option>${options.join("")}</select></label>` +
    `<p class="pair-words" role="status"></p><div class="pair"></div></div>`
  );
}

/** What a figure needs to move: plotly's JSON, and the pairs it opens, or the figure that keeps them. */
export function liveData({ id, figure, opens }: PageFigure): unknown {
  if (opens === undefined) return plotlyOf(figure);
  const pairs =
    opens.keptBy === id
      ? opens.pairs.map((pair) => ({
          ...{ x: pair.x, y: pair.y, words: pair.summary },
          ...plotlyOf(pair),
        }))
      : opens.keptBy;
  return { ...plotlyOf(figure), pairs };
}

function tableHtml(table: ReportTable, open: number): string {
  const html = `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(table.title)}">${gridHtml(table)}</div>`;
  if (table.rows.length <= open) return html;
  return `<details><summary>${escapeHtml(table.title)} (${table.rows.length} ${table.rows.length === 1 ? "row" : "rows"})</summary>${html}</details>`;
}
