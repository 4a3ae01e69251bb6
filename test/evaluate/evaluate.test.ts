import { describe, expect, it } from "vitest";
import { silent } from "../../src/base/progress.js";
import { stream } from "../../src/base/random.js";
import { evaluate } from "../../src/evaluate/evaluate.js";
import type { EvaluatedOutput } from "../../src/evaluate/request.js";
import { people } from "./tables.js";

const real = people({ rows: 4000, seed: 1 });
const holdout = people({ rows: 1000, seed: 2 });

function report(output: Partial<EvaluatedOutput>) {
  return evaluate({
    title: "test",
    audience: "consumers",
    inside: false,
    seed: 1,
    outputs: [
      { name: "made", synthetic: people({ rows: 4000, seed: 3 }), real, holdout, ...output },
    ],
    topics: [],
    progress: silent,
  });
}

let usual: ReturnType<typeof report> | undefined;

async function score(name: string, output: Partial<EvaluatedOutput>) {
  if (Object.keys(output).length === 0) usual ??= report(output);
  const { sections } = await (Object.keys(output).length === 0 && usual ? usual : report(output));
  const found = sections.flatMap((section) => section.scores).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no score ${name}`);
  return found;
}

describe("fidelity", () => {
  it("of a fresh sample lies at the ceiling and at the reference, in columns and in pairs", async () => {
    for (const name of ["column fidelity", "pair fidelity", "missing patterns"]) {
      const found = await score(name, {});
      expect(Math.abs(found.value - (found.ceiling as number))).toBeLessThan(0.01);
      expect(found.high).toBeGreaterThan(0.99);
      expect(found.reference).toBeLessThan(found.value + 0.01);
    }
  });
  it("sees a shifted column, which bins of its own on each side would hide", async () => {
    const fresh = await score("column fidelity", {});
    const shifted = await score("column fidelity", {
      synthetic: people({ rows: 4000, seed: 3, shift: 50_000 }),
    });
    expect(shifted.value).toBeLessThan(fresh.value - 0.15);
    expect(shifted.high).toBeLessThan(fresh.value);
  });
  it("sees missing values that grow, although the values left are right", async () => {
    const found = await score("column fidelity", {
      synthetic: people({ rows: 4000, seed: 3, missing: 0.9 }),
    });
    expect(found.value).toBeLessThan(0.86);
    expect(
      (
        await score("missing patterns", {
          synthetic: people({ rows: 4000, seed: 3, missing: 0.9 }),
        })
      ).value,
    ).toBeLessThan(0.25);
  });
  it("is not moved by one outlier", async () => {
    const synthetic = people({ rows: 4000, seed: 3 });
    const income = synthetic.columns[1];
    if (income?.kind === "number") income.values[0] = 1e12;
    const fresh = await score("column fidelity", {});
    expect((await score("column fidelity", { synthetic })).value).toBeCloseTo(fresh.value, 3);
  });
  it("of pairs is cut by shared bins, too: a stretched column is seen, one outlier is not, a fresh sample is at home", async () => {
    const fresh = await score("pair fidelity", {});
    expect(fresh.value).toBeGreaterThan((fresh.ceiling as number) - 0.01);
    const stretched = people({ rows: 4000, seed: 3 });
    const outlier = people({ rows: 4000, seed: 3 });
    const [far, one] = [stretched, outlier].map(({ columns }) => columns[1]);
    if (far?.kind === "number") far.values.set(far.values.map((x) => 50 * x + 1000));
    if (one?.kind === "number") one.values[0] = 1e12;
    expect((await score("pair fidelity", { synthetic: stretched })).value).toBeLessThan(
      fresh.value - 0.15,
    );
    expect((await score("pair fidelity", { synthetic: outlier })).value).toBeCloseTo(
      fresh.value,
      3,
    );
  });
  it("sees values that are missing in other rows than in the real ones, as often as there", async () => {
    const where = (seed: number, of: (sex: number, u: number) => boolean) => {
      const table = people({ rows: 4000, seed });
      const [income, sex] = [table.columns[1], table.columns.find(({ name }) => name === "sex")];
      const random = stream(seed, "missing");
      if (income?.kind === "number" && sex?.kind === "code") {
        sex.codes.forEach((code, row) => {
          if (of(code, random.uniform())) income.values[row] = Number.NaN;
        });
      }
      return table;
    };
    const women = (seed: number) => where(seed, (sex, u) => sex === 0 && u < 0.6);
    const real = women(1);
    const share =
      real.columns[1]?.kind === "number"
        ? real.columns[1].values.filter((value) => Number.isNaN(value)).length / 4000
        : 0;
    const right = await score("pair fidelity", { real, synthetic: women(3) });
    const wrong = await score("pair fidelity", {
      real,
      synthetic: where(3, (_, u) => u < share),
    });
    expect(right.value).toBeGreaterThan((right.ceiling as number) - 0.01);
    expect(wrong.value).toBeLessThan(right.value - 0.02);
  });
  it("never stands alone: each score has an interval, a ceiling or a reference", async () => {
    const made = await report({});
    for (const { scores } of made.sections) {
      for (const each of scores) {
        expect(
          [each.low, each.ceiling, each.reference].some((value) => value !== undefined),
          each.name,
        ).toBe(true);
      }
    }
  });
  it("sees a lost dependence in pairs that columns don't show", async () => {
    const synthetic = people({ rows: 4000, seed: 3, loose: true });
    const columns = await score("column fidelity", { synthetic });
    const pairs = await score("pair fidelity", { synthetic });
    expect(columns.ceiling as number).toBeLessThan(columns.value + 0.01);
    expect(pairs.value).toBeLessThan((pairs.ceiling as number) - 0.01);
  });
});

describe("a report", () => {
  it("is plain data with figures that hold no rows", async () => {
    const made = await report({
      rules: [{ text: "age >= 17", violations: 0, checked: 4000, realViolations: 2 }],
    });
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
    expect(made.sections.map((section) => section.topic)).toEqual([
      "fidelity",
      "rules",
      "missingness",
      "dependence",
    ]);
    const figures = made.sections.flatMap((section) => section.figures);
    expect(figures.filter((figure) => figure.kind === "marginal").map((f) => f.title)).toEqual([
      "age",
      "income",
      "joined",
      "sex",
      "job",
    ]);
    for (const figure of figures) {
      if (figure.kind !== "marginal") continue;
      for (const series of figure.series) {
        const sum = series.shares.reduce((a, b) => a + b, series.missing ?? 0);
        expect(sum).toBeCloseTo(1, 9);
      }
    }
  });
  it("describes generated rows by themselves when there are no real ones", async () => {
    const made = await evaluate({
      title: "alone",
      audience: "consumers",
      inside: false,
      seed: 1,
      topics: [],
      progress: silent,
      outputs: [{ name: "made", synthetic: people({ rows: 50, seed: 1 }) }],
    });
    expect(made.sections[0]?.scores).toEqual([]);
    expect(made.sections[0]?.figures.length).toBe(5);
    expect(made.notes[0]).toContain("No real rows");
  });
  it("survives empty and one-row tables", async () => {
    for (const rows of [0, 1]) {
      const made = await report({ synthetic: people({ rows, seed: 1 }) });
      expect(made.sections.length).toBeGreaterThan(0);
      const small = await report({
        real: people({ rows, seed: 1 }),
        holdout: people({ rows, seed: 1 }),
      });
      expect(small.kind).toBe("report");
    }
  });
});

it("compares a score of few rows with a reference of as few", async () => {
  const few = {
    synthetic: people({ rows: 200, seed: 71 }),
    holdout: people({ rows: 4000, seed: 72 }),
  };
  const found = await score("pair fidelity", few);
  // Both are samples of 200; with all 4,000 the reference would lie .15 higher.
  expect(Math.abs((found?.value ?? 0) - (found?.reference ?? 1))).toBeLessThan(0.03);
});

describe("every number", () => {
  it("has a meaning and an interval, but for counts that are exact and what is itself a bound", async () => {
    const text = (name: string) => ({ text: name, span: { start: 0, end: 0 } });
    const topic = (name: string, ...words: string[]) => ({
      topic: name,
      items: words.map((word) => ({ word: text(word), arguments: [] })),
    });
    const { sections } = await evaluate({
      ...{ title: "test", audience: "regulators", inside: false, seed: 1, progress: silent },
      topics: [
        ...[topic("fidelity"), topic("rules", "all"), topic("utility"), topic("fairness")],
        topic("privacy", "copies", "singling_out", "linkability", "inference", "membership"),
      ],
      outputs: [
        {
          ...{ name: "made", synthetic: people({ rows: 800, seed: 3 }) },
          ...{ real: people({ rows: 800, seed: 1 }), holdout: people({ rows: 300, seed: 2 }) },
          rules: [{ text: "age >= 17", violations: 0, checked: 800 }],
        },
      ],
      fairness: {
        table: "people",
        across: ["sex"],
        outcome: {
          op: "gt",
          left: { op: "column", name: "income" },
          right: { op: "number", value: 14_000 },
        },
        goals: [{ metric: "parity", given: ["job"], comparison: "<=", bound: 0.1 }],
        ...{ keep: [], rebalance: [] },
        forbiddenEdges: [{ from: "sex", to: "income", through: ["job"] }],
      },
    });
    const scores = sections.flatMap(({ scores: own }) => own);
    expect(scores.length).toBeGreaterThan(30);
    expect(scores.filter(({ meaning }) => meaning === "")).toEqual([]);
    const bare = scores.filter(({ low, high }) => low === undefined || high === undefined);
    expect(bare.map(({ name }) => name).sort()).toEqual([
      "implied epsilon",
      "rules that hold in every row",
    ]);
    for (const { name, low = 0, high = 0, value } of scores) {
      if (bare.some((one) => one.name === name)) continue;
      expect([name, low <= value && value <= high && low < high]).toEqual([name, true]);
    }
  });
});
