import { expect, it } from "vitest";
import { compile, runPlan } from "../../src/pipeline.js";
import { toObjects } from "../../src/table/rows.js";

it("groups that few rows of the model belong to are filled, and every group meets the goal", async () => {
  const { plan } = await compile(`table people {
  sex: "F" 50% | "M" 50%
  race: "A" 99.5% | "B" 0.5%
  pay: real 0..100 ~ normal(45, 10)
}
fairness {
  across sex, race
  outcome pay > 60
  require parity <= 0.05
}
generate made: 3_000 rows seed 1
`);
  const release = await runPlan(plan as NonNullable<typeof plan>);
  const groups = new Map<string, { rows: number; yes: number }>();
  for (const row of toObjects(release.outputs[0]?.table as never)) {
    const one = groups.get(`${row["sex"]} ${row["race"]}`) ?? { rows: 0, yes: 0 };
    const yes = one.yes + ((row["pay"] as number) > 60 ? 1 : 0);
    groups.set(`${row["sex"]} ${row["race"]}`, { rows: one.rows + 1, yes });
  }
  expect([...groups.values()].reduce((sum, { rows }) => sum + rows, 0)).toBe(3000);
  expect(groups.size).toBe(4);
  const told = release.findings.some(({ policy }) => policy.startsWith("groups of few rows"));
  const shares = [...groups.values()].map(({ rows, yes }) => yes / rows);
  expect(Math.max(...shares) - Math.min(...shares) <= 0.05 + 1e-9).toBe(!told);
});
