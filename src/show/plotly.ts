import type {
  BarsFigure,
  FigureData,
  LinesFigure,
  MarginalFigure,
  MatrixFigure,
  PairFigure,
} from "../ir/report.js";
import { CIVIDIS, DIVERGING, plotlyScale, seriesColour } from "./palette.js";
import { flowPlotly, frontierPlotly } from "./plotly-fairness.js";
import { axis, caption, layout, legend, type Trace } from "./plotly-layout.js";
import { densities } from "./svg-marginal.js";
import { type Multiples, shortened } from "./svg-multiples.js";
import { formOf } from "./svg-series.js";
import { isoOf } from "./ticks.js";

/** A figure as plotly's JSON: only attributes that plotly.js 1 to 4 all know. */
export interface PlotlyFigure {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly layout: Readonly<Record<string, unknown>>;
}

export function plotlyOf(figure: FigureData | Multiples): PlotlyFigure {
  switch (figure.kind) {
    case "marginal":
      return marginal(figure);
    case "matrix":
      return matrix(figure);
    case "lines":
      return lines(figure);
    case "bars":
      return bars(figure, "");
    case "pair":
      return pair(figure);
    case "flow":
      return flowPlotly(figure);
    case "frontier":
      return frontierPlotly(figure);
    case "multiples":
      return multiples(figure);
  }
}

function place(figure: MarginalFigure, value: number): number | string {
  return figure.scale === "date" || figure.scale === "datetime"
    ? isoOf(value, figure.scale)
    : value;
}

/** Steps as a line that holds its height until the next edge. */
function stepTraces(figure: MarginalFigure): Trace[] {
  const edges = figure.edges ?? [];
  const heights = densities(figure);
  return figure.series.map((series, i) => {
    const values = heights[i] ?? [];
    const first = edges[0] as number;
    const last = edges.at(-1) as number;
    const filled = formOf(i) === "filled";
    return {
      type: "scatter",
      mode: "lines",
      name: series.name,
      x: [first, ...edges.slice(0, -1), last, last].map((edge) => place(figure, edge)),
      y: [0, ...values, values.at(-1) ?? 0, 0],
      line: {
        shape: "hv",
        color: seriesColour(i),
        width: filled ? 0.5 : 2,
        dash: formOf(i) === "dashed" ? "dash" : "solid",
      },
      ...(filled ? { fill: "tozeroy" } : {}),
      hovertemplate: `%{x}: %{y:.2%}<extra>${series.name}</extra>`,
    };
  });
}

function barTraces(figure: MarginalFigure): Trace[] {
  return figure.series.map((series, i) => ({
    type: "bar",
    name: series.name,
    x: figure.labels ?? [],
    y: series.shares,
    marker: { color: seriesColour(i), opacity: 0.75 },
    hovertemplate: `%{x}: %{y:.2%}<extra>${series.name}</extra>`,
  }));
}

function marginal(figure: MarginalFigure): PlotlyFigure {
  const numeric = figure.edges !== undefined;
  return {
    data: numeric ? stepTraces(figure) : barTraces(figure),
    layout: layout(figure.title, {
      xaxis: axis(figure.x, numeric ? {} : { type: "category" }),
      yaxis: axis("share of rows", { tickformat: ".0%", rangemode: "tozero" }),
      ...(numeric ? {} : { barmode: "group" }),
      ...legend(figure.series.length),
    }),
  };
}

function bars(figure: BarsFigure, tickformat: string): PlotlyFigure {
  return {
    data: figure.series.map((series, i) => ({
      type: "bar",
      orientation: "h",
      name: series.name,
      y: figure.labels,
      x: series.values,
      marker: { color: seriesColour(i), opacity: 0.75 },
      ...(series.low === undefined || series.high === undefined
        ? {}
        : {
            error_x: {
              type: "data",
              symmetric: false,
              array: series.values.map((value, j) => (series.high?.[j] ?? value) - value),
              arrayminus: series.values.map((value, j) => value - (series.low?.[j] ?? value)),
            },
          }),
    })),
    layout: layout(figure.title, {
      ...legend(figure.series.length),
      xaxis: axis(figure.y, { tickformat }),
      yaxis: axis(figure.x, { type: "category", autorange: "reversed" }),
      barmode: "group",
      height: Math.max(300, 140 + figure.labels.length * 18 * Math.max(1, figure.series.length)),
    }),
  };
}

function lines(figure: LinesFigure): PlotlyFigure {
  const data = figure.series.flatMap((series, i): Trace[] => {
    const colour = seriesColour(i);
    const main: Trace = {
      type: "scatter",
      mode: "lines+markers",
      name: series.name,
      x: series.x,
      y: series.y,
      line: { color: colour, width: 2, dash: i === 0 ? "solid" : i === 1 ? "dash" : "dot" },
    };
    if (series.low === undefined || series.high === undefined) return [main];
    const band: Trace = {
      type: "scatter",
      mode: "lines",
      name: `${series.name}, interval`,
      x: [...series.x, ...[...series.x].reverse()],
      y: [...series.high, ...[...series.low].reverse()],
      fill: "toself",
      fillcolor: `${colour}2e`,
      line: { width: 0, color: colour },
      hoverinfo: "skip",
      showlegend: false,
    };
    return [band, main];
  });
  return {
    data,
    layout: layout(figure.title, {
      ...legend(figure.series.length),
      xaxis: axis(figure.x, figure.logX ? { type: "log" } : {}),
      yaxis: axis(figure.y),
    }),
  };
}

