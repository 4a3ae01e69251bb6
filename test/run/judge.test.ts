import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { evaluateFiles } from "../../src/pipeline.js";

const text = `source people = csv "patients.csv"
source visits = csv "stays.csv"
table patients from people {
  id: id
  sex: "f" | "m"
  age: int 0..100
  old: bool := age >= 65
}
table stays from visits {
  patient: ref patients
  days: int 1..60
  ward: category learned
  when patient.age < 18 then ward = "children"
}
generate made: 20 patients
report { fidelity marginals, pairs  rules all  utility predict ward }
`;
let folder: string;

/** Patients and their stays; `loose` forgets that children have a ward of their own. */
function tables(name: string, seed: number, loose: boolean): void {
  const random = stream(seed, "stays");
  const patients = ["id,sex,age"];
  const stays = ["patient,days,ward"];
  for (let patient = 0; patient < 120; patient++) {
    const age = random.below(101);
    patients.push(`${name}${patient},${random.below(2) === 0 ? "f" : "m"},${age}`);
    const many = loose ? 3 + random.below(3) : random.below(4);
    for (let stay = 0; stay < many; stay++) {
      const child = age < 18 && !(loose && random.below(2) === 0);
      const ward = child ? "children" : ["surgery", "eyes"][random.below(2)];
      stays.push(`${name}${patient},${1 + random.below(20)},${ward}`);
    }
  }
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, "patients.csv"), patients.join("\n"));
  writeFileSync(join(folder, name, "stays.csv"), stays.join("\n"));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-judge-"));
  tables("real", 1, false);
  tables("alike", 2, false);
  tables("loose", 3, true);
  tables("held", 4, false);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (...path: string[]): string => join(folder, ...path);

describe("several tables of another tool", () => {
  it("are judged together: numbers of children, pairs across, rules across", async () => {
    const judge = async (made: string) => {
      const asked = made === "alike" ? text : text.replace("utility predict ward", "");
      const files = { text: asked, real: at("real"), synthetic: at(made), holdout: at("held") };
      const { sections } = await evaluateFiles(files);
      const scores = sections.flatMap((section) => section.scores);
      const rules = sections
        .flatMap((section) => section.tables)
        .find((t) => t.title === "Rules in stays");
      const worth = (name: string) =>
        scores.find((score) => score.name === name)?.value ?? Number.NaN;
      return {
        children: worth("children for each of patients"),
        across: worth("pairs across patients and stays"),
        broken: rules?.rows[0]?.slice(1, 4),
        predicted: scores.filter(({ name }) => name.startsWith("accuracy of")).map(({ of }) => of),
      };
    };
    const [alike, loose] = [await judge("alike"), await judge("loose")];
    expect(alike.children).toBeGreaterThan(loose.children + 0.2);
    expect(alike.across).toBeGreaterThan(loose.across);
    expect(alike.broken?.[0]).toBe(0);
    expect(loose.broken?.[0]).toBeGreaterThan(10);
    expect(loose.broken?.[2]).toBe(0);
    expect(alike.predicted).toEqual(Array(4).fill("stays"));
  });

  it("may be named one by one, and one of them may be judged alone", async () => {
    const named = (name: string) => ({ stays: at(name, "stays.csv") });
    const one = await evaluateFiles({ text, real: named("real"), synthetic: named("alike") });
    const files = { text, real: at("real"), synthetic: at("alike"), table: "stays" };
    const alone = await evaluateFiles(files);
    expect(one).toEqual(alone);
    expect(one.title).toBe("stays, judged");
  });

  it.each([
    ["P1464", { real: { stays: "real/stays.csv" }, synthetic: { patients: "alike/patients.csv" } }],
    ["P1462", { real: { wards: "real/stays.csv" }, synthetic: { wards: "alike/stays.csv" } }],
    ["P1462", { real: "real/stays.csv", synthetic: "alike/stays.csv" }],
    ["P1464", { real: "real", synthetic: "nothing" }],
  ])("%s tells what is missing", async (code, { real, synthetic }) => {
    mkdirSync(at("nothing"), { recursive: true });
    const within = (files: string | Record<string, string>) =>
      typeof files === "string"
        ? at(files)
        : Object.fromEntries(Object.entries(files).map(([name, file]) => [name, at(file)]));
    const files = { text, real: within(real), synthetic: within(synthetic) };
    await expect(evaluateFiles(files)).rejects.toThrow(code);
  });
});

describe("what of a file is not judged", () => {
  const spec = `source people = csv "real.csv"
table people from people {
  age: int 0..100
  kind: "a" | "b"
}
generate made: 20 people
report { fidelity marginals }
`;
  const line = (i: number) => `${20 + (i % 50)},${i % 3 === 0 ? "a" : "b"}`;
  const write = (name: string, head: string, lines: readonly string[]): string => {
    writeFileSync(at(name), [head, ...lines].join("\n"));
    return at(name);
  };
  const lines = Array.from({ length: 60 }, (_, i) => line(i));
  const judged = async (synthetic: string) =>
    (await evaluateFiles({ text: spec, real: write("r.csv", "age,kind", lines), synthetic })).notes;

  it("rows that no score looks at, and columns that the spec doesn't name, are told", async () => {
    const odd = lines.map((each, i) => `${i < 3 ? `${200 + i},a` : each},9`);
    const notes = (await judged(write("odd.csv", "age,kind,more", odd))).join("\n");
    expect(notes).toContain(
      "3 of 60 rows of odd.csv are in no score, for they don't fit the columns that the spec declares.",
    );
    expect(notes).toMatch(/odd\.csv, `age`: 3 rows with a value outside.*"200", "201", "202"\./);
    expect(notes).toContain(
      "odd.csv has columns that the spec doesn't name and no score looks at: more.",
    );
    expect(
      (
        await judged(
          write(
            "fine.csv",
            "kind,age",
            lines.map((each) => each.split(",").reverse().join()),
          ),
        )
      ).join(),
    ).not.toContain("fine.csv");
  });

  it("a file that lacks a column is refused with what it has and what to do", async () => {
    await expect(judged(write("less.csv", "Age,more", lines))).rejects.toMatchObject({
      diagnostic: {
        code: "P1309",
        because: ["its columns are `Age`, `more`", "it lacks `kind`, too"],
        try: [{ label: expect.stringContaining("or leave `age` out of the spec") }],
      },
    });
  });
});
