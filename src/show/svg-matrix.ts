import type { LinesFigure, MatrixFigure, PairFigure } from "../ir/report.js";
import { escapeHtml } from "./html.js";
import { CIVIDIS, colourAt, DIVERGING, seriesColour } from "./palette.js";
import {
  type Box,
  bottomAxis,
  fitted,
  fixed,
  heading,
  leftAxis,
  legend,
  letters,
  linear,
  picture,
  type Scale,
  sideTitle,
  tag,
  textWidth,
} from "./svg.js";
import { legendOf } from "./svg-series.js";
import { compact, numberTicks, percent, type Tick } from "./ticks.js";

/** The scale that fits the range of a matrix: two-sided where values lie on both sides of zero. */
function scaleFor(low: number): readonly string[] {
  return low < 0 ? DIVERGING : CIVIDIS;
}

export function matrixSvg(figure: MatrixFigure, ink: string): string {
  const columns = figure.columns.length;
  const room = Math.min(130, Math.max(30, ...figure.rows.map((label) => textWidth(label, 11))));
  const cell = Math.max(14, Math.min(44, Math.floor((640 - room - 90) / Math.max(1, columns))));
  const head = Math.min(110, Math.max(30, ...figure.columns.map((l) => textWidth(l, 11) * 0.75)));
  const box: Box = {
    left: room + 12,
    top: 36 + head,
    width: cell * columns,
    height: cell * figure.rows.length,
  };
  const size = {
    width: Math.max(420, box.left + box.width + 84),
    height: Math.max(box.top + box.height, box.top + 150) + 16,
  };
  const scale = scaleFor(figure.low);
  const body = [heading(figure.title, size.width)];
  figure.rows.forEach((label, i) => {
    const y = box.top + i * cell + cell / 2 + 4;
    body.push(letters(box.left - 6, y, fitted(label, room, 11), { anchor: "end", size: 11 }));
  });
  figure.columns.forEach((label, j) => {
    const x = box.left + j * cell + cell / 2 + 3;
    const y = box.top - 6;
    body.push(
      tag(
        "g",
        { transform: `rotate(-48 ${fixed(x)} ${fixed(y)})` },
        letters(x, y, fitted(label, 135, 11), { size: 11 }),
      ),
    );
  });
  body.push(...(columns * figure.rows.length > MOST_CELLS ? patches : cells)(figure, box, cell));
  body.push(colourBar(box.left + box.width + 20, box.top, 130, figure.low, figure.high, scale));
  return picture(size, figure, ink, body);
}

/** Matrices of more cells are drawn colour by colour: by themselves their cells would outweigh the page. */
const MOST_CELLS = 2_500;

function colourOf({ low, high }: MatrixFigure, value: number) {
  return colourAt(scaleFor(low), (value - low) / (high - low || 1));
}

/** Cells with their names and, where there is room, their numbers; a page opens pairs from them. */
function cells(figure: MatrixFigure, box: Box, cell: number): readonly string[] {
  const body: string[] = [];
  const isOpen = figure.of !== undefined;
  figure.values.forEach((row, i) => {
    row.forEach((value, j) => {
      if (value === null) return;
      const { fill, ink: on } = colourOf(figure, value);
      const x = box.left + j * cell;
      const y = box.top + i * cell;
      const names = `${figure.rows[i]} × ${figure.columns[j]}: ${value.toFixed(3)}`;
      const place = { "data-y": figure.rows[i], "data-x": figure.columns[j] };
      body.push(
        tag(
          "rect",
          { x, y, width: cell - 1, height: cell - 1, fill, ...(isOpen ? place : {}) },
          tag("title", {}, escapeHtml(names)),
        ),
      );
      if (cell >= 26) {
        const words = value.toFixed(2).replace(/^(-?)0\./, "$1.");
        body.push(
          letters(x + cell / 2, y + cell / 2 + 4, words, { anchor: "middle", size: 10, fill: on }),
        );
      }
    });
  });
  return body;
}

