import { expect, test } from "vitest";
import { compile, runPlan } from "../../src/pipeline.js";
import { readBack } from "./corpus.js";
import { brokenIn, brokenInChain, chainRules, wideColumns, wideRows, wideRules } from "./wide.js";

const frames = (rows: Record<string, unknown>[]) => new Map([["data", rows]]);
const constant = wideRows(1).concat(wideRows(1));
const toCsv = async () => (await import("../../src/table/csv-write.js")).toCsv;

async function made(rows: Record<string, unknown>[], learner: string, rules = wideRules) {
  const body = [...wideColumns, ...rules].join("\n");
  const { plan, diagnostics } = await compile(
    `source data = frame data\ntable t from data {\n${body}\n}\nlearn with ${learner}\n` +
      `generate all: 30 rows\ngenerate some: 20 rows given a0 > 20 and c6 = "high"\n`,
    { frames: frames(rows) },
  );
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const release = await runPlan(plan as NonNullable<typeof plan>, { frames: frames(rows) });
  const write = await toCsv();
  return release.outputs.map(({ table }) => readBack(write(table)));
}

test.each([
  ["trees", "300 rows", wideRows(300)],
  ["forest", "300 rows", wideRows(300)],
  ["copula", "300 rows", wideRows(300)],
  ["interpolation", "300 rows", wideRows(300)],
  ["independent", "ten rows", wideRows(10)],
  ["trees", "two equal rows", constant],
])(
  "forty rules hold over two hundred columns: %s, from %s",
  async (learner, _, rows) => {
    const [all, some] = await made(rows, learner);
    expect([all?.length, some?.length]).toEqual([30, 20]);
    for (const row of [...(all ?? []), ...(some ?? [])]) expect(brokenIn(row)).toEqual([]);
    for (const row of (some ?? []) as unknown as Record<string, unknown>[]) {
      expect(Number(row["a0"])).toBeGreaterThan(20);
      expect(row["c6"]).toBe("high");
    }
  },
  120_000,
);

test("two hundred columns that rules tie together, each to the next, are drawn one after the other", async () => {
  const [all, some] = await made(wideRows(10), "trees", [...wideRules, ...chainRules]);
  expect([all?.length, some?.length]).toEqual([30, 20]);
  for (const row of [...(all ?? []), ...(some ?? [])]) {
    expect([...brokenIn(row), ...brokenInChain(row)]).toEqual([]);
  }
}, 120_000);
