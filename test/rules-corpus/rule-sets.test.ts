import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { compile, runPlan } from "../../src/pipeline.js";
import { rowLearners } from "../../src/synth/registry.js";
import { toCsv } from "../../src/table/csv-write.js";
import { declared, people } from "./people.js";
import { type Row, type RuleSet, ruleSets } from "./rule-sets.js";

/** More rows for the long run: `RULES_ROWS=40000 npx vitest run test/rules-corpus`. */
const asked = Number(process.env["RULES_ROWS"] ?? 200);
const rowsOf = (set: RuleSet): number => Math.min(asked, set.most ?? Infinity);
const folder = mkdtempSync(join(tmpdir(), "parable-rules-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const frames = new Map([["data", people(400)]]);

/** Rules don't wait for a good model: `language` trains as briefly as it can. */
const brief = "language { epochs 1 }";
const open = [...rowLearners.filter((name) => name !== "language"), brief];
const budgeted = ["mst", "aim", "swift"];

function specOf(set: RuleSet, learner: string | undefined): string {
  const columns = set.columns.split(" ").map((name) => `  ${name}: ${declared[name]}`);
  const body = [...columns, ...(set.instead ?? []), ...set.rules].join("\n  ");
  const made = set.instead?.some((line) => line.startsWith("fee"));
  const learned = learner !== undefined && made !== true;
  const given =
    set.given === undefined ? "" : `generate some: ${rowsOf(set)} rows given ${set.given}\n`;
  return [
    learned ? "source data = frame data\n" : "",
    `table t ${learned ? "from data " : ""}{\n${body}\n}\n`,
    learned ? `learn with ${learner}\n` : "",
    learned && budgeted.includes(learner)
      ? "privacy { protect each row of t\n budget epsilon 5, delta 1e-6 }\n"
      : "",
    `generate all: ${rowsOf(set)} rows\n${given}`,
  ].join("");
}

/** Back from the bytes, by hand: the rules hold in what was written, not in what was meant. */
function readBack(csv: string): Row[] {
  const [head = "", ...lines] = csv.trimEnd().split("\n");
  const names = head.split(",");
  return lines.map((line) => {
    const values = line.split(",").map((text): unknown => {
      if (text === "") return null;
      if (text === "true" || text === "false") return text === "true";
      return /^-?\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : text;
    });
    return Object.fromEntries(names.map((name, i) => [name, values[i]])) as unknown as Row;
  });
}

async function run(set: RuleSet, learner: string | undefined): Promise<Map<string, Row[]>> {
  const text = specOf(set, learner);
  const { plan, diagnostics } = await compile(text, { frames });
  const errors = diagnostics.filter((one) => one.severity === "error");
  expect(errors.map((one) => `${one.code} ${one.title}\n${text}`)).toEqual([]);
  if (plan === undefined) throw new Error("no plan");
  const release = await runPlan(plan, { frames, folder });
  return new Map(release.outputs.map(({ name, table }) => [name, readBack(toCsv(table))]));
}

describe.each([undefined, ...open, ...budgeted])("%s", (learner) => {
  test.each(ruleSets.map((set) => [set.name, set] as const))("%s", async (_, set) => {
    const outputs = await run(set, learner);
    expect([...outputs.keys()]).toEqual(set.given === undefined ? ["all"] : ["all", "some"]);
    for (const made of outputs.values()) {
      expect(made.length).toBe(rowsOf(set));
      expect(made.filter((row) => !set.holds(row))).toEqual([]);
      expect(set.together?.(made) ?? true).toBe(true);
    }
  });
});

test("without its rules every set is broken: no promise is kept by chance", async () => {
  for (const set of ruleSets) {
    if (set.together !== undefined) continue;
    const made = (await run({ ...set, rules: [] }, undefined)).get("all") ?? [];
    const byRule =
      set.instead === undefined || set.rules.some((rule) => rule.startsWith("require"));
    expect(byRule && made.every((row) => set.holds(row)), set.name).toBe(false);
  }
});

test("there are forty sets", () => {
  expect(ruleSets.length).toBe(40);
});