function patches(figure: MatrixFigure, box: Box, cell: number): readonly string[] {
  const paths = new Map<string, string[]>();
  const side = cell - 1;
  figure.values.forEach((row, i) => {
    row.forEach((value, j) => {
      if (value === null) return;
      const { fill } = colourOf(figure, value);
      const path = paths.get(fill) ?? [];
      path.push(
        `M${fixed(box.left + j * cell)} ${fixed(box.top + i * cell)}h${side}v${side}h-${side}z`,
      );
      paths.set(fill, path);
    });
  });
  return [...paths].map(([fill, path]) => tag("path", { fill, d: path.join("") }));
}

function colourBar(
  left: number,
  top: number,
  height: number,
  low: number,
  high: number,
  scale: readonly string[],
  write: (value: number) => string = compact,
): string {
  const steps = 26;
  const parts: string[] = [];
  for (let i = 0; i < steps; i++) {
    const { fill } = colourAt(scale, 1 - i / (steps - 1));
    const y = top + (i * height) / steps;
    parts.push(tag("rect", { x: left, y, width: 12, height: height / steps + 0.5, fill }));
  }
  parts.push(letters(left + 17, top + 9, write(high), { size: 11 }));
  parts.push(letters(left + 17, top + height, write(low), { size: 11 }));
  return parts.join("");
}

/** Two columns at once: a panel a series, all on one colour scale. */
export function pairSvg(figure: PairFigure, ink: string): string {
  const panels = figure.series.length;
  const room = Math.min(110, Math.max(24, ...figure.yLabels.map((label) => textWidth(label, 10))));
  const width = Math.max(150, Math.floor((700 - room - 70) / Math.max(1, panels)) - 14);
  const height = Math.max(120, Math.min(280, figure.yLabels.length * 26));
  const box: Box = { left: room + 30, top: 62, width, height };
  const foot = Math.min(90, Math.max(20, ...figure.xLabels.map((l) => textWidth(l, 10) * 0.75)));
  const size = {
    width: box.left + panels * (width + 14) + 70,
    height: box.top + height + foot + 34,
  };
  const most = Math.max(1e-9, ...figure.series.flatMap((series) => series.shares.flat()));
  const body = [heading(figure.title, size.width)];
  const cellHeight = height / Math.max(1, figure.yLabels.length);
  const cellWidth = width / Math.max(1, figure.xLabels.length);
  figure.yLabels.forEach((label, i) => {
    const y = box.top + height - (i + 0.5) * cellHeight + 4;
    body.push(letters(box.left - 5, y, fitted(label, room, 10), { anchor: "end", size: 10 }));
  });
  figure.series.forEach((series, p) => {
    const left = box.left + p * (width + 14);
    body.push(
      letters(left + width / 2, box.top - 8, series.name, { anchor: "middle", bold: true }),
    );
    series.shares.forEach((row, i) => {
      row.forEach((value, j) => {
        const { fill } = colourAt(CIVIDIS, Math.sqrt(value / most));
        const x = left + j * cellWidth;
        const y = box.top + height - (i + 1) * cellHeight;
        const words = `${figure.xLabels[j]}, ${figure.yLabels[i]}: ${percent(value, 2)}`;
        body.push(
          tag(
            "rect",
            { x, y, width: cellWidth - 0.5, height: cellHeight - 0.5, fill },
            tag("title", {}, escapeHtml(words)),
          ),
        );
      });
    });
    figure.xLabels.forEach((label, j) => {
      const x = left + (j + 0.5) * cellWidth + 3;
      const y = box.top + height + 12;
      const turn = { transform: `rotate(-48 ${fixed(x)} ${fixed(y)})` };
      body.push(tag("g", turn, letters(x, y, fitted(label, 110, 10), { anchor: "end", size: 10 })));
    });
  });
  body.push(sideTitle(figure.y, { left: 12, top: box.top, height, size: 11 }));
  body.push(
    letters(box.left + (size.width - box.left - 70) / 2, size.height - 6, figure.x, {
      anchor: "middle",
      size: 11,
    }),
  );
  const barLeft = box.left + panels * (width + 14) + 4;
  const write = (value: number) => percent(value);
  const tall = Math.min(130, height);
  body.push(colourBar(barLeft, box.top, tall, 0, most, CIVIDIS, write));
  // Colours go by roots: half way up stands a quarter.
  body.push(letters(barLeft + 17, box.top + tall / 2 + 4, write(most / 4), { size: 11 }));
  return picture(size, figure, ink, body);
}

