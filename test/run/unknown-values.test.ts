import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { compile, runPlan } from "../../src/pipeline.js";
import { toObjects } from "../../src/table/rows.js";

const folder = mkdtempSync(join(tmpdir(), "parable-unknown-"));
afterAll(() => rmSync(folder, { recursive: true }));

const people = Array.from({ length: 600 }, (_, row) => ({
  sex: row % 3 === 0 ? "Female" : "Male",
  pay: row % 2 === 0 ? "high" : "low",
  age: 20 + (row % 60),
}));

async function run(rule: string, rest: string, isPrivate: boolean) {
  const { plan, diagnostics } = await compile(
    `source rows = frame people
table people from rows {
  sex: category learned
  pay: category learned
  age: int 16..95
  ${rule}
}
${isPrivate ? "privacy {\n  protect each row of people\n  budget epsilon 5, delta 1e-6\n}" : ""}
${rest}
`,
    { frames: new Map([["people", people]]) },
  );
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return runPlan(plan as NonNullable<typeof plan>, {
    frames: new Map([["people", people]]),
    folder,
  });
}

const fair = (what: string) => `fairness {\n  ${what}\n}\ngenerate made: 300 rows`;

for (const isPrivate of [false, true]) {
  const where = isPrivate ? "under a budget" : "without a budget";

  test(`a rule about a value that no learned row has is told, with the one that was meant, ${where}`, async () => {
    const rule = 'when sex = "male" then age >= 18';
    const { findings } = await run(rule, "generate made: 100 rows", isPrivate);
    expect(findings.map(({ policy }) => policy)).toContain(
      `no row that was learned has sex "male", as in \`${rule}\`; did you mean "Male"? (P0316)`,
    );
    const { findings: none } = await run(
      'when sex != "Male" or pay in ("high", "low") then age >= 18',
      "generate made: 100 rows",
      isPrivate,
    );
    expect(none.filter(({ policy }) => policy.includes("P0316"))).toEqual([]);
  });

  test(`a condition that no row can meet says which of its values is none, ${where}`, async () => {
    const made = run("", 'generate made: 100 rows given sex = "Femal"', isPrivate);
    await expect(made).rejects.toMatchObject({
      code: "P1402",
      diagnostic: {
        because: [
          'no row that was learned has sex "Femal", as in `sex = "Femal"`; did you mean "Female"?',
        ],
      },
    });
  });

  test(`an outcome that no learned row has is no goal that is met, ${where}`, async () => {
    const rest = fair('across sex\n  outcome pay = "High"\n  require parity <= 0.1');
    await expect(run("", rest, isPrivate)).rejects.toMatchObject({ code: "P0852" });
  });

  test(`shares of learned values may be stated, all of them or some, ${where}`, async () => {
    for (const shares of ['50% "Female", 50% "Male"', '50% "Female"']) {
      const { outputs } = await run("", fair(`rebalance sex to ${shares}`), isPrivate);
      const rows = toObjects(outputs[0]?.table as never);
      expect(rows.filter(({ sex }) => sex === "Female").length).toBe(150);
    }
    const typo = run("", fair('rebalance sex to 50% "Femal", 50% "Male"'), isPrivate);
    await expect(typo).rejects.toMatchObject({
      code: "P0852",
      parameters: { suggestion: "Female" },
    });
  });
}
