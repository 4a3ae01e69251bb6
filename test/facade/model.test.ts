import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { compileSpec, type Made, madeOf, runPlan } from "../../src/index.js";

let folder: string;
const random = stream(1, "asked");
const people: { age: number; sex: string; hours: number }[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-model-"));
  for (let i = 0; i < 4000; i++) {
    const sex = random.below(3) === 0 ? "F" : "M";
    const age = 20 + random.below(sex === "F" ? 60 : 40);
    people.push({ age, sex, hours: age > 65 ? random.below(20) : 20 + random.below(40) });
  }
  const lines = people.map(({ age, sex, hours }) => `${age},${sex},${hours}`);
  writeFileSync(join(folder, "people.csv"), ["age,sex,hours", ...lines].join("\n"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const table = (rules = "") => `source p = csv "people.csv"
table people from p {
  age: int 20..79
  sex: "F" | "M"
  hours: int 0..99
  ${rules}
}
`;
const budget = `privacy {
  protect each row of people
  budget epsilon 20, delta 1e-6
}
learn with mst
`;

async function make(text: string): Promise<Made> {
  const { plan, diagnostics } = await compileSpec(text, { folder });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  const release = await runPlan(plan, { folder });
  return madeOf(text, release, () => Promise.reject(new Error("not here")));
}

const share = (holds: (person: (typeof people)[number]) => boolean) =>
  people.filter(holds).length / people.length;

describe("the probability of an event", () => {
  it("is exact under a budget, free, and near the data at a large one", async () => {
    const made = await make(
      `${table()}${budget}generate old: 300 rows given age >= 65 or sex = "F" and hours < 30 seed 1\n`,
    );
    const event = 'age >= 65 or sex = "F" and hours < 30';
    const truth = share(({ age, sex, hours }) => age >= 65 || (sex === "F" && hours < 30));
    const found = await made.model.probability(event);
    expect(found.exact).toBe(true);
    expect(found.value).toBeCloseTo(truth, 1);
    expect(made.release.outputs[0]?.given).toMatchObject({
      exact: true,
      probability: found.value,
      effectiveRows: 300,
    });
    const [columns] = [made.release.outputs[0]!.table.columns];
    const at = (name: string, row: number) => {
      const column = columns.find((each) => each.name === name)!;
      return column.kind === "number" ? column.values[row]! : column.levels[column.codes[row]!]!;
    };
    for (let row = 0; row < 300; row++) {
      const [age, sex, hours] = ["age", "sex", "hours"].map((name) => at(name, row));
      expect(Number(age) >= 65 || (sex === "F" && Number(hours) < 30)).toBe(true);
    }
    const old = await made.model.probability("age >= 65");
    const women = await made.model.probability('sex = "F"');
    const both = await made.model.probability('age >= 65 and sex = "F"');
    const given = await made.model.probability("age >= 65", 'sex = "F"');
    expect(given.value).toBeCloseTo(both.value / women.value, 10);
    expect(given.value).toBeGreaterThan(old.value);
    const not = await made.model.probability("age < 65");
    expect(not.value + old.value).toBeCloseTo(1, 10);
    expect(await made.model.probability("age >= 65 and age < 65")).toMatchObject({
      value: 0,
      exact: true,
    });
    await expect(made.model.probability("hours > 3", "age < 50 and age > 60")).rejects.toThrow(
      /P1412/,
    );
    await expect(made.model.probability("agee >= 65")).rejects.toThrow(/agee/);
    await expect(made.model.probability('sex = "Q"')).rejects.toThrow(/Q/);
  });

  it("heeds the rules: those inside the model and those that cut its bins", async () => {
    const made = await make(
      `${table('when sex = "F" then age >= 40\n  require hours != 40')}${budget}generate made: 20 rows seed 1\n`,
    );
    expect(await made.model.probability('sex = "F" and age < 40')).toMatchObject({
      value: 0,
      exact: true,
    });
    expect(await made.model.probability("hours = 40")).toMatchObject({ value: 0, exact: true });
  });

  it("is estimated with an interval where columns are compared, and said so in the plan", async () => {
    const text = `${table()}${budget}generate made: 50 rows given hours > age seed 1\n`;
    const made = await make(text);
    const found = await made.model.probability("hours > age");
    const truth = share(({ age, hours }) => hours > age);
    expect(found.exact).toBe(false);
    expect(found.low).toBeLessThan(found.value);
    expect(found.value).toBeCloseTo(truth, 1);
    expect(found.effectiveRows).toBeGreaterThan(100);
    const steps = made.plan.steps.filter(({ kind }) => kind === "draw");
    expect(steps[0]?.detail).toContain("weighed, because `hours > age` compares columns");
    expect(made.release.outputs[0]?.given?.exact).toBeUndefined();
  });

  it("is estimated for other learners, near what the data say", async () => {
    for (const learner of ["trees", "independent", "copula"]) {
      const made = await make(`${table()}learn with ${learner}\ngenerate made: 20 rows seed 1\n`);
      const found = await made.model.probability("age >= 65");
      const truth = share(({ age }) => age >= 65);
      expect(found.exact).toBe(false);
      expect(found.high - found.low).toBeLessThan(0.03);
      expect(Math.abs(found.value - truth)).toBeLessThan(0.04);
      const given = await made.model.probability("age >= 65", 'sex = "F"');
      expect(given.low).toBeLessThanOrEqual(given.value);
      if (learner === "trees") expect(given.value).toBeGreaterThan(found.value + 0.05);
    }
  });

  it("is there for a spec that learns nothing, and refuses rows that belong to others", async () => {
    const made = await make(
      `table t { x: int 1..6 }\ntable u { t: ref t, 0..2 per t\n y: int 1..2 }\ngenerate 10 t seed 1\n`.replace(
        "{ x: int 1..6 }",
        "{\n id: id\n x: int 1..6\n}",
      ),
    );
    const found = await made.model.probability("x >= 5");
    expect(found.low).toBeLessThanOrEqual(1 / 3 + 1e-9);
    expect(found.high).toBeGreaterThanOrEqual(1 / 3);
    await expect(made.model.probability("y = 1")).rejects.toThrow(/P1411/);
  });
});
