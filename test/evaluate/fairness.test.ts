import { describe, expect, it } from "vitest";
import { silent } from "../../src/base/progress.js";
import { stream } from "../../src/base/random.js";
import { drawCount, drawShare } from "../../src/evaluate/beta-draw.js";
import { evaluate } from "../../src/evaluate/evaluate.js";
import {
  conditionalParity,
  differentialFairness,
  estimate,
  generalizedEntropy,
  parityDifference,
  parityRatio,
  wilson,
} from "../../src/evaluate/fairness-measures.js";
import {
  confusions,
  equalizedOddsDifference,
  equalOpportunityDifference,
} from "../../src/evaluate/fairness-models.js";
import type { CheckedFairness } from "../../src/ir/checked.js";
import type { Column, Table } from "../../src/table/table.js";

/** People in three groups of unlike sizes whose outcome has the given shares. */
function workers(seed: number, rows: number, shares: readonly number[]): Table {
  const random = stream(seed, "workers");
  const group = new Int32Array(rows);
  const paid = new Int32Array(rows);
  const job = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const u = random.uniform();
    const g = u < 0.6 ? 0 : u < 0.98 ? 1 : 2;
    group[row] = g;
    job[row] = random.uniform() < 0.8 ? g % 2 : random.below(2);
    paid[row] = random.uniform() < (shares[g] as number) ? 1 : 0;
  }
  const code = (name: string, codes: Int32Array, levels: string[]): Column => ({
    kind: "code",
    name,
    type: { kind: "category", values: levels, ordered: false, learned: false },
    codes,
    levels,
  });
  return {
    kind: "table",
    name: "workers",
    rows,
    columns: [
      code("group", group, ["a", "b", "c"]),
      code("job", job, ["x", "y"]),
      code("paid", paid, ["no", "yes"]),
    ],
  };
}

const asked: CheckedFairness = {
  table: "workers",
  across: ["group"],
  outcome: { op: "eq", left: { op: "column", name: "paid" }, right: { op: "text", value: "yes" } },
  goals: [{ metric: "parity", given: ["job"], comparison: "<=", bound: 0.02 }],
  keep: ["job"],
  rebalance: [],
  forbiddenEdges: [],
};

