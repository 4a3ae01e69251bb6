import { expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { compile, evaluateRelease, runPlan } from "../../src/pipeline.js";

const random = stream(5, "people");
const people = Array.from({ length: 400 }, () => {
  const sex = random.below(2) === 0 ? "F" : "M";
  const income = Math.round(1e6 * random.uniform());
  const paid = random.uniform() < (sex === "F" ? 0.3 : 0.7) ? "yes" : "no";
  return { sex, income: random.below(10) === 0 ? null : income, paid };
});

const learned = `source real = frame people
table people from real {
  sex:    "F" | "M"
  income: int 0..1_000_000 or missing
  paid:   "yes" | "no"
}
learn with independent
report for regulators { utility predict paid  fairness before, after  privacy copies, pii }
`;

async function judged(spec: string) {
  const frames = new Map([["people", people]]);
  const { plan, diagnostics } = await compile(spec, { folder: ".", frames });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  const release = await runPlan(plan, { folder: ".", frames });
  const { sections } = await evaluateRelease(release);
  const of = (topic: string) => sections.find((section) => section.topic === topic);
  return { rows: release.outputs.map(({ table }) => table.rows), of };
}

it("real rows beside the generated ones are told of, and not judged as if they were generated", async () => {
  const goal = 'fairness {\n across sex\n outcome paid = "yes"\n require parity <= 0.02\n}\n';
  const { rows, of } = await judged(
    `${learned}${goal}generate both: 300 rows beside real seed 1\n`,
  );
  expect(rows).toEqual([700]);
  // Of the 700 rows 400 are real. A generated row equals one where no income is known, one in ten of them.
  const copies = of("privacy")?.scores.find(({ name }) => name === "exact copies");
  expect(copies?.value).toBeLessThan(0.2);
  const stand = of("privacy")?.tables[0];
  expect(stand?.title).toBe("Whose rows stand in both");
  expect(stand?.rows.map((row) => row.slice(0, 2))).toEqual([
    ["real", 400],
    ["generated", 300],
  ]);
  expect(of("utility")?.scores[0]?.meaning).toContain("trained on 300 generated rows");
  // The gap of the file as written lies between that of the real rows and none.
  const gap = (side: string) =>
    of("fairness")?.scores.find(({ name }) => name === `parity gap by sex, ${side}`)?.value ?? 0;
  expect(gap("after")).toBeGreaterThan(0.1);
  expect(gap("after")).toBeLessThan(gap("before") - 0.05);
});

it("real rows that were filled in are no generated ones", async () => {
  const { of } = await judged(`${learned}generate whole: real completed seed 1\n`);
  expect(JSON.stringify(of("privacy")?.tables)).toContain("its rows are the real ones");
  expect(of("privacy")?.scores.map(({ name }) => name)).not.toContain("exact copies");
  expect(of("utility")?.scores).toEqual([]);
  expect(JSON.stringify(of("utility")?.tables)).toContain("those to test on among them");
});