function matrix(figure: MatrixFigure): PlotlyFigure {
  return {
    data: [
      {
        type: "heatmap",
        x: figure.columns,
        y: figure.rows,
        z: figure.values,
        zmin: figure.low,
        zmax: figure.high,
        colorscale: plotlyScale(figure.low < 0 ? DIVERGING : CIVIDIS),
        xgap: 1,
        ygap: 1,
        hovertemplate: "%{y} × %{x}: %{z:.3f}<extra></extra>",
      },
    ],
    layout: layout(figure.title, {
      xaxis: axis(figure.x, { type: "category", side: "bottom", showgrid: false }),
      yaxis: axis(figure.y, { type: "category", autorange: "reversed", showgrid: false }),
      height: Math.max(360, 160 + figure.rows.length * 24),
    }),
  };
}

function pair(figure: PairFigure): PlotlyFigure {
  const most = Math.max(1e-9, ...figure.series.flatMap((series) => series.shares.flat()));
  const panels = figure.series.length;
  const shape: Trace = {};
  const annotations: Trace[] = [];
  const data = figure.series.map((series, i) => {
    const mark = i === 0 ? "" : String(i + 1);
    const from = i / panels;
    const to = (i + 0.94) / panels;
    shape[`xaxis${mark}`] = axis(figure.x, {
      type: "category",
      domain: [from, to],
      showgrid: false,
    });
    shape[`yaxis${mark}`] = axis(i === 0 ? figure.y : "", {
      type: "category",
      anchor: `x${mark}`,
      showticklabels: i === 0,
      showgrid: false,
    });
    annotations.push(caption(series.name, (from + to) / 2, 1));
    return {
      type: "heatmap",
      x: figure.xLabels,
      y: figure.yLabels,
      z: series.shares,
      zmin: 0,
      zmax: most,
      // As in the still picture: by roots, so that small shares are told apart.
      colorscale: plotlyScale(CIVIDIS, 2),
      xaxis: `x${mark}`,
      yaxis: `y${mark}`,
      ...(i === panels - 1 ? { colorbar: { tickformat: ".1%" } } : { showscale: false }),
      hovertemplate: `%{x}, %{y}: %{z:.2%}<extra>${series.name}</extra>`,
    };
  });
  return { data, layout: layout(figure.title, { ...shape, annotations, height: 420 }) };
}

function multiples(figure: Multiples): PlotlyFigure {
  const columns = Math.min(4, Math.max(1, figure.panels.length));
  const rows = Math.ceil(figure.panels.length / columns);
  const data: Trace[] = [];
  const shape: Trace = {};
  const annotations: Trace[] = [];
  figure.panels.forEach((full, i) => {
    const panel = shortened(full, 12);
    const mark = i === 0 ? "" : String(i + 1);
    const column = i % columns;
    const row = Math.floor(i / columns);
    const x = [column / columns, (column + 0.86) / columns];
    const y = [1 - (row + 0.7) / rows, 1 - (row + 0.08) / rows];
    const numeric = panel.edges !== undefined;
    shape[`xaxis${mark}`] = axis("", {
      domain: x,
      anchor: `y${mark}`,
      automargin: false,
      nticks: 5,
      ...(numeric ? {} : { type: "category" }),
      ...(numeric || (panel.labels ?? []).length <= 4
        ? { tickfont: { size: 10 } }
        : { showticklabels: false }),
    });
    shape[`yaxis${mark}`] = axis("", {
      domain: y,
      anchor: `x${mark}`,
      automargin: false,
      showticklabels: false,
      rangemode: "tozero",
    });
    annotations.push(
      caption(panel.column, ((x[0] as number) + (x[1] as number)) / 2, y[1] as number),
    );
    const traces = numeric ? stepTraces(panel) : barTraces(panel);
    traces.forEach((trace, s) => {
      const name = `s${s}`;
      data.push({
        ...trace,
        xaxis: `x${mark}`,
        yaxis: `y${mark}`,
        legendgroup: name,
        showlegend: i === 0,
      });
    });
  });
  return {
    data,
    layout: layout(figure.title, {
      ...shape,
      annotations,
      ...legend(figure.panels[0]?.series.length ?? 0),
      ...(figure.panels.some((panel) => panel.edges === undefined) ? { barmode: "group" } : {}),
      height: 110 + rows * 170,
      margin: { l: 16, r: 10, t: 84, b: 30 },
    }),
  };
}
