import { expect, test } from "vitest";
import { compile } from "../../src/pipeline.js";
import { languageSeconds } from "../../src/synth/language-time.js";

const rows = Array.from({ length: 4000 }, (_, at) => ({ age: at % 90, city: "Ulm" }));
const frames = new Map([["people", rows]]);

async function reason(learner: string, more = "") {
  const text = `source s = frame people\ntable t from s {\n  age: int 0..99\n  city: "Ulm" | "Bonn"\n}\n${more}\nlearn with ${learner}\ngenerate 10 rows seed 1\n`;
  const { plan, diagnostics } = await compile(text, { frames });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return plan.learners[0]?.reason;
}

test("a plan says how long rows as language will be learned, before anything is read", async () => {
  expect(await reason("language")).toBe(
    "asked for; it trains for about a minute on one core at most, says how far it is, and an interrupt keeps the best weights so far",
  );
  expect(await reason("language {\n  epochs 2_000\n  width 128\n}")).toMatch(
    /about \d\d minutes.* fewer `epochs` take less$/,
  );
  expect(await reason("trees")).toBe("asked for");
});

test("under a budget, where rows aren't known, it says that more rows take longer", async () => {
  const privacy = "privacy {\n  protect each row of t\n  budget epsilon 1, delta 1e-6\n}";
  expect(await reason("language", privacy)).toMatch(
    /a minute on one core, and longer the more rows/,
  );
});

test("the estimate is the time measured for Adult, and grows with rows seen, columns, width and layers", () => {
  const of = (columns: number, options = {}) =>
    languageSeconds({ texts: 0, others: columns }, 8000, { epochs: [30], ...options });
  // 41 to 72 s of the CPU were measured (docs/learners.md).
  expect(of(15)).toBeGreaterThan(30);
  expect(of(15)).toBeLessThan(80);
  expect(of(30) / of(15)).toBeGreaterThan(2);
  expect(of(15, { width: [128] }) / of(15)).toBeGreaterThan(3);
  expect(of(15, { layers: [4] }) / of(15)).toBeGreaterThan(1.7);
  expect(of(15, { epochs: [60] }) / of(15)).toBeCloseTo(2, 9);
});
