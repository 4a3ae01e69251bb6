import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Release } from "../../src/ir/release.js";
import { compile, evaluateRelease, runPlan } from "../../src/pipeline.js";

// What is decided by looking at the rows as a whole is told for free. Neighbours at the edges of what can be
// read must go the same way.
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-edges-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = (file: string, columns: string, learner: string) => `source s = ${file}
table t from s {
  ${columns}
}
privacy {
  protect each row of t
  budget epsilon 2, delta 1e-6
}
learn with ${learner}
generate made: 20 rows seed 1
`;

async function run(text: string): Promise<Release> {
  const { plan, diagnostics } = await compile(text, { folder });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return runPlan(plan, { folder });
}

describe("a table without rows", () => {
  const columns = 'a: "x" | "y"\n  b: int 0..9\n  c: int 0..100_000';
  const lone = ["", "x,3,70"];
  const outside = ["z,3,70", "z,3,70\nx,3,70"];
  it.each([
    ["independent", lone],
    ["mst", lone],
    ["swift", outside],
    ["aim", outside],
  ] as const)(
    "is learned by %s like one of one row",
    { timeout: 60_000 },
    async (learner, sides) => {
      for (const [i, rows] of sides.entries()) {
        const name = `${learner}-${i}.csv`;
        writeFileSync(join(folder, name), `a,b,c\n${rows}\n`);
        const release = await run(spec(`csv "${name}"`, columns, learner));
        expect(release.outputs[0]?.table.rows).toBe(20);
        expect((await evaluateRelease(release)).sections.length).toBeGreaterThan(0);
      }
    },
  );
});

describe("a learned category", () => {
  it.each(["", "a\n", "a\nb\n"])(
    "of which no value is common enough is refused by its name: %j",
    async (rows) => {
      writeFileSync(join(folder, "rare.csv"), `a\n${rows}`);
      const text = spec('csv "rare.csv"', "a: category learned", "swift").replace(
        "epsilon 2",
        "epsilon 0.5",
      );
      await expect(run(text)).rejects.toThrow(/P0759.*a/);
    },
  );
});

describe("an optional learned category of which nothing can be told", () => {
  const runFaintly = (rule: string) => {
    writeFileSync(join(folder, "lone.csv"), `a,b\n${"x,1\n".repeat(20)}`);
    const columns = `a: category learned or missing\n  b: int 0..9 or missing\n  ${rule}`;
    return run(spec('csv "lone.csv"', columns, "swift").replace("epsilon 2", "epsilon 0.5"));
  };

  it.each(["when b is missing then a is missing", 'when a is present then a = "x"'])(
    "is missing in every row where rules let it be: %s",
    async (rule) => {
      const { table } = (await runFaintly(rule)).outputs[0] as Release["outputs"][number];
      expect(table.rows).toBe(20);
      const column = table.columns.find(({ name }) => name === "a");
      expect(column?.kind === "code" && column.codes.every((code) => code < 0)).toBe(true);
    },
  );

  it("is refused where a rule asks for its values", async () => {
    await expect(runFaintly("when b is present then a is present")).rejects.toThrow(/P0759.*a/);
  });
});

describe("a file that breaks off in one row", () => {
  it.each([
    ["ragged", "a,b,c\nx,3,70\ny,4,secret-q7x,more,and more\n"],
    ["quoted", 'a,b,c\nx,3,70\n"secret-q7x,4,5\n'],
  ])("%s: the failure says where, and holds nothing of the row", async (name, text) => {
    writeFileSync(join(folder, `${name}.csv`), text);
    const columns = 'a: "x" | "y"\n  b: int 0..9\n  c: int 0..100';
    const failed = await run(spec(`csv "${name}.csv"`, columns, "independent")).catch(
      (error: unknown) => error,
    );
    expect(failed).toBeInstanceOf(Error);
    expect(inspect(failed, { depth: 20, showHidden: true })).not.toContain("secret");
  });
});

describe("JSON", () => {
  const rows = Array.from({ length: 400 }, (_, i) => ({
    when: `2024-0${1 + (i % 2)}-01T00:00:00`,
    size: 1 + (i % 2),
  }));
  it("reads each value by itself: one odd row changes no other row's value", async () => {
    const told: unknown[] = [];
    for (const more of [[], [{ when: "never", size: 1.5 }]]) {
      writeFileSync(join(folder, "rows.json"), JSON.stringify([...rows, ...more]));
      const columns = "when: category learned\n  size: category learned";
      const release = await run(spec('json "rows.json"', columns, "independent"));
      told.push(release.measured[0]?.domains.map(({ labels }) => labels));
    }
    expect(told[0]).toEqual([
      ["2024-01-01T00:00:00", "2024-02-01T00:00:00"],
      ["1", "2"],
    ]);
    expect(told[1]).toEqual(told[0]);
  });
});
