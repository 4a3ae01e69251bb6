import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { compile } from "../../src/pipeline.js";
import { broken, frames, run, specOf, type Way, ways } from "./corpus.js";
import { type RandomSet, randomRules } from "./random-rules.js";
import type { Row } from "./rule-sets.js";

/** PARABLE_RULES=1000 npx vitest run test/rules-corpus/random-rules.test.ts tries so many sets of rules. */
const sets = Number(process.env["PARABLE_RULES"] ?? 32);
const folder = mkdtempSync(join(tmpdir(), "parable-rules-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const size = { folder, rows: 200, whole: 1000 };
const quick = ways.filter(({ name }) => !name.startsWith("language"));

/** What real rows say of a key may leave no row for `given`, and only then is that known no sooner. */
async function runOf(set: RandomSet, way: Way): Promise<ReadonlyMap<string, readonly Row[]>> {
  try {
    return await run(set, way, size);
  } catch (error) {
    const late = (error as { code?: string }).code === "P1402";
    if (late && set.rules.some((rule) => rule.includes("determines"))) return new Map();
    throw new Error(`${way.name}\n${specOf(set, way, size)}`, { cause: error });
  }
}

test("rules that nobody thought of: what compiles is held, and runs to its end", async () => {
  let compiled = 0;
  for (let seed = 1; seed <= sets; seed++) {
    const set = randomRules(seed);
    const way = quick[seed % quick.length] as Way;
    const spec = specOf(set, way, size);
    const { diagnostics } = await compile(spec, { frames });
    if (diagnostics.some(({ severity }) => severity === "error")) continue;
    compiled++;
    for (const [name, rows] of await runOf(set, way)) {
      expect(rows.length, spec).toBe(size.rows);
      expect(broken(set, rows), spec).toEqual([]);
      if (name === "some")
        expect(
          rows.filter((row) => !set.givenHolds(row)),
          spec,
        ).toEqual([]);
    }
  }
  // Rules that contradict each other are few among these.
  expect(compiled).toBeGreaterThan(sets / 2);
}, 1_200_000);
