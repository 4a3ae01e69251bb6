// Every kind of picture and page that Parable draws, on one table, for looking at:
//   node scripts/build.mjs && node scripts/gallery.mjs DIRECTORY
// With chromium on the path it also takes screenshots, light and dark.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { silent } from "../dist/src/base/progress.js";
import { stream } from "../dist/src/base/random.js";
import { SourceText } from "../dist/src/base/source-text.js";
import { evaluate } from "../dist/src/evaluate/evaluate.js";
import { renderDiagnostics } from "../dist/src/show/diagnostics.js";
import { display, displayMarginals } from "../dist/src/show/display.js";
import { reportPage } from "../dist/src/show/report-page.js";
import { gather } from "../dist/src/table/table.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = resolve(process.argv[2] ?? "temp/gallery");
mkdirSync(out, { recursive: true });

const penguins = tableOf(
  "penguins",
  JSON.parse(readFileSync(join(root, "node_modules/vega-datasets/data/penguins.json"), "utf8")),
);
const half = Math.floor(penguins.rows / 2);
const order = stream(1, "gallery").shuffle(
  Uint32Array.from({ length: penguins.rows }, (_, i) => i),
);
const real = gather(penguins, order.slice(0, half));
const holdout = gather(penguins, order.slice(half));
const made = loosened(gather(penguins, order.slice(0, half)));

const report = await evaluate({
  title: "What the generated penguins are worth",
  audience: "consumers",
  inside: false,
  seed: 1,
  outputs: [
    {
      name: "made",
      synthetic: made,
      real,
      holdout,
      rules: [
        {
          text: "require body_mass > 2_000",
          violations: 0,
          checked: half,
          realViolations: 0,
          enforcement: "by construction",
        },
        {
          text: 'when species = "Gentoo" then island = "Biscoe"',
          violations: 0,
          checked: half,
          realViolations: 1,
          enforcement: "redraw",
        },
      ],
      expectations: [
        { text: "mean(body_mass) in 4_000..4_400", value: 4207.3, low: 4000, high: 4400 },
      ],
    },
  ],
  topics: [],
  progress: silent,
});
const days = Array.from({ length: 93 }, (_, i) => 19875 + i * 4);
const extra = [
  {
    kind: "lines",
    title: "Accuracy against privacy",
    x: "epsilon",
    y: "AUC on held-out rows",
    logX: true,
    summary: "AUC rises from 0.71 at epsilon 0.3 to 0.88 at epsilon 10; real data reach 0.90.",
    series: [
      {
        name: "synthetic",
        x: [0.3, 1, 3, 10],
        y: [0.71, 0.8, 0.86, 0.88],
        low: [0.66, 0.77, 0.84, 0.87],
        high: [0.76, 0.83, 0.88, 0.9],
      },
      { name: "real", x: [0.3, 1, 3, 10], y: [0.9, 0.9, 0.9, 0.9] },
    ],
  },
  {
    kind: "bars",
    title: "Share of >50K by sex, before and after",
    x: "group",
    y: "share with the outcome",
    labels: ["Female", "Male"],
    summary: "Before: 11% and 31%. After: 23% and 24%.",
    series: [
      { name: "before", values: [0.11, 0.31], low: [0.105, 0.304], high: [0.115, 0.316] },
      { name: "after", values: [0.23, 0.24], low: [0.225, 0.234], high: [0.236, 0.246] },
    ],
  },
  {
    kind: "matrix",
    title: "Correlations",
    x: "",
    y: "",
    rows: ["age", "hours", "gain"],
    columns: ["age", "hours", "gain"],
    values: [
      [1, 0.2, -0.4],
      [0.2, 1, 0.7],
      [-0.4, 0.7, 1],
    ],
    low: -1,
    high: 1,
    summary: "Correlations of three columns.",
  },
  {
    kind: "marginal",
    title: "admitted",
    column: "admitted",
    x: "admitted",
    y: "share of rows",
    edges: days,
    scale: "date",
    summary: "Admissions over a year.",
    series: [
      {
        name: "real",
        shares: days.slice(1).map((_, i) => 0.01 + 0.004 * Math.sin(i / 8)),
        missing: 0.04,
      },
      {
        name: "made",
        shares: days.slice(1).map((_, i) => 0.01 + 0.003 * Math.sin(i / 8 + 0.3)),
        missing: 0.05,
      },
    ],
  },
];
const figures = report.sections.flatMap((section) => section.figures);
const marginals = figures.filter((figure) => figure.kind === "marginal");
const others = figures.filter((figure) => figure.kind !== "marginal");
const source = new SourceText(
  "adult",
  "privacy {\n  protect each row of people\n  budget  epsilon eps, delta 1e-6\n  spend   40% on domains, 90% on model\n}\n",
);
const at = (text, label, primary) => {
  const start = source.text.indexOf(text);
  return { start, end: start + text.length, label, primary };
};
const diagnostics = [
  {
    kind: "diagnostic",
    code: "P0702",
    severity: "error",
    title: "this spends more than the whole budget",
    spans: [
      at("eps,", "2.0 in all", false),
      at("40%", "0.80", false),
      at("90%", "1.80, together 2.60", true),
    ],
    because: ["parts that read the same people add up"],
    try: [{ label: "spend less on the model", edits: [{ ...at("90%", "", false), text: "60%" }] }],
  },
  {
    kind: "diagnostic",
    code: "P0205",
    severity: "warning",
    title: "`eps` is declared and never used",
    spans: [at("eps,", "", true)],
    because: [],
    try: [],
  },
];
const blocks = [
  renderDiagnostics(diagnostics, source, "html"),
  display(penguins)["text/html"],
  display(report)["text/html"],
  displayMarginals("Columns of penguins", marginals)["text/html"],
  ...[...extra, ...marginals.slice(0, 2), ...others].map((figure) => display(figure)["text/html"]),
];
const cells = blocks.map((block) => `<div style="margin:1em">${block}</div>`).join("\n");
const style =
  "<style>:root{color-scheme:light dark}body{font:14px system-ui;background:#fff;color:#111}@media (prefers-color-scheme:dark){body{background:#111;color:#eee}}</style>";
