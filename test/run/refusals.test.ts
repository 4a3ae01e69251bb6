import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { stream } from "../../src/base/random.js";
import { compile, runPlan } from "../../src/pipeline.js";
import { loadEngine } from "../../src/run/private-engine.js";
import { countsFor } from "../../src/synth/cardinality.js";
import { decodeModel, encodeModel } from "../../src/synth/saved-model.js";
import { AnswerCache } from "../../src/synth/text/cache.js";
import { toDanfo } from "../../src/table/danfo.js";
import { fromFrame } from "../../src/table/from-frame.js";

const folder = mkdtempSync(join(tmpdir(), "parable-refusals-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Rows = readonly Readonly<Record<string, unknown>>[];

async function run(text: string, rows: Rows = []) {
  const frames = new Map([["data", rows]]);
  const { plan, diagnostics } = await compile(text, { frames });
  expect(plan, JSON.stringify(diagnostics.map(({ title }) => title))).toBeDefined();
  return runPlan(plan as NonNullable<typeof plan>, { frames, folder });
}

const source = "source data = frame data\n";
const people: Rows = Array.from({ length: 60 }, (_, at) => ({
  age: 20 + (at % 40),
  sex: at % 2 === 0 ? "F" : "M",
  income: at % 3 === 0 ? "high" : "low",
}));

describe("a run that can't be carried out says why, and a like one that can is", () => {
  test("correlations that contradict each other (P1403)", async () => {
    const spec = (last: number) =>
      `table t {\n a: real 0..1\n b: real 0..1\n c: real 0..1\n correlate a with b 0.9\n correlate b with c 0.9\n correlate a with c ${last}\n}\ngenerate 10 rows seed 1`;
    await expect(run(spec(-0.9))).rejects.toMatchObject({ code: "P1403" });
    await expect(run(spec(0.8))).resolves.toBeDefined();
  });

  test("a learner of rows where only counts may be seen (P1461)", async () => {
    await expect(loadEngine("trees")).rejects.toMatchObject({ code: "P1461" });
    expect((await loadEngine("mst")).name).toBe("mst");
  });

  test("two orders that can't both be kept (P1408)", async () => {
    const spec = (second: string) =>
      `table p { pid: id }\ntable t {\n tid: id\n owner: ref p, 2..4 per p\n a: int 0..1_000_000\n b: int 0..1_000_000\n a of each owner increases\n ${second}\n}\ngenerate 20 p seed 1`;
    await expect(run(spec("b of each owner increases"))).rejects.toMatchObject({ code: "P1408" });
    await expect(run(spec("require b >= 0"))).resolves.toBeDefined();
  });

  test("numbers of children that no parents can have (P1409)", () => {
    const names = { child: "stays", parent: "patients" };
    const counts = (total: number) =>
      countsFor(total, 10, { min: 1, max: 3 } as Parameters<typeof countsFor>[2], names, stream(1));
    expect(() => counts(31)).toThrow(expect.objectContaining({ code: "P1409" }));
    expect(() => counts(9)).toThrow(expect.objectContaining({ code: "P1409" }));
    expect(counts(30).every((count) => count === 3)).toBe(true);
  });

  test("a group that the data don't have can't be made fair (P0850)", async () => {
    const spec = (sex: string) =>
      `${source}table t from data { age: int 0..99\n sex: ${sex}\n income: "low" | "high" }\nfairness {\n across sex\n outcome income = "high"\n require parity <= 0.01\n rebalance sex to 50% "F", 50% "${sex.includes("X") ? "X" : "M"}"\n}\ngenerate 200 rows seed 1`;
    await expect(run(spec('"F" | "M" | "X"'), people)).rejects.toMatchObject({
      code: "P0850",
    });
    await expect(run(spec('"F" | "M"'), people)).resolves.toBeDefined();
  });

  test("rows too long for the language model (P0915)", async () => {
    const columns = (count: number) =>
      Array.from({ length: count }, (_, at) => `c${at}: int 0..9`).join("\n");
    const rows = (count: number) =>
      Array.from({ length: 30 }, (_, row) =>
        Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, (row + at) % 10])),
      );
    const spec = (count: number) =>
      `${source}table t from data {\n${columns(count)}\n}\nlearn with language { epochs 1 }\ngenerate 3 rows seed 1`;
    await expect(run(spec(401), rows(401))).rejects.toMatchObject({ code: "P0915" });
  });
});

test("a model in a later format is refused (P0911), one in this format is not", () => {
  const bytes = encodeModel({ learner: "trees", version: 1, json: {}, arrays: {} });
  expect(decodeModel(bytes, "m").learner).toBe("trees");
  const later = Uint8Array.from(bytes);
  const at = new TextDecoder("latin1").decode(bytes).indexOf('"format":1') + 9;
  later[at] = "9".charCodeAt(0);
  const whole = later.length - 32;
  later.set(createHash("sha256").update(later.subarray(0, whole)).digest(), whole);
  expect(() => decodeModel(later, "m")).toThrow(expect.objectContaining({ code: "P0911" }));
});

test("answers that can't be kept are not asked for (P1475)", () => {
  const question = { prompt: "x", facts: [], shape: { kind: "text" }, seed: 1, refused: [] };
  const answer = { text: "y", tokensRead: 1, tokensWritten: 1, retries: 0 };
  const keep = (at: string) =>
    new AnswerCache(at, "w").keep(question as Parameters<AnswerCache["keep"]>[0], answer);
  const file = join(folder, "a-file");
  writeFileSync(file, "");
  expect(() => keep(file)).toThrow(expect.objectContaining({ code: "P1475" }));
  expect(() => keep(join(folder, "a-folder"))).not.toThrow();
});

const danfo = (() => {
  try {
    return createRequire(import.meta.url).resolve("danfojs-node");
  } catch {
    return undefined;
  }
})();

test.skipIf(danfo !== undefined)(
  "an optional package that is not there is named (P1328)",
  async () => {
    const table = await fromFrame([{ a: 1 }], "t");
    await expect(toDanfo(table as NonNullable<typeof table>)).rejects.toMatchObject({
      code: "P1328",
    });
  },
);
