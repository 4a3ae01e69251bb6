import { describe, expect, it } from "vitest";
import { silent } from "../../src/base/progress.js";
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

async function score(name: string, output: Partial<EvaluatedOutput>) {
  const { sections } = await report(output);
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