writeFileSync(join(out, "cells.html"), `<!doctype html><meta charset="utf-8">${style}${cells}`);
writeFileSync(
  join(out, "report.html"),
  await reportPage({
    ...report,
    sections: [
      ...report.sections,
      {
        kind: "section",
        topic: "extra",
        title: "More pictures",
        lead: "One of each kind.",
        scores: [],
        tables: [],
        figures: extra,
      },
    ],
  }),
);
for (const page of ["cells", "report"]) for (const dark of [false, true]) shoot(page, dark);

function shoot(page, dark) {
  const shot = join(out, `${page}-${dark ? "dark" : "light"}.png`);
  const done = spawnSync("chromium", [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    `--user-data-dir=${mkdtempSync(join(tmpdir(), "gallery-"))}`,
    ...(dark
      ? ["--blink-settings=preferredColorScheme=0"]
      : ["--blink-settings=preferredColorScheme=1"]),
    "--window-size=1000,5200",
    "--hide-scrollbars",
    `--screenshot=${shot}`,
    `file://${join(out, `${page}.html`)}`,
  ]);
  console.log(done.status === 0 ? shot : `no screenshot of ${page}: is chromium installed?`);
}

function tableOf(name, rows) {
  const columns = Object.keys(rows[0]).map((key) => {
    const values = rows.map((row) => row[key]);
    const label = key
      .toLowerCase()
      .replaceAll(/[^a-z]+/g, "_")
      .replace(/_(mm|g)_$/, "");
    const unit = /\((\w+)\)/.exec(key)?.[1];
    if (values.some((value) => typeof value === "number")) {
      const numbers = Float64Array.from(values, (value) => value ?? Number.NaN);
      return {
        kind: "number",
        name: label,
        type: { kind: "real", learned: true, ...(unit ? { unit } : {}) },
        values: numbers,
      };
    }
    const levels = [...new Set(values.filter((value) => value !== null && value !== "."))];
    const codes = Int32Array.from(values, (value) => levels.indexOf(value));
    return {
      kind: "code",
      name: label,
      type: { kind: "category", values: [], ordered: false, learned: true },
      codes,
      levels,
    };
  });
  return { kind: "table", name, rows: rows.length, columns };
}

/** Each column shuffled by itself: right columns, wrong pairs. */
function loosened(table) {
  const columns = table.columns.map((column, j) => {
    const rows = stream(2, "gallery", j).shuffle(
      Uint32Array.from({ length: table.rows }, (_, i) => i),
    );
    return gather({ ...table, columns: [column] }, rows).columns[0];
  });
  return { ...table, name: "made", columns };
}
