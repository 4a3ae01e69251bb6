import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { stream } from "../../src/base/random.js";
import type { Release } from "../../src/ir/release.js";
import { compile, runSeeded } from "../../src/pipeline.js";
import { Ledger } from "../../src/privacy/ledger.js";
import { deltaOfAll, shownCharges } from "../../src/privacy/ledger-lines.js";
import type { Table } from "../../src/table/table.js";
import { columnOf } from "../../src/table/table.js";

const random = stream(5, "linked");
const patients = Array.from({ length: 600 }, (_, at) => ({
  id: `p${at}`,
  sex: "FM"[random.below(2)] as string,
  age: random.below(10),
}));
/** Women have three stays in ward a, men one in ward b; the day is the age or later. */
const stays = patients.flatMap(({ id, sex, age }) =>
  Array.from({ length: sex === "F" ? 3 : 1 }, () => ({
    patient: id,
    ward: random.uniform() < 0.95 === (sex === "F") ? "a" : "b",
    day: Math.min(19, age + random.below(5)),
  })),
);
const frames = new Map<string, object[]>([
  ["people", patients],
  ["visits", stays],
]);
const spec = `source ps = frame people
source ss = frame visits
table patients from ps {
  id:  id
  sex: "F" | "M"
  age: int 0..9
}
table stays from ss {
  patient: ref patients, 0..4 per patient
  ward: "a" | "b"
  day: int 0..19
  require day >= patient.age
}
privacy {
  protect each patient, at most 4 stays
  budget epsilon 30, delta 1e-6
}
learn with language {
  width 16
  layers 1
  heads 2
  epochs 1
  batch 200
}
generate twin: 400 patients seed 1
`;
const folder = mkdtempSync(join(tmpdir(), "parable-linked-"));
afterAll(() => rmSync(folder, { recursive: true }));

function codes(table: Table, name: string): string[] {
  const column = columnOf(table, name);
  if (column?.kind !== "code") throw new Error(name);
  return Array.from(column.codes, (code) => column.levels[code] as string);
}

const tablesOf = (release: Release) =>
  ["patients", "stays"].map(
    (name) => release.outputs.find(({ table }) => table.name === name)?.table as Table,
  ) as [Table, Table];

test("tables that belong together are learned as language for one budget: number of rows and what they have follow from the row above", async () => {
  const { plan, diagnostics } = await compile(spec, { folder, frames });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  const release = await runSeeded(plan, { folder, frames, noiseSeed: 3 });
  const [people, visits] = tablesOf(release);
  const sexOf = new Map(codes(people, "id").map((id, i) => [id, codes(people, "sex")[i]]));
  const ageOf = new Map(
    codes(people, "id").map((id, i) => [
      id,
      (columnOf(people, "age") as never as { values: Float64Array }).values[i],
    ]),
  );
  const days = (columnOf(visits, "day") as never as { values: Float64Array }).values;
  const owners = codes(visits, "patient");
  const wards = codes(visits, "ward");
  for (const [i, owner] of owners.entries()) {
    expect(days[i]).toBeGreaterThanOrEqual(ageOf.get(owner) as number);
  }
  const of = (sex: string) =>
    owners.map((id, i) => [sexOf.get(id), wards[i]]).filter(([own]) => own === sex);
  const women = codes(people, "sex").filter((sex) => sex === "F").length;
  expect(of("F").length / women).toBeGreaterThan(2.5);
  expect(of("M").length / (400 - women)).toBeLessThan(1.5);
  const inA = (sex: string) => of(sex).filter(([, ward]) => ward === "a").length / of(sex).length;
  expect(inA("F")).toBeGreaterThan(0.8);
  expect(inA("M")).toBeLessThan(0.2);

  const entries = new Ledger(join(folder, ".parable")).entries();
  expect(shownCharges(entries, 30, 1e-6).at(-1)?.epsilon).toBeLessThanOrEqual(30);
  expect(deltaOfAll(entries, 1e-6)).toBeLessThanOrEqual(1e-6);
  // Each table, at its own part of δ, within its own part of ε, the numbers of stays included.
  for (const table of ["patients", "stays"]) {
    const own = entries.filter(({ run }) => run.includes(` ${table} `));
    const spent = shownCharges(own, 15, 5e-7).at(-1)?.epsilon as number;
    expect(spent).toBeLessThanOrEqual(15);
    expect(spent).toBeGreaterThan(10);
    expect(deltaOfAll(own, 5e-7)).toBeLessThanOrEqual(5e-7);
  }
  const again = await runSeeded(plan, { folder, frames, noiseSeed: 3 });
  expect(new Ledger(join(folder, ".parable")).entries()).toHaveLength(entries.length);
  expect(tablesOf(again)).toEqual(tablesOf(release));
});