/** Lines with their bands, on a linear or logarithmic axis. */
export function linesSvg(figure: LinesFigure, ink: string): string {
  const size = { width: 640, height: 340 };
  const box: Box = { left: 64, top: 52, width: 556, height: 236 };
  const place = (value: number) => (figure.logX ? Math.log10(value) : value);
  const xs = figure.series.flatMap((series) => series.x).filter((x) => !figure.logX || x > 0);
  const ys = figure.series.flatMap((s) => [...s.y, ...(s.low ?? []), ...(s.high ?? [])]);
  const low = Math.min(...ys);
  const high = Math.max(...ys);
  const pad = (high - low || 1) * 0.06;
  const floor = low >= 0 && low < (high - low) * 0.6 ? 0 : low - pad;
  const x = linear(
    place(Math.min(...xs)),
    place(Math.max(...xs)),
    box.left + 8,
    box.left + box.width - 8,
  );
  const y = linear(floor, high + pad, box.top + box.height, box.top);
  const body = [
    heading(figure.title, size.width),
    legend(
      box.left,
      40,
      legendOf(figure.series).map((entry, i) => ({
        ...entry,
        form: dashOf(i) ? "dashed" : "outlined",
      })),
    ),
    leftAxis(box, y, numberTicks(floor, high + pad, 5), ink),
    bottomAxis(box, (value) => x(place(value)), lineTicks(figure, xs), ink),
    letters(box.left + box.width / 2, box.top + box.height + 38, figure.x, { anchor: "middle" }),
    sideTitle(figure.y, { left: 14, top: box.top, height: box.height }),
    ...figure.series.map((series, i) => oneLine(series, (value) => x(place(value)), y, i)),
  ];
  return picture(size, figure, ink, body);
}

function dashOf(index: number): string | undefined {
  return index === 0 ? undefined : index === 1 ? "6 3" : "2 3";
}

function lineTicks(figure: LinesFigure, xs: readonly number[]): readonly Tick[] {
  const low = Math.min(...xs);
  const high = Math.max(...xs);
  if (!figure.logX) return numberTicks(low, high, 7);
  const distinct = [...new Set(xs)].sort((a, b) => a - b);
  if (distinct.length <= 9) return distinct.map((value) => ({ value, label: compact(value) }));
  const ticks: Tick[] = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    if (10 ** power >= low) ticks.push({ value: 10 ** power, label: compact(10 ** power) });
  }
  return ticks;
}

function oneLine(series: LinesFigure["series"][number], x: Scale, y: Scale, index: number): string {
  const colour = seriesColour(index);
  const points = series.x.map(
    (value, i) => `${fixed(x(value))},${fixed(y(series.y[i] as number))}`,
  );
  const parts: string[] = [];
  const { low, high } = series;
  if (low !== undefined && high !== undefined) {
    const up = series.x.map((value, i) => `${fixed(x(value))},${fixed(y(high[i] as number))}`);
    const down = series.x.map((value, i) => `${fixed(x(value))},${fixed(y(low[i] as number))}`);
    const around = [...up, ...down.reverse()].join(" ");
    parts.push(tag("polygon", { points: around, fill: colour, "fill-opacity": 0.18 }));
  }
  parts.push(
    tag("polyline", {
      points: points.join(" "),
      fill: "none",
      stroke: colour,
      "stroke-width": 2.2,
      "stroke-dasharray": dashOf(index),
    }),
  );
  if (points.length <= 30) {
    for (const point of points) {
      const [cx, cy] = point.split(",");
      parts.push(tag("circle", { cx, cy, r: 3, fill: colour }));
    }
  }
  return parts.join("");
}
