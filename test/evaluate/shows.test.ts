import { describe, expect, it } from "vitest";
import { shownFigures, strongestPairs } from "../../src/evaluate/shows.js";
import { displayPairs } from "../../src/show/display.js";
import { people } from "./tables.js";

const made = { name: "made", table: people({ rows: 800, seed: 1 }) };
const real = { name: "real", table: people({ rows: 800, seed: 2 }) };
const tables = [made, real];
const show = (what: string[], by: string[] = []) => shownFigures({ what, by }, tables);

describe("show", () => {
  it("puts one column of several tables in one picture", () => {
    const [figure, ...more] = show(["age"]);
    expect(more).toEqual([]);
    expect(figure?.kind === "marginal" && figure.series.map((series) => series.name)).toEqual([
      "made",
      "real",
    ]);
  });
  it("splits a column by groups, a picture a table", () => {
    const figures = show(["income"], ["sex"]);
    expect(figures.map((figure) => figure.title)).toEqual([
      "income by sex, made",
      "income by sex, real",
    ]);
    const [first] = figures;
    if (first?.kind !== "marginal") throw new Error("a marginal");
    expect(first.series.map((series) => series.name)).toEqual(["F", "M"]);
    for (const { shares } of first.series)
      expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  });
  it("draws a number along a number as a course with its middle half", () => {
    const [figure] = show(["income"], ["age"]);
    if (figure?.kind !== "lines") throw new Error("lines");
    const [series] = figure.series;
    expect(series?.y.at(-1)).toBeGreaterThan(series?.y[0] as number);
    series?.y.forEach((median, i) => {
      expect(series.low?.[i]).toBeLessThanOrEqual(median);
      expect(series.high?.[i]).toBeGreaterThanOrEqual(median);
    });
  });
  it("shows groups of a number by its bins, and categories by categories", () => {
    const [figure] = show(["sex"], ["age"]);
    expect(figure?.kind === "marginal" && figure.series.length).toBe(6);
    expect(show(["job"], ["sex"])).toHaveLength(2);
  });
  it("draws correlations and marginals of each table", () => {
    expect(show(["correlations"]).map((figure) => figure.kind)).toEqual(["matrix", "matrix"]);
    expect(show(["marginals"])).toHaveLength(5);
    expect(show([])).toHaveLength(5);
  });
  it("opens the pairs that depend most on each other, in every table, without a script", () => {
    const pairs = strongestPairs(tables);
    expect(pairs.length).toBeGreaterThan(1);
    for (const { series, xLabels, yLabels } of pairs) {
      expect(series.map(({ name }) => name)).toEqual(tables.map(({ name }) => name));
      for (const { shares } of series) {
        expect(shares.flat().reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2);
        expect([shares.length, shares[0]?.length]).toEqual([yLabels.length, xLabels.length]);
      }
    }
    const shown = displayPairs(pairs, "`show a by b` draws any two");
    const html = shown["text/html"] as string;
    expect(html.match(/<details>/g)?.length).toBe(pairs.length);
    expect(html).not.toContain("<script");
    expect(shown["text/plain"]).toContain(`${pairs[0]?.x} × ${pairs[0]?.y}: Joint shares`);
    expect(strongestPairs([{ name: "none", table: people({ rows: 0, seed: 1 }) }])).toEqual([]);
  });
  it("passes over what a table lacks, keys, and empty tables", () => {
    expect(show(["nothing"])).toEqual([]);
    expect(show(["id"])).toEqual([]);
    expect(
      shownFigures({ what: ["age"], by: ["sex"] }, [
        { name: "none", table: people({ rows: 0, seed: 1 }) },
      ]),
    ).toEqual([]);
  });
});
