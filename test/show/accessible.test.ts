import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import type { Report } from "../../src/ir/report.js";
import { compile, evaluateRelease, runPlan } from "../../src/pipeline.js";
import { reportPage } from "../../src/show/report-page.js";

const browserPath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const audiences = ["consumers", "regulators", "teachers"] as const;

/** A report with every section that rows without a budget can have. */
async function everything(): Promise<Report> {
  const random = stream(1, "people");
  const people = Array.from({ length: 700 }, (_, i) => {
    const score = Math.round(100 * random.normal());
    return {
      age: 20 + random.below(50),
      sex: random.below(2) === 0 ? "F" : "M",
      town: i % 25 === 0 ? null : i % 60 === 1 ? `Village ${i}` : `Town ${random.below(6)}`,
      score,
      hired: score + 60 * random.normal() > 30 ? "yes" : "no",
    };
  });
  const text = `source s = frame people
table t from s {
  age:   int 20..70
  sex:   "F" | "M"
  town:  category learned or missing
  score: int -600..600
  hired: "yes" | "no"
  when score < -100 then age < 80
}
fairness {
  across  sex
  outcome hired = "yes"
  require parity <= 0.05
}
learn with independent
generate made: 600 rows seed 3
report "Everything" for teachers {
  fidelity marginals, pairs, triples
  rules    all
  utility  predict hired
  fairness before, after
  privacy  membership, singling_out, linkability, inference, copies, canaries
  holdout  25%
}`;
  const frames = new Map([["people", people]]);
  const { plan, diagnostics } = await compile(text, { frames });
  if (plan === undefined) throw new Error(diagnostics.map(({ title }) => title).join("\n"));
  return evaluateRelease(await runPlan(plan, { frames }));
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** Rules of WCAG and of good practice that the page breaks, and text in pictures that is too faint. */
async function faults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: readonly Violation[] }> };
    };
    const { violations } = await checker.run();
    const broken = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`),
    );
    const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const light = (colour: readonly number[]) => {
      const [r, g, b] = colour.slice(0, 3).map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      }) as [number, number, number];
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paper = channels(getComputedStyle(document.body).backgroundColor);
    const below = (text: Element): readonly number[] => {
      const { left, top, width, height } = text.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      const shapes = [...(text.closest("svg")?.querySelectorAll("rect") ?? [])].reverse();
      const under = shapes.find((shape) => {
        const box = shape.getBoundingClientRect();
        const precedes = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
        return precedes && box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
      });
      const fill = under === undefined ? [] : channels(getComputedStyle(under).fill);
      return fill.length === 3 ? fill : paper;
    };
    const texts = [...document.querySelectorAll(".static svg text")];
    const visible = texts.filter((text) => text.getClientRects().length > 0);
    const faint = visible.flatMap((text) => {
      const style = getComputedStyle(text);
      const [a, b] = [light(channels(style.fill)), light(below(text))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return contrast >= 4.5 ? [] : [`contrast ${contrast.toFixed(2)}: ${text.outerHTML}`];
    });
    return [...broken, ...faint];
  });
}

describe.skipIf(!existsSync(browserPath))("report.html in a browser (CHROMIUM)", () => {
  let folder: string;
  let browser: Browser;
  const fileOf = (audience: string) => join(folder, `${audience}.html`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parable-accessible-"));
    const report = await everything();
    const topics = report.sections.map(({ topic }) => topic);
    expect(topics.toSorted()).toEqual(
      "dependence fairness fidelity missingness privacy rules utility".split(" "),
    );
    for (const audience of audiences) {
      await writeFile(fileOf(audience), await reportPage({ ...report, audience }));
    }
    browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
  }, 300_000);
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  async function opened(
    audience: string,
    scheme: "light" | "dark",
  ): Promise<{ readonly page: Page; readonly asked: readonly string[] }> {
    const page = await browser.newPage({ colorScheme: scheme });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("pageerror", (error) => asked.push(String(error)));
    await page.goto(pathToFileURL(fileOf(audience)).href);
    return { page, asked };
  }

  it.each(
    audiences.flatMap((audience) => [[audience, "light"] as const, [audience, "dark"] as const]),
  )(
    "for %s, %s, breaks no rule of accessibility",
    async (audience, scheme) => {
      const { page, asked } = await opened(audience, scheme);
      expect(await faults(page)).toEqual([]);
      await page.evaluate(() => {
        for (const each of document.querySelectorAll("details")) each.open = true;
        for (const each of document.querySelectorAll<HTMLElement>("[data-explore]")) each.click();
      });
      // A button says so once its figure is drawn: a half-drawn one would be judged otherwise.
      await page.waitForFunction(() =>
        [...document.querySelectorAll("[data-explore]")].every(
          ({ textContent }) => textContent === "still picture",
        ),
      );
      expect(await faults(page)).toEqual([]);
      expect(asked.filter((url) => !url.startsWith("file:"))).toEqual([]);
      await page.close();
    },
    60_000,
  );

  it("is read by keyboard, from the matrix to the plot of two columns", async () => {
    const { page } = await opened("teachers", "light");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("skip");
    const matrices = page.locator("figure:has(select[data-pairs])");
    expect(await matrices.count()).toBe(3);
    for (const figure of await matrices.all()) {
      const picker = figure.locator("select");
      for (let steps = 0; steps < 200; steps++) {
        if (await picker.evaluate((node) => node === document.activeElement)) break;
        await page.keyboard.press("Tab");
      }
      await page.keyboard.press("ArrowDown");
      await figure.locator(".pair .main-svg").first().waitFor();
      expect(await figure.getByRole("status").textContent()).toContain("Joint shares of");
    }
    await page.close();
  }, 120_000);

  it("opens the plot of two columns from a cell of the matrix", async () => {
    const { page } = await opened("teachers", "light");
    const figure = page.locator("figure", { hasText: "Dependence in made" }).first();
    await figure.locator("rect[data-x=hired][data-y=score]").click();
    await figure.locator(".pair .main-svg").first().waitFor();
    expect(await figure.getByRole("status").textContent()).toContain("score and hired");
    await page.close();
  }, 120_000);

  it("prints what is folded away and what moves, without its buttons", async () => {
    const { page } = await opened("consumers", "dark");
    await page.locator("[data-explore]").first().click();
    await page.locator(".live .main-svg").first().waitFor();
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    const shown = await page.evaluate(() => ({
      folded: document.querySelectorAll("details:not([open])").length,
      moving: document.querySelectorAll(".live:not([hidden])").length,
      still: document.querySelectorAll(".static[hidden]").length,
      controls: [...document.querySelectorAll("button,nav,.skip,.pairs label")].filter(
        (node) => node.getClientRects().length > 0,
      ).length,
      wide: [...document.querySelectorAll(".scroll")].filter(
        (node) => node.scrollWidth > node.clientWidth + 1,
      ).length,
    }));
    expect(shown).toEqual({ folded: 0, moving: 0, still: 0, controls: 0, wide: 0 });
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    expect(await page.locator(".live:not([hidden])").count()).toBe(1);
    await page.close();
  }, 120_000);
});
