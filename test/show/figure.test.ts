import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { JSDOM } from "jsdom";
import { beforeAll, describe, expect, it } from "vitest";
import type { FigureData, MarginalFigure } from "../../src/ir/report.js";
import { displayFigure, svgOf } from "../../src/show/figure.js";
import { frontierLabels } from "../../src/show/frontier-labels.js";
import { plotlyOf } from "../../src/show/plotly.js";
import { type Multiples, multiplesOf } from "../../src/show/svg-multiples.js";
import { dateTicks, numberTicks } from "../../src/show/ticks.js";

const base = { x: "x & <y>", y: "y", summary: 'A "summary" of <it>.', title: "Title & <b>" };
const numeric: MarginalFigure = {
  ...base,
  kind: "marginal",
  column: "age",
  scale: "number",
  edges: [0, 10, 20, 40],
  series: [
    { name: "real", shares: [0.2, 0.3, 0.4], missing: 0.1 },
    { name: "made", shares: [0.3, 0.3, 0.4] },
    { name: "more", shares: [0, 0, 1] },
  ],
};
const dates: MarginalFigure = {
  ...numeric,
  scale: "date",
  edges: [19_000, 19_100, 19_200, 19_300],
};
const moments: MarginalFigure = { ...numeric, scale: "datetime", edges: [0, 3600, 7200, 10_800] };
const categories: MarginalFigure = {
  ...base,
  kind: "marginal",
  column: "job",
  scale: "category",
  labels: ["<script>", "b", "(missing)", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"],
  series: [{ name: "real", shares: Array.from({ length: 14 }, () => 1 / 14) }],
};
const all: readonly (FigureData | Multiples)[] = [
  {
    ...base,
    kind: "flow",
    groups: ["<a>", "b"],
    outcomes: ["hired & paid", "otherwise"],
    series: ["before", "after"].map((name) => ({
      name,
      shares: [
        [0.1, 0.3],
        [0.2, 0.4],
      ],
    })),
  },
  {
    ...base,
    kind: "frontier",
    series: [
      {
        name: "fair",
        points: [
          { label: "gap <0.1>", x: 0.1, y: 0.8, xLow: 0.05, xHigh: 0.15, yLow: 0.7, yHigh: 0.9 },
          { label: "gap 0.2", x: 0.2, y: 0.85 },
        ],
      },
      { name: "real rows", points: [{ label: "real rows", x: 0.3, y: 0.9 }] },
    ],
  },
  numeric,
  dates,
  moments,
  categories,
  {
    ...base,
    kind: "matrix",
    rows: ["a", "b"],
    columns: ["a", "b"],
    values: [
      [null, 0.5],
      [0.5, null],
    ],
    low: 0,
    high: 1,
  },
  {
    ...base,
    kind: "matrix",
    rows: ["a"],
    columns: ["a", "b"],
    values: [[-1, 1]],
    low: -1,
    high: 1,
  },
  {
    ...base,
    kind: "lines",
    logX: true,
    series: [
      {
        name: "auc",
        x: [0.3, 1, 10],
        y: [0.5, 0.6, 0.7],
        low: [0.4, 0.5, 0.6],
        high: [0.6, 0.7, 0.8],
      },
      { name: "real", x: [0.3, 10], y: [0.9, 0.9] },
    ],
  },
  {
    ...base,
    kind: "bars",
    labels: ["f", "m"],
    series: [{ name: "before", values: [-0.1, 0.3], low: [-0.2, 0.2], high: [0, 0.4] }],
  },
  {
    ...base,
    kind: "pair",
    xLabels: ["a", "b"],
    yLabels: ["c"],
    series: [
      { name: "real", shares: [[0.4, 0.6]] },
      { name: "made", shares: [[0.5, 0.5]] },
    ],
  },
  multiplesOf("All", [numeric, categories, dates]),
];

interface Plotly {
  validate(data: unknown, layout: unknown): readonly { readonly msg: string }[] | undefined;
}

let dom: JSDOM;
let plotly: Plotly;

beforeAll(() => {
  dom = new JSDOM("<!doctype html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
  });
  dom.window.URL.createObjectURL = () => "blob:none";
  const path = createRequire(import.meta.url).resolve(
    "plotly.js-cartesian-dist-min/plotly-cartesian.min.js",
  );
  dom.window.eval(readFileSync(path, "utf8"));
  plotly = (dom.window as unknown as { Plotly: Plotly }).Plotly;
});

describe.each(all.map((figure, i) => [`${i} ${figure.kind}`, figure] as const))(
  "figure %s",
  (_, figure) => {
    it("is valid for plotly", () => {
      const { data, layout } = plotlyOf(figure);
      const plain = JSON.parse(JSON.stringify({ data, layout }));
      const faults = plotly.validate(plain.data, plain.layout) ?? [];
      expect(Array.from(faults, (fault) => fault.msg)).toEqual([]);
    });
    it("is a well-formed picture without stray numbers, whose words are escaped", () => {
      const svg = svgOf(figure);
      const parsed = new dom.window.DOMParser().parseFromString(svg, "image/svg+xml");
      expect(parsed.querySelector("parsererror")).toBeNull();
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      expect(parsed.documentElement.getAttribute("aria-label")).toBe(figure.summary);
    });
    it("has a bundle in the order of preference", () => {
      const bundle = displayFigure(figure);
      expect(Object.keys(bundle)).toEqual([
        "application/vnd.plotly.v1+json",
        "text/html",
        "image/svg+xml",
        "text/plain",
      ]);
      const html = bundle["text/html"] as string;
      expect(html).toMatch(/^<div class="parable-figure"><img alt=/);
      expect(html.match(/<script/g)).toHaveLength(1);
    });
  },
);

