import { describe, expect, it } from "vitest";
import { sweepSection } from "../../src/evaluate/sweep.js";
import type { Report, Score } from "../../src/ir/report.js";

function report(scores: readonly Partial<Score>[]): Report {
  const full = scores.map(
    (score): Score => ({
      name: "x",
      of: "fair",
      value: 0,
      better: "higher",
      meaning: "",
      ...score,
    }),
  );
  return {
    kind: "report",
    title: "t",
    audience: "consumers",
    inside: false,
    notes: [],
    sections: [
      { kind: "section", topic: "t", title: "t", lead: "", scores: full, tables: [], figures: [] },
    ],
  };
}

const run = (value: number, gap: number, auc: number) => ({
  values: [value],
  report: report([
    { name: "parity gap by sex, before", value: 0.3 },
    { name: "parity gap by sex, after", value: gap },
    { name: "AUC of boosted trees", value: auc, low: auc - 0.1, high: auc + 0.1, reference: 0.9 },
    { name: "constant", value: 1 },
  ]),
});

describe("a sweep", () => {
  const section = sweepSection(
    ["eps"],
    [run(10, 0.2, 0.85), run(0.3, 0.1, 0.7), run(1, 0.05, 0.8)],
  );
  it("draws each measure that moves, in the order of the param, with what real rows reach", () => {
    expect(section.figures.map((figure) => figure.title)).toEqual([
      "What fairness costs: AUC of boosted trees",
      "parity gap by sex, after",
      "AUC of boosted trees",
    ]);
    const auc = section.figures[2];
    if (auc?.kind !== "lines") throw new Error("lines");
    expect(auc.logX).toBe(true);
    expect(auc.series.map(({ name, x, y }) => ({ name, x, y }))).toEqual([
      { name: "fair", x: [0.3, 1, 10], y: [0.7, 0.8, 0.85] },
      { name: "real rows", x: [0.3, 1, 10], y: [0.9, 0.9, 0.9] },
    ]);
  });
  it("sets accuracy against the gap, in the order of the param, beside the real rows", () => {
    const front = section.figures[0];
    if (front?.kind !== "frontier") throw new Error("frontier");
    expect(front.series[0]?.points.map(({ label, x, y }) => [label, x, y])).toEqual([
      ["eps 0.3", 0.1, 0.7],
      ["eps 1", 0.05, 0.8],
      ["eps 10", 0.2, 0.85],
    ]);
    expect(front.series[1]).toEqual({
      name: "real rows",
      points: [{ label: "real rows", x: 0.3, y: 0.9 }],
    });
    expect(front.summary).toContain("eps 1: gap 0.050, 0.800");
  });
  it("keeps all numbers in one table, in the order of the sweep", () => {
    expect(section.tables[0]?.columns).toEqual([
      "measure",
      "of",
      "eps = 10",
      "eps = 0.3",
      "eps = 1",
    ]);
    expect(section.tables[0]?.rows[1]).toEqual([
      "parity gap by sex, after",
      "fair",
      0.2,
      0.1,
      0.05,
    ]);
  });
  it("shows the interval of a number that has one", () => {
    expect(section.tables[0]?.rows[2]).toEqual([
      "AUC of boosted trees",
      "fair",
      "0.850 (0.750 to 0.950)",
      "0.700 (0.600 to 0.800)",
      "0.800 (0.700 to 0.900)",
    ]);
  });
  it("is a table alone when the values are words", () => {
    const words = sweepSection(["kind"], [{ values: ["a"], report: report([{ value: 1 }]) }]);
    expect(words.figures).toEqual([]);
    expect(words.tables[0]?.rows).toEqual([["x", "fair", 1]]);
  });
  it("of two params draws a line for each value of the second, and names it", () => {
    const of = (gap: number, eps: number, auc: number) => ({
      ...run(gap, gap, auc),
      values: [gap, eps],
    });
    const runs = [of(0.3, 1, 0.8), of(0.3, 3, 0.9), of(0.1, 1, 0.7), of(0.1, 3, 0.85)];
    const both = sweepSection(["gap", "eps"], runs);
    expect(both.title).toBe("What gap and eps buy");
    expect(both.tables[0]?.columns.slice(2)).toEqual([
      "gap = 0.3, eps = 1",
      "gap = 0.3, eps = 3",
      "gap = 0.1, eps = 1",
      "gap = 0.1, eps = 3",
    ]);
    const front = both.figures[0];
    if (front?.kind !== "frontier") throw new Error("frontier");
    expect(
      front.series.map(({ name, points }) => [name, points.map(({ label, y }) => [label, y])]),
    ).toEqual([
      [
        "eps 1",
        [
          ["gap 0.1", 0.7],
          ["gap 0.3", 0.8],
        ],
      ],
      [
        "eps 3",
        [
          ["gap 0.1", 0.85],
          ["gap 0.3", 0.9],
        ],
      ],
      ["real rows", [["real rows", 0.9]]],
    ]);
    expect(front.summary).toContain("eps 3, gap 0.1: gap 0.100, 0.850");
    const auc = both.figures.find(({ title }) => title === "AUC of boosted trees");
    if (auc?.kind !== "lines") throw new Error("lines");
    expect(auc.series.map(({ name, x }) => [name, x])).toEqual([
      ["eps 1", [0.1, 0.3]],
      ["eps 3", [0.1, 0.3]],
      ["real rows", [0.1, 0.3]],
    ]);
  });
});
