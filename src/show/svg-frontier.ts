import type { FrontierFigure, FrontierPoint } from "../ir/report.js";
import { type FrontierLabel, frontierAxes, frontierLabels } from "./frontier-labels.js";
import { escapeHtml } from "./html.js";
import { seriesColour } from "./palette.js";
import {
  type Box,
  bottomAxis,
  fixed,
  heading,
  leftAxis,
  legend,
  letters,
  line,
  linear,
  picture,
  type Scale,
  sideTitle,
  tag,
  textWidth,
} from "./svg.js";
import { legendOf, strokeOf } from "./svg-series.js";
import { compact, numberTicks } from "./ticks.js";

/** Points with crosses for their intervals; the further up and to the left, the better. */
export function frontierSvg(figure: FrontierFigure, ink: string): string {
  const size = { width: 640, height: 400 };
  const box: Box = { left: 64, top: 56, width: 556, height: 284 };
  const points = figure.series.flatMap((series) => series.points);
  const xs = points.flatMap((p) => [p.x, p.xLow ?? p.x, p.xHigh ?? p.x]);
  const ys = points.flatMap((p) => [p.y, p.yLow ?? p.y, p.yHigh ?? p.y]);
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const pad = (high - low || 0.1) * 0.1;
  const right = Math.max(...xs) * 1.12 || 1;
  const x = linear(Math.min(0, ...xs), right, box.left, box.left + box.width);
  const y = linear(low - pad, high + pad, box.top + box.height, box.top);
  const taken: Taken[] = [];
  const names = frontierAxes(figure);
  return picture(size, figure, ink, [
    heading(figure.title, size.width),
    legend(box.left, 42, legendOf(figure.series, formAt)),
    leftAxis(box, y, numberTicks(low - pad, high + pad, 6), ink),
    bottomAxis(box, x, numberTicks(Math.min(0, ...xs), right, 7), ink, true),
    letters(box.left + box.width / 2, size.height - 16, names.x, { anchor: "middle" }),
    sideTitle(names.y, { left: 14, top: box.top, height: box.height }),
    ...figure.series.map((series, i) => crosses(series.points, x, y, i)),
    ...figure.series.flatMap((series) =>
      frontierLabels(series.points).map((label) => named(label, x, y, taken)),
    ),
  ]);
}

/** All of a frontier's series are lines: what the first is told by is that it isn't dashed. */
const formAt = (index: number) => (index === 0 ? "outlined" : "dashed");

function crosses(points: readonly FrontierPoint[], x: Scale, y: Scale, index: number): string {
  const colour = seriesColour(index);
  const route = points.map((p) => `${fixed(x(p.x))},${fixed(y(p.y))}`).join(" ");
  const parts = [tag("polyline", { points: route, ...strokeOf(index, formAt(index), 1.6) })];
  for (const p of points) {
    const faint = { opacity: 0.5, "stroke-width": 1.2 };
    parts.push(line(x(p.xLow ?? p.x), y(p.y), x(p.xHigh ?? p.x), y(p.y), colour, faint));
    parts.push(line(x(p.x), y(p.yLow ?? p.y), x(p.x), y(p.yHigh ?? p.y), colour, faint));
    const words = `${p.label}: ${compact(p.x)}, ${compact(p.y)}`;
    const title = tag("title", {}, escapeHtml(words));
    const [cx, cy] = [x(p.x), y(p.y)];
    parts.push(
      index === 0
        ? tag("circle", { cx, cy, r: 5, fill: colour }, title)
        : tag("rect", { x: cx - 5, y: cy - 5, width: 10, height: 10, fill: colour }, title),
    );
  }
  return parts.join("");
}

interface Taken {
  readonly x: number;
  readonly y: number;
}

/** A label, moved away from labels that are there already. */
function named(label: FrontierLabel, x: Scale, y: Scale, taken: Taken[]): string {
  const left = x(label.x) + textWidth(label.text, 11) + 12 > 630;
  const at = { x: x(label.x) + (left ? -9 : 9), y: y(label.y) - 12 };
  for (let i = 0; i < 12; i++) {
    const hit = taken.some((t) => Math.abs(t.y - at.y) < 13 && Math.abs(t.x - at.x) < 90);
    if (!hit) break;
    at.y += 14;
  }
  taken.push(at);
  return letters(at.x, at.y, label.text, { size: 11, anchor: left ? "end" : "start" });
}
