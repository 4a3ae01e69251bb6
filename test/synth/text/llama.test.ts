import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Failure } from "../../../src/base/failure.js";
import { compile, runPlan } from "../../../src/pipeline.js";
import { type Row, toObjects } from "../../../src/table/rows.js";
import { writeTinyModel } from "./gguf.js";

/** A `node_modules` with node-llama-cpp in it, and a real model; .ci/steps/llama.sh gives both. */
const modules = process.env["PARABLE_LLAMA_MODULES"];
const model = process.env["PARABLE_LLAMA_MODEL"];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-llama-"));
  writeTinyModel(join(folder, "tiny.gguf"));
  if (modules !== undefined) symlinkSync(modules, join(folder, "node_modules"));
  if (model !== undefined) symlinkSync(model, join(folder, "real.gguf"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  text: string,
): Promise<{ rows: readonly Row[]; asked: number; refused: number }> {
  const { plan, diagnostics } = await compile(text, { folder });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const release = await runPlan(plan as NonNullable<typeof plan>, { folder });
  const written = release.writing ?? [];
  return {
    rows: toObjects(release.outputs[0]?.table as Parameters<typeof toObjects>[0]),
    asked: written.reduce((sum, one) => sum + one.asked, 0),
    refused: written.reduce((sum, one) => sum + one.refused, 0),
  };
}

const EVERY_TYPE = `
writer tiny = llama "tiny.gguf"
table t {
  n:     int 1..9
  kind:  "red" | "green" | "a \\"quoted\\" one"  written "the kind of {n}" by tiny
  age:   int 17..90 years                  written "the age of {n}" by tiny
  price: money EUR 0..999 step 0.05        written "the price of {n}" by tiny
  heat:  real -10..38 degC                 written "the heat of {n}" by tiny
  day:   date 2023-12-20..2024-03-05       written "the day of {n}" by tiny
  at:    datetime 2024-01-01..2024-12-31   written "the moment of {n}" by tiny
  code:  text like "[A-Z]{2}-\\d{3}"        written "the code of {n}" by tiny
  sure:  bool                              written "is {n} sure" by tiny
  when n > 4 then age >= 60
}
generate 12 rows seed 1
`;

test("without the package, or without the file, one message says what to do", async () => {
  const place = mkdtempSync(join(tmpdir(), "parable-llama-"));
  writeTinyModel(join(place, "tiny.gguf"));
  const { plan } = await compile(EVERY_TYPE, { folder: place });
  const error = (await runPlan(plan as NonNullable<typeof plan>, { folder: place }).catch(
    (thrown: unknown) => thrown,
  )) as Failure;
  rmSync(place, { recursive: true });
  expect(error.code).toBe("P1474");
  expect(error.message).toMatch(/tiny can't use tiny.gguf: node-llama-cpp is not installed/);
});

test("a file that is missing or no model is one message", async () => {
  writeFileSync(join(folder, "broken.gguf"), "GGUF but no more of it than this");
  writeFileSync(join(folder, "other.gguf"), "something else, and long enough");
  for (const [file, reason] of Object.entries({
    "broken.gguf": /GGUF version/,
    "other.gguf": /not a GGUF file/,
    "nowhere.gguf": /no such file/,
  })) {
    const text = EVERY_TYPE.replace("tiny.gguf", file);
    const error = (await run(text).catch((thrown: unknown) => thrown)) as Failure;
    expect(error.code).toBe("P1474");
    expect(error.message).toMatch(reason);
  }
});

describe.skipIf(modules === undefined)("with node-llama-cpp", () => {
  test("a model of random weights writes values of every type, all in the first answer", async () => {
    const { rows, asked, refused } = await run(EVERY_TYPE);
    expect(refused).toBe(0);
    for (const row of rows) {
      expect(["red", "green", 'a "quoted" one']).toContain(row["kind"]);
      expect(row["age"]).toBeGreaterThanOrEqual((row["n"] as number) > 4 ? 60 : 17);
      expect(row["age"]).toBeLessThanOrEqual(90);
      expect(Math.abs(((row["price"] as number) * 20) % 1)).toBeLessThan(1e-6);
      expect(row["code"]).toMatch(/^[A-Z]{2}-\d{3}$/);
    }
    const again = await run(EVERY_TYPE);
    expect(again.asked).toBe(0);
    expect(JSON.stringify(again.rows)).toBe(JSON.stringify(rows));
    expect(asked).toBeGreaterThan(12);
  });

  test("rows from a prompt by random weights: types hold", async () => {
    const { rows } = await run(`
writer tiny = llama "tiny.gguf"
table t {
  age: int 18..95
  job: "fisher" | "nurse" or missing
  day: date 2024-01-01..2024-12-31
}
generate 10 rows like "people in a coastal town" by tiny given age < 40`);
    expect(rows).toHaveLength(10);
    for (const row of rows) expect(row["age"]).toBeLessThan(40);
  });

  test("random weights as a prior: probabilities are told, and held-out rows decide", async () => {
    const lines = Array.from({ length: 50 }, (_, i) => (i % 3 === 0 ? "x,a" : "y,b"));
    writeFileSync(join(folder, "t.csv"), `p,q\n${lines.join("\n")}\n`);
    const { rows, asked } = await run(`
source s = csv "t.csv"
writer tiny = llama "tiny.gguf"
table t from s {
  p: "x" | "y"
  q: "a" | "b" | "c"
}
learn with trees with prior tiny
generate 20 rows seed 1`);
    expect(rows).toHaveLength(20);
    expect(asked).toBe(3);
  });

  test.skipIf(model === undefined)(
    "a real small model fills a column of 200 rows",
    async () => {
      const { rows, asked, refused } = await run(`
writer small = llama "real.gguf"
table towns {
  city:    "Oslo" | "Cairo" | "Lima" | "Delhi" | "Rome"
  country: "Norway" | "Egypt" | "Peru" | "India" | "Italy"  written "The country where {city} lies" by small
  people:  int 100_000..40_000_000 step 1000  written "How many people live in {city}" by small
  motto:   text or missing                     written "A motto for {city} in five words" by small
}
generate 200 rows seed 4`);
      const right: Record<string, string> = {
        ...{ Oslo: "Norway", Cairo: "Egypt", Lima: "Peru", Delhi: "India", Rome: "Italy" },
      };
      const hits = rows.filter((row) => right[String(row["city"])] === row["country"]).length;
      const shown = rows.slice(0, 5).map((row) => JSON.stringify(row));
      process.stdout.write(
        `${asked} asked, ${refused} refused, ${hits} of 200 countries right\n${shown.join("\n")}\n`,
      );
      expect(rows).toHaveLength(200);
      // Greedy decoding has no chance in it: this model knows these five.
      expect(hits).toBe(200);
      for (const row of rows) expect((row["people"] as number) % 1000).toBe(0);
    },
    1_800_000,
  );
});