describe("measures", () => {
  it("agree with their definitions", () => {
    expect(parityDifference([0.1, 0.4, Number.NaN])).toBeCloseTo(0.3, 12);
    expect(parityRatio([0.1, 0.4])).toBeCloseTo(0.25, 12);
    expect(parityRatio([0, 0])).toBe(1);
    expect(parityDifference([0.5])).toBeNaN();
    expect(generalizedEntropy([1, 1, 1])).toBeCloseTo(0, 12);
    // Two people with benefits 0 and 2: mean 1, half of ((0 − 1) + (4 − 1)) / 2.
    expect(generalizedEntropy([0, 2], 2)).toBeCloseTo(0.5, 12);
    expect(generalizedEntropy([0, 2], 1)).toBeCloseTo(Math.log(2), 12);
    const groups = [
      { group: "a", count: 10, hits: 0 },
      { group: "b", count: 10, hits: 5 },
    ];
    expect(differentialFairness(groups)).toBeCloseTo(Math.log(6), 12);
  });
  it("of classifiers agree with counting", () => {
    const actual = Uint8Array.from([1, 1, 0, 0, 1, 0, 1, 0]);
    const scores = Float64Array.from([0.9, 0.2, 0.8, 0.1, 0.7, 0.3, 0.6, 0.4]);
    const groups = Int32Array.from([0, 0, 0, 0, 1, 1, 1, 1]);
    const [a, b] = confusions(actual, scores, groups, ["a", "b"]);
    expect([a?.truePositiveRate, a?.falsePositiveRate, a?.selected]).toEqual([0.5, 0.5, 0.5]);
    expect([b?.truePositiveRate, b?.falsePositiveRate, b?.predictiveValue]).toEqual([1, 0, 1]);
    if (a === undefined || b === undefined) throw new Error("two groups");
    expect(equalizedOddsDifference([a, b])).toBe(0.5);
    expect(equalOpportunityDifference([a, b])).toBe(0.5);
  });
  it("survive groups of no rows, one row and no outcome", () => {
    const random = stream(1, "small");
    const found = estimate(
      [
        { group: "a", count: 5000, hits: 1000 },
        { group: "b", count: 1, hits: 0 },
        { group: "c", count: 0, hits: 0 },
      ],
      "difference",
      random,
    );
    expect(found.value).toBeCloseTo(0.2, 12);
    expect(found.high).toBeGreaterThan(0.5);
    expect(found.noise).toBeGreaterThan(0.2);
    expect(wilson({ group: "none", count: 0, hits: 0 })).toEqual([0, 1]);
  });
  // 300 tables each, of fifteen measures in all: a cover of 0.95 would show 0.9 or less in one of them about once in
  // 200 (binomial); intervals that leave a true gap of 0 outside would show 0. Seeds that nothing was tuned on.
  it.each([
    { sizes: [25, 25], shares: [0.3, 0.3] },
    { sizes: [25, 25], shares: [0.2, 0.45] },
    { sizes: [20, 500], shares: [0.05, 0.1] },
    { sizes: [40, 40, 40, 40, 400], shares: [0.3, 0.3, 0.3, 0.3, 0.3] },
    { sizes: [40, 40, 40, 40, 400], shares: [0.2, 0.25, 0.3, 0.35, 0.5] },
    { sizes: Array<number>(14).fill(30), shares: Array<number>(14).fill(0.2) },
  ])("give intervals that hold the truth 95 times in 100: %o", ({ sizes, shares }) => {
    const truths = [parityDifference(shares), parityRatio(shares)];
    const held = [0, 0];
    for (let i = 5000; i < 5300; i++) {
      const random = stream(i, "coverage", sizes.length, shares[0] as number);
      const groups = sizes.map((count, g) => ({
        group: String(g),
        count,
        hits: drawCount(random, count, shares[g] as number),
      }));
      for (const [m, measure] of (["difference", "ratio"] as const).entries()) {
        const { low, high } = estimate(groups, measure, random, 400);
        const truth = truths[m] as number;
        if (low <= truth && truth <= high) held[m] = (held[m] ?? 0) + 1;
      }
    }
    expect(Math.min(...held) / 300).toBeGreaterThan(0.9);
  });
  it.each([
    { strata: 1, gap: 0 },
    { strata: 6, gap: 0 },
    { strata: 6, gap: 0.2 },
  ])("within strata hold the truth, too: %o", ({ strata, gap }) => {
    let held = 0;
    for (let i = 5000; i < 5300; i++) {
      const random = stream(i, "strata", strata, gap);
      const drawn = Array.from({ length: strata }, (_, k) => ({
        label: String(k),
        groups: [200, 40].map((count, g) => ({
          group: String(g),
          count,
          hits: drawCount(random, count, 0.3 + gap * g),
        })),
      }));
      const { low, high } = conditionalParity(drawn, random, 400);
      if (low <= gap && gap <= high) held++;
    }
    expect(held / 300).toBeGreaterThan(0.9);
  });
  it("within strata leave out what is too small, and find a gap that is due to the strata gone", () => {
    const random = stream(1, "strata");
    const strata = [
      {
        label: "x",
        groups: [
          { group: "a", count: 900, hits: 90 },
          { group: "b", count: 100, hits: 10 },
        ],
      },
      {
        label: "y",
        groups: [
          { group: "a", count: 100, hits: 50 },
          { group: "b", count: 900, hits: 450 },
        ],
      },
      {
        label: "z",
        groups: [
          { group: "a", count: 100, hits: 0 },
          { group: "b", count: 3, hits: 3 },
        ],
      },
    ];
    const found = conditionalParity(strata, random);
    expect(found.value).toBeCloseTo(0, 12);
    expect(found.covered).toBeCloseTo(2000 / 2103, 12);
  });
});

