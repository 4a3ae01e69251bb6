import type { BarsFigure, MarginalFigure } from "../ir/report.js";
import { escapeHtml } from "./html.js";
import { seriesColour } from "./palette.js";
import {
  type Box,
  bottomAxis,
  fitted,
  heading,
  leftAxis,
  legend,
  letters,
  line,
  linear,
  picture,
  type Scale,
  tag,
  textWidth,
} from "./svg.js";
import { formOf, legendOf, strokeOf } from "./svg-series.js";
import { compact, dateTicks, numberTicks, percent, type Tick } from "./ticks.js";

const DAY = 86_400;

/** Marks that fit what the column counts: dates on calendar boundaries, numbers on round ones. */
function ticksFor(
  scale: MarginalFigure["scale"],
  low: number,
  high: number,
  count: number,
): readonly Tick[] {
  if (scale === "datetime") return dateTicks(low, high, count);
  if (scale === "date") {
    return dateTicks(low * DAY, high * DAY, count)
      .filter((tick) => tick.value % DAY === 0)
      .map((tick) => ({ ...tick, value: tick.value / DAY }));
  }
  return numberTicks(low, high, count);
}

/** How much of a series lies over one unit of the axis, so that bins of unequal width compare. */
export function densities(figure: MarginalFigure): readonly (readonly number[])[] {
  return figure.series.map(({ shares }) => densityOf(figure, shares));
}

function densityOf(figure: MarginalFigure, shares: readonly number[]): readonly number[] {
  const edges = figure.edges ?? [];
  const width = edges.length > 1 ? (edges.at(-1) as number) - (edges[0] as number) : 1;
  return shares.map((share, i) => {
    const bin = (edges[i + 1] as number) - (edges[i] as number);
    return bin > 0 ? (share * width) / bin / shares.length : share;
  });
}

export function marginalSvg(figure: MarginalFigure, ink: string): string {
  if (figure.edges === undefined) {
    return barsSvg(
      {
        ...figure,
        kind: "bars",
        labels: figure.labels ?? [],
        series: figure.series.map(({ name, shares, low, high }) => ({
          ...{ name, values: shares },
          ...(low === undefined || high === undefined ? {} : { low, high }),
        })),
      },
      ink,
      true,
    );
  }
  const size = { width: 640, height: 340 };
  const box: Box = { left: 60, top: 52, width: 560, height: 224 };
  const missing = figure.series.filter((series) => (series.missing ?? 0) > 0);
  const body = [
    heading(figure.title, size.width),
    legend(box.left, 40, legendOf(figure.series)),
    stepsIn(box, figure, ink, { ticks: 7, left: true }),
    letters(box.left + box.width / 2, box.top + box.height + 36, figure.x, { anchor: "middle" }),
  ];
  if (missing.length > 0) {
    const words = figure.series
      .map((series) => `${series.name} ${percent(series.missing ?? 0)}`)
      .join(", ");
    body.push(
      letters(box.left + box.width, box.top + box.height + 54, `missing: ${words}`, {
        anchor: "end",
        size: 11,
      }),
    );
  }
  return picture(size, figure, ink, body);
}

/** The steps of a numeric marginal inside a box, with as much axis as there is room for. */
export function stepsIn(
  box: Box,
  figure: MarginalFigure,
  ink: string,
  axis: { readonly ticks: number; readonly left: boolean },
): string {
  const edges = figure.edges ?? [0, 1];
  const low = edges[0] as number;
  const high = edges.at(-1) as number;
  const heights = densities(figure);
  const top = Math.max(1e-9, ...heights.flat());
  const x = linear(low, high, box.left, box.left + box.width);
  const y = linear(0, top * 1.05, box.top + box.height, box.top);
  const parts: string[] = [];
  if (axis.left) {
    const ticks = numberTicks(0, top * 1.05, 4).map((tick) => ({
      ...tick,
      label: percent(tick.value),
    }));
    parts.push(leftAxis(box, y, ticks, ink));
  }
  parts.push(bottomAxis(box, x, ticksFor(figure.scale, low, high, axis.ticks), ink));
  heights.forEach((values, i) => {
    parts.push(steps(edges, values, x, y, box.top + box.height, i));
  });
  for (const { low: from, high: to } of figure.series) {
    if (from === undefined || to === undefined) continue;
    const highs = densityOf(figure, to);
    densityOf(figure, from).forEach((least, i) => {
      const middle = x(((edges[i] as number) + (edges[i + 1] as number)) / 2);
      const most = Math.min(top * 1.05, highs[i] as number);
      const bar = line(middle, y(least), middle, y(most), ink, { "stroke-width": 1 });
      parts.push(bar);
    });
  }
  return parts.join("");
}

