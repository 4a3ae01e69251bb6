import type { FlowFigure, FrontierFigure } from "../ir/report.js";
import { frontierAxes, frontierLabels } from "./frontier-labels.js";
import { seriesColour } from "./palette.js";
import { axis, caption, layout, legend, type Trace } from "./plotly-layout.js";
import { flowChanges, flowLayout, type Stretch } from "./svg-flow.js";
import { percent } from "./ticks.js";

interface Shape {
  readonly data: readonly Trace[];
  readonly layout: Trace;
}

const HIDDEN = { showgrid: false, showticklabels: false, zeroline: false, automargin: false };

/** Groups flow into outcomes: ribbons as filled outlines, for the small plotly has no sankey. */
export function flowPlotly(figure: FlowFigure): Shape {
  const panels = Math.max(1, figure.series.length);
  const axes: Trace = {};
  const annotations: Trace[] = [];
  const data = figure.series.flatMap((series, p): Trace[] => {
    const mark = p === 0 ? "" : String(p + 1);
    const domain = [p / panels + 0.12 / panels, (p + 0.78) / panels];
    axes[`xaxis${mark}`] = axis("", { ...HIDDEN, domain, range: [0, 1], anchor: `y${mark}` });
    axes[`yaxis${mark}`] = axis("", { ...HIDDEN, range: [1.01, -0.01], anchor: `x${mark}` });
    annotations.push(caption(series.name, ((domain[0] ?? 0) + (domain[1] ?? 1)) / 2, 1));
    const flow = flowLayout(series.shares);
    const [from = 0, to = 1] = domain;
    const label = (text: string, x: number, at: Stretch, xanchor: string) =>
      annotations.push({
        ...{ text, x, y: 1 - (at.from + at.to + 0.02) / 2.04, xanchor, yanchor: "middle" },
        ...{ xref: "paper", yref: "paper", showarrow: false },
      });
    flow.groups.forEach((at, g) => {
      label(figure.groups[g] ?? "", from - 0.01, at, "right");
    });
    flow.outcomes.forEach((at, o) => {
      const share = series.shares.reduce((sum, row) => sum + (row[o] ?? 0), 0);
      label(`${figure.outcomes[o]}<br>${percent(share, 1)}`, to + 0.01, at, "left");
    });
    return flow.ribbons.map((ribbon) => {
      const words = `${figure.groups[ribbon.group]}, ${figure.outcomes[ribbon.outcome]}: ${percent(ribbon.share, 1)} of the rows`;
      const shown = ribbon.outcome === 0 ? "c0" : "40";
      return {
        type: "scatter",
        mode: "lines",
        ...outline(ribbon.left, ribbon.right),
        fill: "toself",
        fillcolor: `${seriesColour(ribbon.group)}${shown}`,
        line: { width: 0.5, color: seriesColour(ribbon.group) },
        hoveron: "fills",
        text: words,
        name: words,
        hoverinfo: "text",
        showlegend: false,
        xaxis: `x${mark}`,
        yaxis: `y${mark}`,
      };
    });
  });
  const changes = flowChanges(figure);
  changes.forEach((words, g) => {
    annotations.push({
      ...{
        text: `<span style="color:${seriesColour(g)}">■</span> ${words}`,
        x: 0,
        y: 0,
        xref: "paper",
        yref: "paper",
        xanchor: "left",
      },
      ...{ yanchor: "top", yshift: -8 - g * 18, showarrow: false },
    });
  });
  const margin = { l: 20, r: 10, t: 70, b: 24 + changes.length * 18 };
  return {
    data,
    layout: layout(figure.title, { ...axes, annotations, margin, height: 400 }),
  };
}

/** The outline of a ribbon: a smooth step there and back. */
function outline(left: Stretch, right: Stretch): { readonly x: number[]; readonly y: number[] } {
  const steps = Array.from({ length: 25 }, (_, i) => i / 24);
  const eased = (t: number) => t * t * (3 - 2 * t);
  const between = (a: number, b: number, t: number) => a + (b - a) * eased(t);
  const back = [...steps].reverse();
  return {
    x: [...steps, ...back],
    y: [
      ...steps.map((t) => between(left.from, right.from, t)),
      ...back.map((t) => between(left.to, right.to, t)),
    ],
  };
}

/** The labels of all series, each beside its points and on the side where there is room. */
function labelTrace({ series }: FrontierFigure): Trace {
  const labels = series.flatMap(({ points }) => frontierLabels(points));
  const xs = series.flatMap(({ points }) => points.flatMap((p) => [p.x, p.xHigh ?? p.x]));
  const [left, right] = [Math.min(0, ...xs), Math.max(...xs)];
  return {
    type: "scatter",
    mode: "text",
    x: labels.map(({ x }) => x),
    y: labels.map(({ y }) => y),
    text: labels.map(({ text }) => `&nbsp;${text}&nbsp;`),
    textposition: labels.map(
      ({ x }) => `top ${x - left > 0.85 * (right - left) ? "left" : "right"}`,
    ),
    hoverinfo: "skip",
    showlegend: false,
    cliponaxis: false,
  };
}

/** Points with their crosses of uncertainty, labelled with what they were made with. */
export function frontierPlotly(figure: FrontierFigure): Shape {
  const names = frontierAxes(figure);
  const data = figure.series.map((series, i): Trace => {
    const { points } = series;
    const bars = (
      low: (p: (typeof points)[number]) => number,
      high: typeof low,
      of: typeof low,
    ) => ({
      type: "data",
      symmetric: false,
      array: points.map((p) => high(p) - of(p)),
      arrayminus: points.map((p) => of(p) - low(p)),
      thickness: 1,
      width: 3,
    });
    return {
      type: "scatter",
      mode: points.length > 1 ? "lines+markers" : "markers",
      name: series.name,
      x: points.map((p) => p.x),
      y: points.map((p) => p.y),
      text: points.map((p) => p.label),
      hovertemplate: "%{text}: %{x:.3f}, %{y:.3f}",
      cliponaxis: false,
      error_x: bars(
        (p) => p.xLow ?? p.x,
        (p) => p.xHigh ?? p.x,
        (p) => p.x,
      ),
      error_y: bars(
        (p) => p.yLow ?? p.y,
        (p) => p.yHigh ?? p.y,
        (p) => p.y,
      ),
      ...(points.length > 1
        ? { line: { color: seriesColour(i), width: 1.5, dash: i === 0 ? "solid" : "dot" } }
        : {}),
      marker: { color: seriesColour(i), size: 9, symbol: i === 0 ? "circle" : "diamond" },
    };
  });
  return {
    data: [...data, labelTrace(figure)],
    layout: layout(figure.title, {
      ...legend(figure.series.length),
      xaxis: axis(names.x),
      yaxis: axis(names.y),
      height: 400,
    }),
  };
}