describe("draws", () => {
  it("have the right means", () => {
    const random = stream(7, "means");
    const mean = (draw: () => number) =>
      Array.from({ length: 4000 }, draw).reduce((sum, value) => sum + value, 0) / 4000;
    // Five standard errors of the mean: a false alarm in 1.7 million.
    expect(Math.abs(mean(() => drawShare(random, 3, 10)) - 3.5 / 11)).toBeLessThan(
      (5 * 0.14) / Math.sqrt(4000),
    );
    for (const [count, share] of [
      [20, 0.1],
      [20, 0.9],
      [5000, 0.3],
    ] as const) {
      const error = 5 * Math.sqrt((count * share * (1 - share)) / 4000);
      expect(Math.abs(mean(() => drawCount(random, count, share)) - count * share)).toBeLessThan(
        error,
      );
    }
    // All eleven shares of the binomial distribution, each within five standard errors.
    const counts = new Float64Array(11);
    for (let i = 0; i < 4000; i++) {
      const hits = drawCount(random, 10, 0.3);
      counts[hits] = (counts[hits] as number) + 1;
    }
    let chance = 0.7 ** 10;
    for (let hits = 0; hits <= 10; hits++) {
      const error = Math.sqrt((chance * (1 - chance)) / 4000);
      const found = (counts[hits] as number) / 4000;
      expect(Math.abs(found - chance)).toBeLessThan(5 * error + 1 / 4000);
      chance *= (0.3 / 0.7) * ((10 - hits) / (hits + 1));
    }
    expect(drawCount(random, 10, 0)).toBe(0);
    expect(drawCount(random, 10, 1)).toBe(10);
  });
});

describe("the section", () => {
  const unfair = [0.2, 0.4, 0.3];
  it("shows the gap before and after, in the data and in models trained on them", async () => {
    const report = await evaluate({
      title: "t",
      audience: "regulators",
      inside: false,
      seed: 1,
      topics: [{ topic: "fairness", items: [] }],
      fairness: asked,
      progress: silent,
      outputs: [
        {
          name: "fair",
          synthetic: workers(3, 6000, [0.3, 0.3, 0.3]),
          real: workers(1, 6000, unfair),
          holdout: workers(2, 3000, unfair),
        },
      ],
    });
    const section = report.sections[0];
    const value = (name: string) => section?.scores.find((score) => score.name === name);
    expect(value("parity gap by group, before")?.value).toBeGreaterThan(0.15);
    const after = value("parity gap by group, after");
    expect(after?.value).toBeLessThan(0.1);
    expect(after?.low).toBeLessThan(after?.ceiling as number);
    expect(value("parity gap by group given job, before")?.value).toBeGreaterThan(0.1);
    expect(section?.scores.some((score) => score.name.startsWith("equalised odds"))).toBe(true);
    expect(section?.figures.map(({ kind }) => kind)).toEqual(["flow", "bars"]);
    expect(section?.tables.map((table) => table.title).join("\n")).toContain("stand in for group");
    expect(JSON.stringify(section)).not.toMatch(/NaN|Infinity/);
  });
  it("tells no gap of rows that are all of one group", async () => {
    const all = workers(3, 600, unfair);
    const codes = new Int32Array(all.rows);
    const synthetic = {
      ...all,
      columns: all.columns.map((column) =>
        column.name === "group" && column.kind === "code" ? { ...column, codes } : column,
      ),
    };
    const report = await evaluate({
      title: "t",
      audience: "consumers",
      inside: false,
      seed: 1,
      progress: silent,
      topics: [{ topic: "fairness", items: [] }],
      fairness: asked,
      outputs: [{ name: "seniors", synthetic, real: workers(1, 600, unfair) }],
    });
    const names = report.sections[0]?.scores.map(({ name }) => name) ?? [];
    expect(names).toContain("parity gap by group, before");
    expect(names).not.toContain("parity gap by group, after");
    for (const { name, value, low, high } of report.sections[0]?.scores ?? []) {
      expect([name, value, low, high].some(Number.isNaN as (v: unknown) => boolean)).toBe(false);
    }
  });

  it("has nothing to say without a question", async () => {
    const report = await evaluate({
      title: "t",
      audience: "consumers",
      inside: false,
      seed: 1,
      progress: silent,
      topics: [{ topic: "fairness", items: [] }],
      outputs: [{ name: "fair", synthetic: workers(3, 60, unfair) }],
    });
    expect(report.sections).toEqual([]);
  });
});

