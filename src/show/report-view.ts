import { figureText } from "../base/figure-text.js";
import type { MarginalFigure, Report, ReportSection, ReportTable, Score } from "../ir/report.js";
import { svgOf } from "./figure.js";
import { type Grid, gridHtml, gridText } from "./grid.js";
import { escapeHtml, proseHtml, themed } from "./html.js";
import type { MimeBundle } from "./mime.js";
import { type Multiples, multiplesOf } from "./svg-multiples.js";

/** Kinds of figures that a notebook shows inside the report; the others are shown by themselves. */
const INLINE: ReadonlySet<string> = new Set(["multiples", "bars", "flow", "frontier"]);

/** What stands above all that was computed from real rows. */
const INSIDE = "For the data holder, not private.";

/** The report in a notebook: scores of each section, and the marginals in one picture. */
export function displayReport(report: Report): MimeBundle {
  const mark = report.inside ? [INSIDE] : [];
  const html = [
    `<h3>${escapeHtml(report.title)}</h3>`,
    ...mark.map((words) => `<p><b>${words}</b></p>`),
  ];
  const text = [report.title, ...mark];
  for (const section of report.sections) {
    const named = section.title !== report.title;
    const title = named ? `<h4>${escapeHtml(section.title)}</h4>` : "";
    html.push(`${title}<p class="soft">${escapeHtml(section.lead)}</p>`);
    text.push(named ? `\n${section.title}\n${section.lead}` : section.lead);
    if (section.scores.length > 0) {
      const grid = scoreGrid(section);
      html.push(gridHtml(grid));
      text.push(gridText(grid));
    } else if (section.tables[0] !== undefined) {
      html.push(gridHtml(section.tables[0]));
      text.push(gridText(section.tables[0]));
    }
    html.push(
      ...(section.scores.length > 0 ? section.tables : section.tables.slice(1)).map(folded),
    );
    for (const figure of groupedFigures(section)) {
      if (!INLINE.has(figure.kind)) continue;
      const svg = Buffer.from(svgOf(figure), "utf8").toString("base64");
      html.push(
        `<img alt="${escapeHtml(figure.summary)}" style="max-width:100%" src="data:image/svg+xml;base64,${svg}">`,
      );
    }
  }
  for (const line of report.notes) {
    html.push(`<p class="soft">${escapeHtml(line)}</p>`);
    text.push(line);
  }
  if (report.standsOut !== undefined) {
    const { lead, lines, power } = report.standsOut;
    html.push(standsOutProse(report.standsOut));
    text.push([lead, ...lines.map((line) => `- ${line}`), ...power].join("\n"));
  }
  return { "text/html": themed(html.join("")), "text/plain": text.join("\n") };
}

/** What stands out, and what would have, as HTML. */
export function standsOutProse({ lead, lines, power }: NonNullable<Report["standsOut"]>): string {
  const items = lines.map((line) => `<li>${proseHtml(line)}</li>`).join("");
  const list = items === "" ? "" : `<ul>${items}</ul>`;
  const would = power.length === 0 ? "" : `<p class="soft">${proseHtml(power.join(" "))}</p>`;
  return `<p>${proseHtml(lead)}</p>${list}${would}`;
}

/** A table behind its title: opens without a script. */
function folded(table: ReportTable): string {
  return `<details><summary>${escapeHtml(table.title)}</summary>${gridHtml(table)}</details>`;
}

/** What the reference of a topic's scores is. */
export function referenceWords(topic: string): string {
  return topic === "privacy"
    ? "without a leak"
    : topic === "utility" || topic === "fairness"
      ? "trained on real rows"
      : "real against real";
}

/** What the ceiling of a score is: where less is better it is a floor. */
export function limitWord({ better }: Score, topic: string): string {
  return topic === "privacy" ? "budget" : better === "lower" ? "floor" : "ceiling";
}

/** Scores side by side with all that keeps them honest. */
function scoreGrid({ scores, topic }: ReportSection): Grid {
  const any = (of: (score: Score) => unknown) => scores.some((score) => of(score) !== undefined);
  const interval = any((score) => score.low);
  const limited = scores.filter((score) => score.ceiling !== undefined);
  const ceiling = [...new Set(limited.map((score) => limitWord(score, topic)))].join(" or ");
  const reference = any((score) => score.reference);
  return {
    columns: [
      "measure",
      "of",
      "value",
      ...(interval ? ["95% interval"] : []),
      ...(ceiling === "" ? [] : [ceiling]),
      ...(reference ? [referenceWords(topic)] : []),
    ],
    rows: scores.map((score) => [
      score.name,
      score.of,
      figureText(score.value),
      ...(interval ? [intervalText(score)] : []),
      ...(ceiling === "" ? [] : [known(score.ceiling)]),
      ...(reference ? [known(score.reference)] : []),
    ]),
    right: [
      ...[false, false, true],
      ...(interval ? [false] : []),
      ...(ceiling === "" ? [] : [true]),
      ...(reference ? [true] : []),
    ],
  };
}

const known = (value: number | undefined): string => (value === undefined ? "" : figureText(value));

export function intervalText(score: Score): string {
  if (score.low === undefined || score.high === undefined) return "";
  return `${figureText(score.low)} to ${figureText(score.high)}`;
}

/** The figures of a section with its marginals gathered into small multiples, one per comparison. */
export function groupedFigures(
  section: ReportSection,
): readonly (ReportSection["figures"][number] | Multiples)[] {
  const groups = new Map<string, MarginalFigure[]>();
  for (const figure of section.figures) {
    if (figure.kind !== "marginal") continue;
    const key = figure.series.map((series) => series.name).join(" and ");
    groups.set(key, [...(groups.get(key) ?? []), figure]);
  }
  const grouped = [...groups].map(([names, panels]) =>
    panels.length === 1
      ? (panels[0] as MarginalFigure)
      : multiplesOf(`Columns of ${names}`, panels),
  );
  return [...grouped, ...section.figures.filter((figure) => figure.kind !== "marginal")];
}
