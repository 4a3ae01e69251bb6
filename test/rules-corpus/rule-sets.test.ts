import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { broken, rowsOf, run, ways } from "./corpus.js";
import { type RuleSet, ruleSets } from "./rule-sets.js";

// `bench/rules.mjs` does the same with millions of rows.
const folder = mkdtempSync(join(tmpdir(), "parable-rules-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const size = { folder, rows: 200, whole: 10_000 };
/** Finding the noise that a budget wants takes `language` seconds a set: the bench does it. */
const quick = ways.filter(({ name }) => name !== "language under a budget");

describe.each(quick.map((way) => [way.name, way] as const))("%s", (_, way) => {
  test.each(ruleSets.map((set) => [set.name, set] as const))("%s", async (_, set) => {
    const outputs = await run(set, way, size);
    expect([...outputs.keys()]).toEqual(set.given === undefined ? ["all"] : ["all", "some"]);
    for (const made of outputs.values()) {
      expect(made.length).toBe(rowsOf(set, size));
      expect(broken(set, made)).toEqual([]);
    }
  });
});

test("without its rules every set is broken: no promise is kept by chance", async () => {
  const freed = (set: RuleSet) => run({ ...set, rules: [] }, { name: "without data" }, size);
  for (const set of ruleSets) {
    if (set.together !== undefined) continue;
    const made = (await freed(set)).get("all") ?? [];
    const byRule =
      set.instead === undefined || set.rules.some((rule) => rule.startsWith("require"));
    expect(byRule && made.every((row) => set.holds(row)), set.name).toBe(false);
  }
});

test("rows that stream to their files keep their rules there", async () => {
  for (const name of ["trees", "swift under a budget"]) {
    const way = ways.find((each) => each.name === name) as (typeof ways)[number];
    const set = ruleSets.at(-1) as RuleSet;
    const outputs = await run(set, way, { ...size, whole: 100 });
    for (const made of outputs.values()) {
      expect(made.length).toBe(200);
      expect(broken(set, made)).toEqual([]);
    }
  }
});

test("there are forty sets", () => {
  expect(ruleSets.length).toBe(40);
});
