import { expect, test } from "vitest";
import { stream } from "../../src/base/random.js";
import { compile, runPlan } from "../../src/pipeline.js";
import type { Table } from "../../src/table/table.js";

const iso = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** Stays of one to nine days over three years, of surgery longer; the last one ends before it begins. */
function stays() {
  const random = stream(4, "stays");
  const rows = Array.from({ length: 1500 }, () => {
    const from = 17_000 + random.below(1000);
    const ward = random.below(2) === 0 ? "eye" : "surgery";
    const days = ward === "eye" ? 1 + random.below(3) : 4 + random.below(6);
    return { admitted: iso(from), discharged: iso(from + days), ward };
  });
  return [...rows, { admitted: iso(17_500), discharged: iso(17_499), ward: "eye" }];
}

const numbers = (table: Table | undefined, name: string): Float64Array => {
  const column = table?.columns.find((each) => each.name === name);
  return column?.kind === "number" ? column.values : new Float64Array();
};

test.each(["trees", "copula", "forest", "interpolation", "independent"])(
  "%s learns how far two dates lie apart where a column says so, and what goes with it",
  async (learner) => {
    const frames = new Map([["stays", stays()]]);
    const { plan, diagnostics } = await compile(
      `source s = frame stays
table stays from s {
  admitted:   date 2016-01-01..2019-12-31
  discharged: date 2016-01-01..2020-01-31
  days:       int 0..30 days := discharged - admitted
  ward:       "eye" | "surgery"
  require admitted <= discharged
}
learn with ${learner}
generate made: 2_000 rows seed 1
generate late: 200 rows given discharged >= 2019-01-01 seed 1
`,
      { frames },
    );
    expect(plan, JSON.stringify(diagnostics)).toBeDefined();
    const { outputs, findings } = await runPlan(plan as NonNullable<typeof plan>, { frames });
    const [made, late] = outputs.map(({ table }) => table);
    const [from, to, days] = ["admitted", "discharged", "days"].map((name) => numbers(made, name));
    days?.forEach((value, row) => {
      expect(value).toBe((to?.[row] as number) - (from?.[row] as number));
      expect(value).toBeGreaterThanOrEqual(1);
      expect(value).toBeLessThanOrEqual(9);
    });
    const column = made?.columns.find(({ name }) => name === "ward");
    const isEye = (row: number) =>
      column?.kind === "code" && column.levels[column.codes[row] as number] === "eye";
    const of = (eye: boolean) =>
      (days ?? new Float64Array()).filter((_, row) => isEye(row) === eye);
    const mean = (values: Float64Array) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    if (learner !== "independent") expect(mean(of(false)) - mean(of(true))).toBeGreaterThan(3);
    expect(Math.min(...numbers(late, "discharged"))).toBeGreaterThanOrEqual(17_897);
    expect(findings).toContainEqual(
      expect.objectContaining({ kind: "outside-domain", table: "stays", count: 1 }),
    );
  },
);
