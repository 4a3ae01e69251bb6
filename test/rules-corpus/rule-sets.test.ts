import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { compile, runPlan } from "../../src/pipeline.js";
import { learnerNames, rowLearners } from "../../src/synth/registry.js";
import { toCsv } from "../../src/table/csv-write.js";
import { declared, people } from "./people.js";
import { type Row, type RuleSet, ruleSets } from "./rule-sets.js";

/**
 * The long run, which may be cut short and called again until nothing is left: each set and learner that is done has
 * a line in the file, and the last test adds them up.
 * `RULES_ROWS=20000 RULES_KEPT=rules.jsonl npx vitest run test/rules-corpus/rule-sets.test.ts`
 */
const asked = Number(process.env["RULES_ROWS"] ?? 200);
const keptAt = process.env["RULES_KEPT"];
const rowsOf = (set: RuleSet): number => Math.min(asked, set.most ?? Infinity);
/** Outputs of more rows are read back from the files that they went to piece by piece. */
const whole = 1000;
const folder = mkdtempSync(join(tmpdir(), "parable-rules-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const frames = new Map([["data", people(400)]]);

interface Way {
  readonly name: string;
  /** Absent: nothing is learned. */
  readonly learner?: string;
  readonly isPrivate?: boolean;
}
/** Rules don't wait for a good model: `language` trains as briefly as it can. */
const brief = (learner: string) => (learner === "language" ? "language { epochs 1 }" : learner);
/** Finding the noise that a budget wants takes `language` many seconds a set: only in the long run. */
const isLong = keptAt !== undefined;
const ways: readonly Way[] = [
  { name: "without data" },
  ...rowLearners.map((name) => ({ name, learner: brief(name) })),
  ...learnerNames
    .filter((each) => each.private && each.name !== "auto" && (isLong || each.name !== "language"))
    .map(({ name }) => ({ name: `${name} under a budget`, learner: brief(name), isPrivate: true })),
];

interface Kept {
  readonly way: string;
  readonly set: string;
  readonly rows: number;
  readonly broken: number;
}
function kept(): Kept[] {
  if (keptAt === undefined || !existsSync(keptAt)) return [];
  const lines = readFileSync(keptAt, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Kept);
}

function specOf(set: RuleSet, { learner, isPrivate }: Way): string {
  const columns = set.columns.split(" ").map((name) => `  ${name}: ${declared[name]}`);
  const body = [...columns, ...(set.instead ?? []), ...set.rules].join("\n  ");
  const learned = learner !== undefined;
  const given =
    set.given === undefined ? "" : `generate some: ${rowsOf(set)} rows given ${set.given}\n`;
  return [
    learned ? "source data = frame data\n" : "",
    `table t ${learned ? "from data " : ""}{\n${body}\n}\n`,
    learned ? `learn with ${learner}\n` : "",
    isPrivate === true ? "privacy { protect each row of t\n budget epsilon 5, delta 1e-6 }\n" : "",
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

async function run(set: RuleSet, way: Way): Promise<Map<string, Row[]>> {
  const text = specOf(set, way);
  const { plan, diagnostics } = await compile(text, { frames });
  const errors = diagnostics.filter((one) => one.severity === "error");
  expect(errors.map((one) => `${one.code} ${one.title}\n${text}`)).toEqual([]);
  if (plan === undefined) throw new Error("no plan");
  const files = { folder, format: "csv", keep: whole };
  const release = await runPlan(plan, { frames, folder, files });
  return new Map(
    release.outputs.map(({ name, table, written }) => [
      name,
      readBack(written === undefined ? toCsv(table) : readFileSync(written.path, "utf8")),
    ]),
  );
}

describe.each(ways.map((way) => [way.name, way] as const))("%s", (_, way) => {
  const done = new Set(kept().flatMap((each) => (each.way === way.name ? [each.set] : [])));
  const left = ruleSets.filter(({ name }) => !done.has(name));
  test.for(left.map((set) => [set.name, set] as const))(
    "%s",
    keptAt === undefined ? {} : { timeout: 580_000 },
    async ([name, set]) => {
      const outputs = await run(set, way);
      expect([...outputs.keys()]).toEqual(set.given === undefined ? ["all"] : ["all", "some"]);
      const made = [...outputs.values()];
      const broken = made.map((rows) => rows.filter((row) => !set.holds(row)));
      const whichAreOff = made.map((rows) => set.together?.(rows) === false);
      if (keptAt !== undefined) {
        const rows = made.reduce((sum, { length }) => sum + length, 0);
        const count = broken.flat().length + whichAreOff.filter((isOff) => isOff).length;
        const line: Kept = { way: way.name, set: name, rows, broken: count };
        appendFileSync(keptAt, `${JSON.stringify(line)}\n`);
      }
      for (const rows of made) expect(rows.length).toBe(rowsOf(set));
      expect(broken.map((rows) => rows.slice(0, 5))).toEqual(made.map(() => []));
      expect(whichAreOff).toEqual(made.map(() => false));
    },
  );
});

test("without its rules every set is broken: no promise is kept by chance", async () => {
  for (const set of ruleSets) {
    if (set.together !== undefined) continue;
    const made =
      (await run({ ...set, rules: [], most: 200 }, { name: "without data" })).get("all") ?? [];
    const byRule =
      set.instead === undefined || set.rules.some((rule) => rule.startsWith("require"));
    expect(byRule && made.every((row) => set.holds(row)), set.name).toBe(false);
  }
});

test.runIf(keptAt !== undefined)("the long run is whole, and nothing is broken", () => {
  const all = kept();
  const sum = (of: (each: Kept) => number) => all.reduce((total, each) => total + of(each), 0);
  process.stdout.write(
    `${all.length} of ${ways.length * ruleSets.length} sets, ${sum(({ rows }) => rows)} rows, ${sum(({ broken }) => broken)} broken\n`,
  );
  expect(sum(({ broken }) => broken)).toBe(0);
  expect(all.length).toBe(ways.length * ruleSets.length);
});

test("there are forty sets", () => {
  expect(ruleSets.length).toBe(40);
});