describe("figures in a notebook", () => {
  it("stay under 1 MB when there are ten, whatever they are", () => {
    const bytes = all.reduce(
      (sum, figure) => sum + JSON.stringify(displayFigure(figure)).length,
      0,
    );
    expect(bytes).toBeLessThan(1_000_000);
  });
  it("show their still picture where no plotly is in reach, and ask no one for it", () => {
    const page = new JSDOM(`<!doctype html><body>${displayFigure(numeric)["text/html"]}</body>`, {
      runScripts: "dangerously",
    });
    expect(page.window.document.querySelectorAll("img")).toHaveLength(1);
    expect(page.window.document.querySelectorAll("script[src]")).toHaveLength(0);
  });
  it("become interactive when plotly is on the page", async () => {
    const page = new JSDOM("<!doctype html><body></body>", { runScripts: "dangerously" });
    const drawn: unknown[] = [];
    (page.window as unknown as Record<string, unknown>)["Plotly"] = {
      newPlot: (...what: unknown[]) => {
        drawn.push(what);
        return Promise.resolve();
      },
    };
    const { document } = page.window;
    document.body.innerHTML = displayFigure(numeric)["text/html"] as string;
    const script = document.createElement("script");
    script.textContent = document.querySelector("script")?.textContent ?? "";
    document.body.append(script);
    await Promise.resolve();
    expect(drawn).toHaveLength(1);
    expect(page.window.document.querySelector("img")?.style.display).toBe("none");
  });
});

describe("ticks", () => {
  it("stand on round numbers", () => {
    expect(numberTicks(0, 0.34, 5).map((tick) => tick.label)).toEqual(["0", "0.1", "0.2", "0.3"]);
    expect(numberTicks(0, 99_999, 5).map((tick) => tick.label)).toEqual([
      "0",
      "20,000",
      "40,000",
      "60,000",
      "80,000",
    ]);
    expect(numberTicks(0, 5e6, 5).at(-1)?.label).toBe("5M");
    expect(numberTicks(7, 7)).toHaveLength(1);
  });
  it("stand on calendar boundaries", () => {
    const seconds = (iso: string) => Date.parse(iso) / 1000;
    expect(
      dateTicks(seconds("2024-01-15"), seconds("2024-12-20")).map((tick) => tick.label),
    ).toEqual(["Apr 2024", "Jul 2024", "Oct 2024"]);
    expect(
      dateTicks(seconds("1950-01-01"), seconds("2020-01-01")).map((tick) => tick.label),
    ).toEqual(["1960", "1980", "2000", "2020"]);
    expect(dateTicks(0, 10_800).map((tick) => tick.label)[0]).toBe("1 Jan");
  });
});

it("points of a frontier that lie on each other share one label", () => {
  const at = (label: string, x: number) => ({ label, x, y: 0.7 });
  expect(frontierLabels([at("gap 0.02", 0.1), at("gap 0.08", 0.1), at("gap 0.2", 0.3)])).toEqual([
    { x: 0.1, y: 0.7, text: "gap 0.02, 0.08" },
    { x: 0.3, y: 0.7, text: "gap 0.2" },
  ]);
  expect(frontierLabels([at("made", 0.1), at("real rows", 0.1)])[0]?.text).toBe("made, real rows");
});

it("a matrix of very many columns is drawn colour by colour", () => {
  const names = Array.from({ length: 110 }, (_, i) => `column_${i}`);
  const values = names.map((_, i) => names.map((_, j) => (i === j ? null : ((i * j) % 50) / 50)));
  const svg = svgOf({
    ...{ kind: "matrix", title: "Pairs", x: "", y: "", summary: "110 columns." },
    ...{ rows: names, columns: names, values, low: 0, high: 1 },
  });
  expect(svg.match(/<path/g)?.length).toBe(50);
  expect(svg.match(/h13v13h-13z/g)?.length).toBe(110 * 109);
  expect(svg.length).toBeLessThan(400_000);
});

it("the title of an upright axis ends within the axis", () => {
  const long = "equalised odds gap by race and sex, model from generated rows";
  const figure: FigureData = {
    ...{ kind: "lines", title: long, x: "gap", y: long, summary: "Some." },
    series: [{ name: "made", x: [1, 2], y: [0.1, 0.2] }],
  };
  const turned = /<text[^>]*rotate\(-90[^>]*>([^<]*)/.exec(svgOf(figure))?.[1] ?? "";
  expect(turned).toMatch(/^equalised odds gap.*…$/);
  expect(turned.length).toBeLessThan(40);
});
