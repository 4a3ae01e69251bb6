import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { JSDOM } from "jsdom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeReport } from "../../src/facade/written.js";
import type { FigureData, PairFigure, Report, ReportSection } from "../../src/ir/report.js";
import { display } from "../../src/show/display.js";
import { reportPage } from "../../src/show/report-page.js";

const report: Report = {
  kind: "report",
  title: "A <report>",
  audience: "regulators",
  inside: true,
  notes: ["This is <b>not</b> private."],
  sections: [
    {
      kind: "section",
      topic: "fidelity",
      title: "Fidelity",
      lead: "How close.",
      scores: [
        {
          name: "column fidelity",
          of: "fair",
          value: 0.97,
          ceiling: 0.99,
          reference: 0.98,
          low: 0.96,
          high: 0.98,
          better: "higher",
          meaning: "Shares of `<age>`.",
        },
      ],
      tables: [
        {
          title: "Columns",
          columns: ["column", "fidelity"],
          rows: [
            ["age", 0.5],
            ["<x>", null],
          ],
        },
      ],
      figures: [
        {
          kind: "bars",
          title: "Bars",
          x: "g",
          y: "v",
          labels: ["a"],
          summary: "One bar.",
          series: [{ name: "s", values: [1] }],
        },
      ],
    },
  ],
};

