import type { MarginalFigure } from "../ir/report.js";
import { seriesColour } from "./palette.js";
import {
  type Box,
  fitted,
  heading,
  legend,
  letters,
  line,
  linear,
  picture,
  tag,
  textWidth,
} from "./svg.js";
import { stepsIn } from "./svg-marginal.js";
import { formOf, legendOf } from "./svg-series.js";
import { percent } from "./ticks.js";

/** All marginals of a table in one picture. */
export interface Multiples {
  readonly kind: "multiples";
  readonly title: string;
  readonly summary: string;
  readonly panels: readonly MarginalFigure[];
}

/** Labels of a categorical panel that are shown; the rest are summed. */
const LABELS = 6;

/** Several marginals as one: their panels in order, one summary for all. */
export function multiplesOf(title: string, panels: readonly MarginalFigure[]): Multiples {
  const names = panels.map((panel) => panel.column);
  const first = names.slice(0, 6).join(", ");
  const rest = names.length > 6 ? ` and ${names.length - 6} more` : "";
  return {
    kind: "multiples",
    title,
    summary: `Marginal distributions of ${first}${rest}.`,
    panels,
  };
}

/** A categorical marginal with few enough labels for a small panel, the rest as "others". */
export function shortened(figure: MarginalFigure, most = LABELS): MarginalFigure {
  const labels = figure.labels;
  if (labels === undefined || labels.length <= most) return figure;
  const first = figure.series[0]?.shares ?? [];
  const order = labels.map((_, i) => i).sort((a, b) => (first[b] ?? 0) - (first[a] ?? 0));
  const kept = new Set(order.slice(0, most - 1));
  const keep = labels.map((_, i) => i).filter((i) => kept.has(i));
  return {
    ...figure,
    labels: [...keep.map((i) => labels[i] as string), `${labels.length - keep.length} others`],
    series: figure.series.map(({ low: _, high: __, ...series }) => ({
      ...series,
      shares: [
        ...keep.map((i) => series.shares[i] ?? 0),
        series.shares.reduce((sum, share, i) => (kept.has(i) ? sum : sum + share), 0),
      ],
    })),
  };
}

export function multiplesSvg(figure: Multiples, ink: string): string {
  const columns = Math.min(4, Math.max(1, figure.panels.length));
  const width = 204;
  const height = 152;
  const rows = Math.ceil(figure.panels.length / columns);
  const size = { width: Math.max(320, columns * width + 12), height: 54 + rows * height };
  const body = [
    heading(figure.title, size.width),
    legend(8, 42, legendOf(figure.panels[0]?.series ?? [])),
  ];
  figure.panels.forEach((panel, i) => {
    const left = 8 + (i % columns) * width;
    const top = 54 + Math.floor(i / columns) * height;
    const missing = missingWords(panel);
    body.push(letters(left, top + 14, fitted(panel.column, width - 22, 12.5), { bold: true }));
    const head = missing === "" ? 22 : 32;
    const box: Box = {
      left: left + 2,
      top: top + head,
      width: width - 20,
      height: height - head - 30,
    };
    if (panel.edges !== undefined) {
      body.push(stepsIn(box, panel, ink, { ticks: 3, left: false }));
      if (missing !== "") {
        body.push(letters(left, top + 26, missing, { size: 10 }));
      }
    } else {
      body.push(smallBars(box, shortened(panel), ink));
    }
  });
  return picture(size, figure, ink, body);
}

/** How much is missing in each series of a numeric panel; empty where nothing is. */
function missingWords(panel: MarginalFigure): string {
  const shares = panel.series.map((series) => series.missing ?? 0);
  return shares.some((share) => share > 0)
    ? `missing ${shares.map((s) => percent(s)).join(" / ")}`
    : "";
}

function smallBars(box: Box, panel: MarginalFigure, ink: string): string {
  const labels = panel.labels ?? [];
  const room = Math.min(84, Math.max(24, ...labels.map((label) => textWidth(label, 10))));
  const each = Math.min(22, (box.height + 16) / Math.max(1, labels.length));
  const high = Math.max(1e-9, ...panel.series.flatMap((series) => series.shares));
  const x = linear(0, high, box.left + room + 6, box.left + box.width);
  const parts: string[] = [];
  labels.forEach((label, group) => {
    const top = box.top + group * each;
    const middle = top + each / 2;
    parts.push(
      letters(box.left + room, middle + 3, fitted(label, room, 10), { anchor: "end", size: 10 }),
    );
    panel.series.forEach((series, i) => {
      const value = series.shares[group] ?? 0;
      const filled = formOf(i) === "filled";
      parts.push(
        filled
          ? tag("rect", {
              x: x(0),
              y: top + 2,
              width: x(value) - x(0),
              height: Math.max(2, each - 4),
              fill: seriesColour(i),
              "fill-opacity": 0.55,
            })
          : line(x(value), top + 1, x(value), top + each - 1, seriesColour(i), {
              "stroke-width": 2.5,
            }),
      );
    });
  });
  parts.push(line(x(0), box.top, x(0), box.top + each * labels.length, ink, { opacity: 0.5 }));
  return parts.join("");
}
