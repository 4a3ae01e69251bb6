/** A piece of plotly's JSON. */
export type Trace = Record<string, unknown>;

const CLEAR = "rgba(0,0,0,0)";
const GRID = "rgba(127,127,127,0.25)";

/** The frame of every figure: clear paper, title at the left. */
export function layout(title: string, more: Trace): Trace {
  return {
    title: { text: title, font: { size: 15 }, x: 0.01, xanchor: "left" },
    paper_bgcolor: CLEAR,
    plot_bgcolor: CLEAR,
    font: { color: "#7f7f7f", size: 12 },
    margin: { l: 60, r: 20, t: 64, b: 52 },
    height: 360,
    hovermode: "closest",
    ...more,
  };
}

/** A legend above the plot, where there is more than one series to tell apart. */
export function legend(series: number): Trace {
  const above = { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom" };
  return series > 1 ? { legend: above } : {};
}

export function axis(title: string, more: Trace = {}): Trace {
  return {
    title: { text: title },
    ...(more["showgrid"] === false ? {} : { gridcolor: GRID }),
    ...(more["zeroline"] === false ? {} : { zerolinecolor: GRID }),
    automargin: true,
    ...more,
  };
}

/** A bold word above a panel. */
export function caption(text: string, x: number, y: number): Trace {
  return {
    text: `<b>${text}</b>`,
    x,
    y,
    xref: "paper",
    yref: "paper",
    xanchor: "center",
    yanchor: "bottom",
    showarrow: false,
  };
}
