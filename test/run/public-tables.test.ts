import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { silent } from "../../src/base/progress.js";
import { stream } from "../../src/base/random.js";
import { planText } from "../../src/facade/shown.js";
import type { Plan } from "../../src/ir/plan.js";
import { compile, evaluateRelease } from "../../src/pipeline.js";
import type { LedgerEntry } from "../../src/privacy/ledger-entry.js";
import { run } from "../../src/run/run.js";
import { columnOf, type Table } from "../../src/table/table.js";

let folder: string;

beforeEach(() => {
  const random = stream(6, "clinic");
  folder = mkdtempSync(join(tmpdir(), "parable-public-"));
  const patients = ["patient_id,sex"];
  const stays = ["patient,doctor,ward"];
  for (let p = 0; p < 300; p++) {
    patients.push(`p${p},${"FM"[random.below(2)]}`);
    for (let s = random.below(4); s > 0; s--) {
      stays.push(`p${p},d${random.below(30)},${"ab"[random.below(2)]}`);
    }
  }
  const doctors = Array.from(
    { length: 30 },
    (_, d) => `d${d},${d % 2 ? "eye,north" : "skin,south"}`,
  );
  writeFileSync(join(folder, "patients.csv"), patients.join("\n"));
  writeFileSync(join(folder, "doctors.csv"), ["doctor_id,field,town", ...doctors].join("\n"));
  writeFileSync(join(folder, "stays.csv"), stays.join("\n"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const spec = `source people = csv "patients.csv"
source list = csv "doctors.csv" public
source ehr = csv "stays.csv"
table patients from people { patient_id: id
  sex: "F" | "M" }
table doctors from list {
  doctor_id: id
  field: category
  town: category learned guessed
}
table stays from ehr {
  patient: ref patients, 0..4 per patient
  doctor: ref doctors
  ward: "a" | "b"
}
privacy {
  protect each patient, at most 4 stays
  budget epsilon 1, delta 1e-6
}
learn with swift
generate made: 200 patients`;

const release = async (text: string) => {
  const { plan, diagnostics } = await compile(text, { folder });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return run(plan as Plan, { folder, progress: silent });
};
const entries = (): LedgerEntry[] =>
  readFileSync(join(folder, ".parable", "ledger.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const values = (table: Table, name: string) => {
  const column = columnOf(table, name);
  return column?.kind === "code" ? [...column.codes].map((code) => column.levels[code]) : [];
};

it("a list of a public source is learned beside protected rows at no charge, and says so", async () => {
  const made = await release(spec);
  const find = (name: string) =>
    made.outputs.find(({ table }) => table.name === name)?.table as Table;
  const doctors = find("doctors");
  expect(doctors.rows).toBe(30);
  const pairs = new Set(
    values(doctors, "field").map((field, row) => `${field} ${values(doctors, "town")[row]}`),
  );
  expect([...pairs].sort()).toEqual(["eye north", "skin south"]);
  expect(new Set(values(find("stays"), "doctor")).size).toBeGreaterThan(5);
  expect(
    values(find("stays"), "doctor").every((id) => values(doctors, "doctor_id").includes(id)),
  ).toBe(true);
  const told = entries().map(({ what }) => what ?? "");
  expect(told.join()).not.toMatch(/field|town|doctors/);
  expect(made.findings.map(({ policy }) => policy).join()).toMatch(/no charge.*list.*public/);
  expect(made.real).toBeUndefined();
  expect(await evaluateRelease(made)).toBeDefined();
});

it("public lists take no share of the budget from protected tables", async () => {
  const paid = async (text: string) =>
    (await release(text)).ledger.reduce((sum, line) => sum + (line.rho ?? 0), 0);
  const beside = await paid(spec);
  expect(beside).toBeGreaterThan(0.02);
  rmSync(join(folder, ".parable"), { recursive: true });
  const without = await paid(
    spec
      .replace(/table doctors[^}]*\}\n/, "table doctors { doctor_id: id }\n")
      .replace(/source list.*\n/, ""),
  );
  // Prices are rounded down one by one; a share for the list would be a third.
  expect(Math.abs(beside - without)).toBeLessThan(without / 1000);
  const { plan } = await compile(spec, { folder });
  expect(await planText(plan as Plan)).toMatch(/public,\s+so this costs nothing/);
});

it("a public table that leads to protected rows does not compile", async () => {
  for (const text of [
    spec.replace("field: category", "of: ref patients, 0..3 per patient\n  field: category"),
    spec
      .replace("protect each patient, at most 4 stays", "protect each row of stays")
      .replace("field: category", "of: ref patients\n  field: category"),
    spec.replace('"patients.csv"', '"patients.csv" public'),
    // The same rows under a second name, as a table, or to train on first.
    spec.replace('"doctors.csv" public', '"patients.csv" public'),
    `source census = csv "patients.csv"
source old = csv "patients.csv" public
table people from census { sex: "F" | "M" }
privacy {
  protect each row of people
  budget epsilon 1, delta 1e-6
}
learn with language { base old }
generate 10 rows`,
  ]) {
    const { diagnostics } = await compile(text, { folder });
    expect(diagnostics.map(({ code }) => code)).toContain("P0707");
  }
});

it("how many protected rows a public one has must be stated where it is asked for", async () => {
  const { diagnostics } = await compile(spec.replace("200 patients", "200 doctors"), { folder });
  expect(diagnostics.map(({ code }) => code)).toContain("P0606");
});