function steps(
  edges: readonly number[],
  values: readonly number[],
  x: Scale,
  y: Scale,
  base: number,
  index: number,
): string {
  const fix = (value: number) => String(Math.round(value * 10) / 10);
  let path = `M${fix(x(edges[0] as number))} ${fix(base)}`;
  values.forEach((value, i) => {
    path += `V${fix(y(value))}H${fix(x(edges[i + 1] as number))}`;
  });
  path += `V${fix(base)}`;
  const form = formOf(index);
  return form === "filled"
    ? tag("path", { d: `${path}Z`, fill: seriesColour(index), "fill-opacity": 0.55 })
    : tag("path", { d: path, ...strokeOf(index, form, 2) });
}

/** Bars side by side, one group a label; lying, because labels are words. */
export function barsSvg(figure: BarsFigure, ink: string, shares = false): string {
  const groups = figure.labels.length;
  const count = Math.max(1, figure.series.length);
  const thick = Math.max(4, Math.min(11, Math.floor(360 / Math.max(1, groups * count))));
  const each = thick * count + 8;
  const room = Math.min(220, Math.max(40, ...figure.labels.map((label) => textWidth(label))));
  const box: Box = { left: room + 16, top: 52, width: 608 - room, height: each * groups };
  const size = { width: 640, height: box.top + box.height + 44 };
  const values = figure.series.flatMap((series) => [...series.values, ...(series.high ?? [])]);
  const lows = figure.series.flatMap((series) => [...series.values, ...(series.low ?? [])]);
  const low = Math.min(0, ...lows);
  const high = Math.max(low + 1e-9, ...values) * 1.02;
  const x = linear(low, high, box.left, box.left + box.width);
  const ticks = numberTicks(low, high, 6).map((tick) =>
    shares ? { ...tick, label: percent(tick.value, high < 0.05 ? 1 : 0) } : tick,
  );
  const body = [
    heading(figure.title, size.width),
    legend(
      box.left,
      40,
      legendOf(figure.series, () => "filled"),
    ),
    bottomAxis(box, x, ticks, ink, true),
    letters(
      box.left + box.width / 2,
      box.top + box.height + 36,
      shares ? "share of rows" : figure.y,
      {
        anchor: "middle",
      },
    ),
  ];
  figure.labels.forEach((label, group) => {
    const top = box.top + group * each + 4;
    const fit = fitted(label, room);
    body.push(letters(box.left - 8, top + (each - 8) / 2 + 4, fit, { anchor: "end" }));
    figure.series.forEach((series, i) => {
      body.push(bar(series, group, top + i * thick, thick, x, seriesColour(i), ink));
    });
  });
  return picture(size, figure, ink, body);
}

function bar(
  series: BarsFigure["series"][number],
  group: number,
  top: number,
  thick: number,
  x: Scale,
  colour: string,
  ink: string,
): string {
  const value = series.values[group] ?? 0;
  const from = Math.min(x(0), x(value));
  const width = Math.abs(x(value) - x(0));
  const body = tag(
    "rect",
    { x: from, y: top, width, height: thick - 1, fill: colour, "fill-opacity": 0.75 },
    tag("title", {}, escapeHtml(`${series.name}: ${compact(value)}`)),
  );
  const low = series.low?.[group];
  const high = series.high?.[group];
  if (low === undefined || high === undefined) return body;
  const y = top + thick / 2;
  return body + line(x(low), y, x(high), y, ink, { "stroke-width": 1.5 });
}
