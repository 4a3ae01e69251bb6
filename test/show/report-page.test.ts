import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JSDOM } from "jsdom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeReport } from "../../src/facade/written.js";
import type { Report } from "../../src/ir/report.js";
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
  it("draws with the plotly inside it when asked", async () => {
    const { window } = new JSDOM(page, { runScripts: "dangerously", pretendToBeVisual: true });
    const drawn: unknown[] = [];
    (window as unknown as Record<string, unknown>)["Plotly"] = {
      newPlot: (...what: unknown[]) => {
        drawn.push(what);
        return Promise.resolve();
      },
    };
    window.document.querySelector("button")?.click();
    await Promise.resolve();
    expect(drawn).toHaveLength(1);
    expect(window.document.querySelector("button")?.textContent).toBe("still picture");
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

      Fidelity
      How close.
      measure          of    value  95% interval    ceiling  real against real
      ───────────────  ────  ─────  ──────────────  ───────  ─────────────────
      column fidelity  fair  0.970  0.960 to 0.980    0.990              0.980
      This is <b>not</b> private."
    `);
  });
});
