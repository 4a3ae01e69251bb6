import type { FlowFigure } from "../ir/report.js";
import { escapeHtml } from "./html.js";
import { seriesColour } from "./palette.js";
import { type Box, fitted, fixed, heading, letters, picture, tag, textWidth } from "./svg.js";
import { percent } from "./ticks.js";

/** A stretch of a panel's height: 0 at the top, 1 at the bottom. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Where the bars and ribbons of one panel lie. */
export interface FlowLayout {
  readonly groups: readonly Stretch[];
  readonly outcomes: readonly Stretch[];
  readonly ribbons: readonly {
    readonly group: number;
    readonly outcome: number;
    readonly share: number;
    readonly left: Stretch;
    readonly right: Stretch;
  }[];
}

const GAP = 0.035;

/** Stack groups on the left and outcomes on the right, a ribbon from each to each. */
export function flowLayout(shares: readonly (readonly number[])[]): FlowLayout {
  const kinds = shares[0]?.length ?? 0;
  const room = 1 - GAP * (Math.max(shares.length, kinds) - 1);
  const sizes = Array.from({ length: kinds }, (_, j) =>
    shares.reduce((sum, row) => sum + (row[j] ?? 0), 0),
  );
  const groups = stacked(
    shares.map((row) => row.reduce((sum, share) => sum + share, 0)),
    room,
  );
  const outcomes = stacked(sizes, room);
  const reached = outcomes.map(({ from }) => from);
  const ribbons = shares.flatMap((row, group) => {
    let left = groups[group]?.from ?? 0;
    return row.map((share, outcome) => {
      const height = share * room;
      const right = reached[outcome] ?? 0;
      const ribbon = {
        ...{ group, outcome, share },
        left: { from: left, to: left + height },
        right: { from: right, to: right + height },
      };
      left += height;
      reached[outcome] = right + height;
      return ribbon;
    });
  });
  return { groups, outcomes, ribbons };
}

function stacked(sizes: readonly number[], room: number): readonly Stretch[] {
  let at = 0;
  return sizes.map((size) => {
    const stretch = { from: at, to: at + size * room };
    at = stretch.to + GAP;
    return stretch;
  });
}

/** The share of a group that has the first outcome. */
function rateOf(row: readonly number[]): number {
  const all = row.reduce((sum, share) => sum + share, 0);
  return all > 0 ? (row[0] as number) / all : 0;
}

/** A sentence for each group: its rate in every panel, and what one hundred of it gained or lost. */
export function flowChanges(figure: FlowFigure): readonly string[] {
  return figure.groups.map((group, g) => {
    const rates = figure.series.map((series) => rateOf(series.shares[g] ?? []));
    const [first, last] = [rates[0] ?? 0, rates.at(-1) ?? 0];
    const points = 100 * (last - first);
    const moved =
      rates.length < 2
        ? ""
        : `: ${Math.abs(points).toFixed(1)} of 100 ${points < 0 ? "lose" : "gain"} it`;
    return `${group} ${rates.map((rate) => percent(rate, 1)).join(" → ")}${moved}`;
  });
}

const SIZE = { width: 700, panel: 250, bar: 12 };

/** Groups flow into outcomes, before and after side by side, with what changed for whom below. */
export function flowSvg(figure: FlowFigure, ink: string): string {
  const room = Math.min(120, Math.max(36, ...figure.groups.map((name) => textWidth(name))));
  const ends = Math.min(130, Math.max(36, ...figure.outcomes.map((name) => textWidth(name, 11))));
  const panels = Math.max(1, figure.series.length);
  const wide = (SIZE.width - 16 - panels * (room + ends + 26)) / panels;
  const changes = flowChanges(figure);
  const size = { width: SIZE.width, height: 70 + SIZE.panel + 30 + changes.length * 18 };
  const body = [heading(figure.title, size.width)];
  figure.series.forEach((series, p) => {
    const box: Box = {
      left: 8 + room + 8 + p * (room + ends + 26 + wide),
      top: 66,
      width: wide,
      height: SIZE.panel,
    };
    const name = `${series.name}`;
    body.push(letters(box.left + wide / 2, 52, name, { anchor: "middle", bold: true }));
    body.push(panel(figure, series.shares, box, room, ends, ink));
  });
  changes.forEach((words, g) => {
    const y = 66 + SIZE.panel + 34 + g * 18;
    body.push(tag("rect", { x: 10, y: y - 9, width: 11, height: 11, fill: seriesColour(g) }));
    body.push(letters(28, y, words));
  });
  return picture(size, figure, ink, body);
}

function panel(
  figure: FlowFigure,
  shares: readonly (readonly number[])[],
  box: Box,
  room: number,
  ends: number,
  ink: string,
): string {
  const layout = flowLayout(shares);
  const y = (at: number) => box.top + at * box.height;
  const right = box.left + box.width;
  const parts = layout.ribbons.map((ribbon) => {
    const words = `${figure.groups[ribbon.group]}, ${figure.outcomes[ribbon.outcome]}: ${percent(ribbon.share, 1)} of the rows`;
    return tag(
      "path",
      {
        d: ribbonPath(box.left + SIZE.bar, right - SIZE.bar, ribbon.left, ribbon.right, y),
        fill: seriesColour(ribbon.group),
        "fill-opacity": ribbon.outcome === 0 ? 0.75 : 0.25,
      },
      tag("title", {}, escapeHtml(words)),
    );
  });
  const bars = (stretches: readonly Stretch[], x: number, colour: (i: number) => string) =>
    stretches.map(({ from, to }, i) =>
      tag("rect", {
        x,
        y: y(from),
        width: SIZE.bar,
        height: Math.max(1, (to - from) * box.height),
        fill: colour(i),
      }),
    );
  parts.push(...bars(layout.groups, box.left, seriesColour));
  parts.push(...bars(layout.outcomes, right - SIZE.bar, () => ink));
  spread(layout.groups.map(({ from, to }) => y((from + to) / 2))).forEach((at, g) => {
    const name = fitted(figure.groups[g] ?? "", room);
    parts.push(letters(box.left - 6, at + 4, name, { anchor: "end" }));
  });
  spread(layout.outcomes.map(({ from, to }) => y((from + to) / 2))).forEach((at, o) => {
    const share = shares.reduce((sum, row) => sum + (row[o] ?? 0), 0);
    const name = fitted(figure.outcomes[o] ?? "", ends, 11);
    parts.push(letters(right + 6, at - 2, name, { size: 11 }));
    parts.push(letters(right + 6, at + 12, percent(share, 1), { size: 11 }));
  });
  return parts.join("");
}

/** A ribbon as an S of two cubic curves. */
function ribbonPath(
  x1: number,
  x2: number,
  left: Stretch,
  right: Stretch,
  y: (at: number) => number,
): string {
  const middle = fixed((x1 + x2) / 2);
  const [a, b, c, d] = [left.from, right.from, right.to, left.to].map((at) => fixed(y(at)));
  return `M${fixed(x1)} ${a}C${middle} ${a} ${middle} ${b} ${fixed(x2)} ${b}V${c}C${middle} ${c} ${middle} ${d} ${fixed(x1)} ${d}Z`;
}

/** Places of labels moved down until none covers the one before. */
function spread(places: readonly number[]): readonly number[] {
  let last = Number.NEGATIVE_INFINITY;
  return places.map((place) => {
    last = Math.max(place, last + 15);
    return last;
  });
}