describe("a goal that small groups miss", () => {
  const one = (name: string, codes: number[], levels: string[]): Column => ({
    kind: "code",
    name,
    type: { kind: "category", values: levels, ordered: false, learned: false },
    codes: Int32Array.from(codes),
    levels,
  });
  /** Groups a and b of a hundred rows with the same share, `few` rows of a group c with another one. */
  const rowsOf = (few: number): Table => {
    const groups = [...Array<number>(100).fill(0), ...Array<number>(100).fill(1)];
    const group = [...groups, ...Array<number>(few).fill(2)];
    const paid = group.map((g, row) => (g === 2 ? 1 : row % 2));
    return {
      ...{ kind: "table", name: "workers", rows: group.length },
      columns: [one("group", group, ["a", "b", "c"]), one("paid", paid, ["no", "yes"])],
    };
  };
  const reportOf = (real: Table, synthetic: Table) =>
    evaluate({
      title: "t",
      audience: "regulators",
      inside: false,
      topics: [{ topic: "fairness", items: [] }],
      outputs: [{ name: "m", synthetic, real }],
      fairness: {
        ...asked,
        goals: [{ metric: "parity", given: [], comparison: "<=", bound: 0.02 }],
      },
      seed: 1,
      progress: silent,
    });
  const tablesOf = async (real: Table, synthetic: Table) =>
    (await reportOf(real, synthetic)).sections.flatMap(({ tables }) => tables);
  const verdictOf = (tables: Awaited<ReturnType<typeof tablesOf>>) =>
    tables.find(({ title }) => title.startsWith("Goals of fairness"))?.rows[0]?.at(-1);

  it("says so, and what the others come to", async () => {
    const few = rowsOf(5);
    expect(verdictOf(await tablesOf(few, few))).toBe(
      "not met by groups of fewer than 30 rows; among the others 0.0000",
    );
    const many = rowsOf(50);
    expect(verdictOf(await tablesOf(many, many))).toBe("not met");
    expect(verdictOf(await tablesOf(few, rowsOf(0)))).toBe("met");
  });
  it("is told beside the gap, which they may make alone", async () => {
    const { sections } = await reportOf(rowsOf(50), rowsOf(5));
    const scores = sections.flatMap(({ scores: own }) => own);
    expect(scores.slice(0, 4).map(({ name }) => name)).toEqual([
      "parity gap by group, before",
      "parity gap by group, after",
      "parity ratio by group, before",
      "parity ratio by group, after",
    ]);
    const said = (at: number) => /Among groups .*/.exec(scores[at]?.meaning ?? "")?.[0];
    expect([0, 1, 3].map(said)).toEqual([
      undefined,
      "Among groups of at least 30 rows it is 0.000.",
      "Among groups of at least 30 rows it is 1.000.",
    ]);
  });
  it("tells a group that is absent from one that is too small", async () => {
    const groups = (tables: Awaited<ReturnType<typeof tablesOf>>) =>
      tables.find(({ title }) => title.startsWith("Groups by"))?.rows.map((row) => row.at(-1));
    expect(groups(await tablesOf(rowsOf(5), rowsOf(0)))).toEqual(["", "", "too small to judge"]);
    expect(groups(await tablesOf(rowsOf(0), rowsOf(50)))).toEqual(["", "", "no rows before"]);
  });
});