let page: string;
let folder: string;
beforeAll(async () => {
  page = await reportPage(report);
  folder = await mkdtemp(join(tmpdir(), "parable-page-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("report.html", () => {
  it("is one file under 3 MB that asks nobody for anything", () => {
    expect(Buffer.byteLength(page)).toBeLessThan(3_000_000);
    const { document } = new JSDOM(page).window;
    const asks = document.querySelectorAll("[src],link[href],img,iframe,object,embed");
    expect([...asks].map((node) => node.outerHTML)).toEqual([]);
    expect(
      [...document.querySelectorAll("style")].some((style) =>
        /url\(|@import/.test(style.textContent ?? ""),
      ),
    ).toBe(false);
  });
  it("stays under 3 MB with 110 columns, a picture of each and of the pairs behind three matrices", async () => {
    const names = Array.from({ length: 110 }, (_, i) => `a_name_like_others_${i}`);
    const luck = (i: number) => ((i * 7919) % 10_007) / 10_007;
    const shares = (size: number, seed: number) =>
      Array.from({ length: size }, (_, i) => Number(luck(seed * size + i).toFixed(5)));
    const words = { x: "", y: "", summary: "Some numbers." };
    const labels = shares(12, 1).map((share) => `value ${share}`);
    const pair = (i: number): FigureData => ({
      ...{ ...words, kind: "pair", title: `pair ${i}`, xLabels: labels, yLabels: labels },
      series: ["real", "made"].map((name, s) => ({
        name,
        shares: labels.map((_, row) => shares(12, i + row + s)),
      })),
    });
    const matrix = (i: number): FigureData => ({
      ...{
        ...words,
        kind: "matrix",
        title: `matrix ${i}`,
        rows: names,
        columns: names,
        of: "made",
      },
      values: names.map((_, row) =>
        names.map((__, at) => (row === at ? null : luck(row * at + i))),
      ),
      ...{ low: 0, high: 1 },
      ...(i === 0
        ? { details: Array.from({ length: 136 }, (_, at) => pair(at)) as PairFigure[] }
        : {}),
    });
    const marginal = (name: string, i: number): FigureData => ({
      ...{ ...words, kind: "marginal", title: name, column: name, scale: "number" },
      edges: Array.from({ length: 21 }, (_, at) => at * 7.3),
      series: ["real", "made"].map((of, s) => ({ name: of, shares: shares(20, i + s) })),
    });
    const figures = [...names.map(marginal), matrix(0), pair(1), matrix(1), matrix(2)];
    const [section] = report.sections;
    const wide = { ...report, sections: [{ ...(section as ReportSection), figures }] };
    expect(Buffer.byteLength(await reportPage(wide))).toBeLessThan(3_000_000);
  });
  it("shows all numbers of a score, and escapes what it is given", () => {
    const { document } = new JSDOM(page).window;
    const words = document.querySelector(".score")?.textContent ?? "";
    for (const number of ["0.970", "0.960 to 0.980", "0.990", "0.980"])
      expect(words).toContain(number);
    expect(document.querySelector("h1")?.textContent).toBe("A <report>");
    expect(document.querySelector(".note")?.textContent).toBe("This is <b>not</b> private.");
    expect(document.querySelector(".meaning code")?.textContent).toBe("<age>");
    expect(page).not.toContain("<x>");
  });
  it("opens tables where there is nothing else to see, and tells what two scores mean once", async () => {
    const [section] = report.sections as [ReportSection];
    const bare = { ...section, scores: [], figures: [] };
    const twice = { ...section, scores: [...section.scores, ...section.scores] };
    const sections = [section, bare, twice];
    const { document } = new JSDOM(await reportPage({ ...report, audience: "consumers", sections }))
      .window;
    const found = [...document.querySelectorAll("section[aria-labelledby]")];
    expect(found.map((one) => one.querySelectorAll("details").length)).toEqual([1, 0, 1]);
    expect(found.map((one) => one.querySelectorAll(".meaning").length)).toEqual([1, 0, 1]);
  });
  it("can be read by a screen reader and by keyboard", () => {
    const { document } = new JSDOM(page).window;
    expect(document.documentElement.lang).toBe("en");
    for (const picture of document.querySelectorAll("svg")) {
      expect(picture.getAttribute("aria-label")).toBeTruthy();
    }
    for (const head of document.querySelectorAll("thead th")) {
      expect(head.getAttribute("scope")).toBe("col");
    }
    for (const button of document.querySelectorAll("button")) {
      expect(button.type).toBe("button");
      expect(document.getElementById(button.dataset["explore"] ?? "")).not.toBeNull();
    }
    const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
  it("draws with the plotly inside it when asked, each once", async () => {
    const { window } = new JSDOM(page, { runScripts: "dangerously", pretendToBeVisual: true });
    const drawn: unknown[] = [];
    Object.assign(window, {
      ...{ DecompressionStream, Response, Blob, Uint8Array },
      Plotly: {
        newPlot: (...what: unknown[]) => {
          drawn.push(what);
          return Promise.resolve();
        },
      },
    });
    const button = window.document.querySelector("button");
    button?.click();
    // While it loads, another click neither draws again nor hides what is to come.
    button?.click();
    await expect.poll(() => button?.textContent).toBe("still picture");
    expect(drawn).toHaveLength(1);
    expect(drawn[0]).toMatchObject([{}, [{ y: ["a"], x: [1] }], {}, {}]);
    expect(window.document.querySelector<HTMLElement>(".static")?.hidden).toBe(true);
    button?.click();
    expect(window.document.querySelector<HTMLElement>(".static")?.hidden).toBe(false);
  });
  it("packs the plotly that it was made with, and says so where a browser can't unpack it", async () => {
    const { window } = new JSDOM(page, { runScripts: "dangerously", pretendToBeVisual: true });
    const { document } = window;
    const text = document.getElementById("plotly-source")?.textContent ?? "";
    const path = createRequire(import.meta.url).resolve(
      "plotly.js-cartesian-dist-min/plotly-cartesian.min.js",
    );
    expect(gunzipSync(Buffer.from(text, "base64")).equals(await readFile(path))).toBe(true);
    expect(window).not.toHaveProperty("DecompressionStream");
    document.querySelector("button")?.click();
    const words = () => document.querySelector(".live")?.textContent;
    await expect.poll(words).toBe("This needs a browser of 2023 or later.");
    expect(document.querySelector<HTMLElement>(".static")?.hidden).toBe(false);
  });
  it("is written whole beside its JSON, and leaves nothing else behind", async () => {
    await writeReport(report, folder, "r");
    expect((await readdir(folder)).sort()).toEqual(["r.html", "r.json"]);
    expect(JSON.parse(await readFile(join(folder, "r.json"), "utf8"))).toEqual({
      $schema: "urn:parable:report:1",
      ...report,
    });
    expect((await reportPage(report, { still: true })).length).toBeLessThan(30_000);
    await expect(writeReport(report, join(folder, "r.json"), "r")).rejects.toThrow("P1325");
    expect((await readdir(folder)).sort()).toEqual(["r.html", "r.json"]);
  });
});

describe("a report in a terminal", () => {
  it("is worth reading", () => {
    expect(display(report)["text/plain"]).toMatchInlineSnapshot(`
      "A <report>
      For the data holder, not private.

      Fidelity
      How close.
      measure          of    value  95% interval    ceiling  real against real
      ───────────────  ────  ─────  ──────────────  ───────  ─────────────────
      column fidelity  fair  0.970  0.960 to 0.980    0.990              0.980
      This is <b>not</b> private."
    `);
  });
});
