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

const learners = ["trees", "copula", "forest", "interpolation"];

test.each([...learners, "independent"])(
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

/** Stays whose last day may be missing, and letters that follow the last day: no column says how far they lie apart. */
const plain = (learner: string) => `source s = frame stays
table stays from s {
  admitted:   date learned
  discharged: date 2016-01-01..2020-01-31 or missing
  letter:     date 2016-01-01..2020-02-28 or missing
  ward:       "eye" | "surgery"
  require discharged is missing or admitted <= discharged
  when letter is present then discharged is present and letter >= discharged
}
learn with ${learner}
privacy { forbid exact copies of stays }
generate made: 2_000 rows seed 1
generate late: 300 rows given discharged is present and discharged >= 2018-06-01 and ward = "eye" seed 1
`;

function letters() {
  const random = stream(6, "letters");
  return stays().map((stay, at) => {
    const gone = at % 9 === 0;
    const sent = Date.parse(stay.discharged) / 86_400_000 + 1 + random.below(4);
    return gone || stay.discharged < stay.admitted
      ? { ...stay, discharged: null, letter: null }
      : { ...stay, letter: at % 5 === 0 ? null : iso(sent) };
  });
}

test.each(learners)("%s sees by itself that dates lie near each other", async (learner) => {
  const frames = new Map([["stays", letters()]]);
  const { plan, diagnostics } = await compile(plain(learner), { frames });
  expect(plan, JSON.stringify(diagnostics)).toBeDefined();
  const { outputs, findings } = await runPlan(plan as NonNullable<typeof plan>, { frames });
  const policies = findings.map(({ policy }) => policy);
  expect(policies).toContain("admitted is learned as how far it lies from discharged");
  for (const { name, table } of outputs) {
    const [from, to, sent] = ["admitted", "discharged", "letter"].map((each) =>
      numbers(table, each),
    ) as [Float64Array, Float64Array, Float64Array];
    const ward = table.columns.find((column) => column.name === "ward");
    const days = to.map((value, row) => value - (from[row] as number));
    const present = days.filter((value) => !Number.isNaN(value));
    expect(Math.min(...present)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...present)).toBeLessThanOrEqual(9);
    const after = sent.map((value, row) => value - (to[row] as number));
    for (const value of after) if (!Number.isNaN(value)) expect(value).toBeLessThanOrEqual(4);
    sent.forEach((value, row) => {
      if (!Number.isNaN(value)) expect(value).toBeGreaterThanOrEqual(to[row] as number);
    });
    if (name !== "late") {
      const missing = 1 - present.length / table.rows;
      // A ninth of the real rows; three standard errors of 2,000 rows are .02.
      expect(Math.abs(missing - 1 / 9)).toBeLessThan(0.05);
      continue;
    }
    expect(Math.min(...to)).toBeGreaterThanOrEqual(17_683);
    expect(ward?.kind === "code" && [...ward.codes].every((code) => code === 0)).toBe(true);
  }
});

/** Patients whose first dose lies in one of three years, and events a few days after it. */
function trial() {
  const random = stream(8, "trial");
  const patients = Array.from({ length: 300 }, (_, id) => ({
    id: String(id),
    dosed: iso(17_000 + random.below(1000)),
  }));
  const events = patients.flatMap(({ id, dosed }) =>
    Array.from({ length: 1 + random.below(3) }, () => {
      const began = Date.parse(dosed) / 86_400_000 + random.below(30);
      return { patient: id, began: iso(began), ended: iso(began + random.below(5)) };
    }),
  );
  return new Map([
    ["patients", patients],
    ["events", events],
  ] as [string, unknown][]);
}

test("dates of rows that belong to others are measured from theirs, from a saved model, too", async () => {
  const frames = trial();
  const { plan, diagnostics } = await compile(
    `source p = frame patients
source e = frame events
table patients from p {
  id:    id
  dosed: date learned
}
table events from e {
  patient: ref patients, 0..9 per patients
  began:   date 2016-01-01..2020-12-31
  ended:   date 2016-01-01..2020-12-31
  require began >= patient.dosed
}
generate made: 400 patients seed 3
`,
    { frames },
  );
  expect(plan, JSON.stringify(diagnostics)).toBeDefined();
  const release = await runPlan(plan as NonNullable<typeof plan>, { frames });
  const policies = release.findings.map(({ policy }) => policy);
  expect(policies).toContain("began is learned as how far it lies from dosed");
  expect(policies).toContain("ended is learned as how far it lies from began");
  const [patients, events] = release.outputs.map(({ table }) => table);
  const ref = events?.columns.find(({ name }) => name === "patient");
  if (ref?.kind !== "code") throw new Error("no ref");
  const dosed = numbers(patients, "dosed");
  const [began, ended] = [numbers(events, "began"), numbers(events, "ended")];
  began.forEach((value, row) => {
    const after = value - (dosed[ref.codes[row] as number] as number);
    expect(after).toBeGreaterThanOrEqual(0);
    expect(after).toBeLessThan(30);
    const days = (ended[row] as number) - value;
    expect(days).toBeGreaterThanOrEqual(0);
    expect(days).toBeLessThan(5);
  });
  const { models } = release;
  const again = await runPlan(plan as NonNullable<typeof plan>, { frames: new Map(), models });
  expect(again.outputs.map(({ table }) => table)).toEqual(
    release.outputs.map(({ table }) => table),
  );
});
