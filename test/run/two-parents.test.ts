import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stream } from "../../src/base/random.js";
import { compile, runPlan } from "../../src/pipeline.js";
import { decodeModels, encodeModels } from "../../src/run/model-file.js";
import { csvPieces } from "../../src/table/csv-write.js";
import type { Table } from "../../src/table/table.js";

type Row = Record<string, string | number | null>;

/** Patients over 60 see heart doctors only; a doctor charges by the years; the next visit is mostly with the same. */
function clinic(): ReadonlyMap<string, readonly Row[]> {
  const random = stream(5, "clinic");
  const doctors = Array.from({ length: 40 }, (_, at): Row => {
    const field = ["heart", "skin", "bone"][at % 3] as string;
    return { did: `d${at}`, field, years: 1 + random.below(40) };
  });
  const patients: Row[] = [];
  const visits: Row[] = [];
  for (let at = 0; at < 400; at++) {
    const age = 1 + random.below(90);
    patients.push({ pid: `p${at}`, age });
    const own = doctors.filter(({ field }) => (field === "heart") === age > 60);
    const any = () => own[random.below(own.length)] as Row;
    let doctor = any();
    for (let visit = random.below(5); visit > 0; visit--) {
      if (random.uniform() < 0.3) doctor = any();
      const alone = random.uniform() < 0.1;
      const cost = 10 + 5 * Number(doctor["years"]) + random.below(20);
      visits.push({ patient: `p${at}`, doctor: alone ? null : (doctor["did"] as string), cost });
    }
  }
  return new Map([
    ["p", patients],
    ["d", doctors],
    ["v", visits],
  ]);
}

const spec = (generate: string, rules = "", bounds = "") => `
source p = frame p
source d = frame d
source v = frame v
table patients from p {
  pid: id
  age: int 0..100 years
}
table doctors from d {
  did:   id
  field: "heart" | "skin" | "bone"
  years: int 0..50
}
table visits from v {
  patient: ref patients, 0..6 per patients
  doctor:  ref doctors${bounds} or missing
  cost:    money EUR 0..500 step 1
  ${rules}
}
generate ${generate} seed 2
`;

async function made(text: string): Promise<Record<string, Table>> {
  const frames = clinic();
  const { plan, diagnostics } = await compile(text, { frames });
  expect(plan, JSON.stringify(diagnostics)).toBeDefined();
  const release = await runPlan(plan as NonNullable<typeof plan>, { frames });
  return Object.fromEntries(release.outputs.map(({ table }) => [table.name, table]));
}

function rowsOf(table: Table | undefined): Row[] {
  return Array.from({ length: table?.rows ?? 0 }, (_, row) =>
    Object.fromEntries(
      (table?.columns ?? []).map((column) => [
        column.name,
        column.kind === "number"
          ? (column.values[row] as number)
          : (column.levels[column.codes[row] as number] ?? null),
      ]),
    ),
  );
}

/** Visits with their patient and doctor beside them. */
function joined({ patients, doctors, visits }: Record<string, Table>) {
  const by = (rows: Row[], key: string) => new Map(rows.map((row) => [String(row[key]), row]));
  const [people, staff] = [by(rowsOf(patients), "pid"), by(rowsOf(doctors), "did")];
  return rowsOf(visits).map((visit) => ({
    ...{ visit, patient: people.get(String(visit["patient"])) as Row },
    doctor: visit["doctor"] === null ? undefined : staff.get(String(visit["doctor"])),
  }));
}

const share = (all: readonly unknown[], of: readonly unknown[]) => of.length / all.length;

test("a row with two parents: both are rows that were made, and what goes with what is learned", async () => {
  const tables = await made(spec("1_000 patients"));
  expect(tables["patients"]?.rows).toBe(1000);
  expect(tables["doctors"]?.rows).toBe(40);
  const rows = joined(tables);
  expect(rows.length / 1000).toBeGreaterThan(1.7);
  expect(rows.length / 1000).toBeLessThan(2.3);
  expect(rows.every(({ visit, doctor }) => visit["doctor"] === null || doctor !== undefined)).toBe(
    true,
  );
  const alone = share(
    rows,
    rows.filter(({ doctor }) => doctor === undefined),
  );
  expect(Math.abs(alone - 0.1)).toBeLessThan(0.05);
  const seen = rows.filter(({ doctor }) => doctor !== undefined);
  const old = seen.filter(({ patient }) => Number(patient["age"]) > 60);
  expect(
    share(
      old,
      old.filter(({ doctor }) => doctor?.["field"] === "heart"),
    ),
  ).toBeGreaterThan(0.9);
  const off = seen.map(({ visit, doctor }) =>
    Math.abs(Number(visit["cost"]) - 20 - 5 * Number(doctor?.["years"])),
  );
  expect(
    share(
      off,
      off.filter((by) => by < 30),
    ),
  ).toBeGreaterThan(0.8);
  const again = seen.filter((row, at) => at > 0 && seen[at - 1]?.patient === row.patient);
  const same = again.filter((row) => seen[seen.indexOf(row) - 1]?.doctor === row.doctor);
  // Of the real ones 0.7 + 0.3 / 13 or so; chance among the doctors of a field would give 0.08.
  expect(share(again, same)).toBeGreaterThan(0.5);
  const counts = new Map<unknown, number>();
  for (const { doctor } of seen) counts.set(doctor, (counts.get(doctor) ?? 0) + 1);
  expect(Math.max(...counts.values()) / seen.length).toBeLessThan(0.15);
}, 60_000);

test("counting the rows with two parents gives just as many, patients for them, and the doctors there are", async () => {
  const tables = await made(spec("300 visits"));
  expect(tables["visits"]?.rows).toBe(300);
  expect(Math.abs((tables["patients"]?.rows ?? 0) - 150)).toBeLessThan(30);
  expect(tables["doctors"]?.rows).toBe(40);
}, 60_000);

test("keys and rules that name both parents, and bounds of the second, hold", async () => {
  const rules =
    'unique patient, doctor\n  when patient.age < 30 and doctor is present then doctor.field != "bone"';
  const rows = joined(await made(spec("120 patients", rules, ", 2..12 per doctors")));
  const pairs = rows
    .filter(({ doctor }) => doctor !== undefined)
    .map(({ visit }) => `${visit["patient"]} ${visit["doctor"]}`);
  expect(new Set(pairs).size).toBe(pairs.length);
  for (const { patient, doctor } of rows) {
    if (Number(patient["age"]) < 30) expect(doctor?.["field"]).not.toBe("bone");
  }
  const counts = new Map<unknown, number>();
  for (const { visit } of rows) counts.set(visit["doctor"], (counts.get(visit["doctor"]) ?? 0) + 1);
  counts.delete(null);
  expect(counts.size).toBe(40);
  expect(Math.max(...counts.values())).toBeLessThanOrEqual(12);
  expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(2);
}, 60_000);

test("what was learned of two parents makes the same bytes from its file, without the sources", async () => {
  const frames = clinic();
  const text = spec("50 patients");
  const { plan } = await compile(text, { frames });
  const release = await runPlan(plan as NonNullable<typeof plan>, { frames });
  const { models } = decodeModels(encodeModels(text, release), "clinic");
  const again = await runPlan(plan as NonNullable<typeof plan>, { models });
  const bytes = ({ outputs }: typeof release) =>
    outputs.map(({ table }) => [...csvPieces(table, {})].join("")).join("\n");
  expect(bytes(again)).toBe(bytes(release));
}, 60_000);

test("a table that refers to itself: the first row has no other, and as many have none as the real rows", async () => {
  const staff = Array.from({ length: 200 }, (_, at) => ({
    id: at + 1,
    boss: at % 4 === 0 ? null : 1 + Math.floor(at / 5),
    pay: 20 + (at % 60),
  }));
  const frames = new Map([["staff", staff]]);
  const text =
    "source s = frame staff\ntable staff from s {\n  id: id\n  boss: ref staff or missing\n  pay: int 10..100\n}\ngenerate 400 staff";
  const { plan, diagnostics } = await compile(text, { frames });
  expect(plan, JSON.stringify(diagnostics)).toBeDefined();
  const { outputs } = await runPlan(plan as NonNullable<typeof plan>, { frames });
  const rows = rowsOf(outputs[0]?.table);
  const ids = rows.map(({ id }) => id);
  rows.forEach(({ boss }, at) => {
    if (boss !== null) expect(ids.indexOf(boss as string)).toBeLessThan(at);
  });
  // 400 draws at 1/4: beyond 0.07 lies 1 of 800.
  expect(
    Math.abs(
      share(
        rows,
        rows.filter(({ boss }) => boss === null),
      ) - 0.25,
    ),
  ).toBeLessThan(0.07);
});

test("a row whose further parent is held out still has one: a list of two tags leaves as many without as there are", async () => {
  const random = stream(6, "tags");
  const users = Array.from({ length: 200 }, (_, at) => ({ uid: at + 1, age: random.below(90) }));
  const posts = Array.from({ length: 900 }, () => ({
    user: 1 + random.below(200),
    tag: [null, "t1", "t2"][random.below(3)] ?? null,
    size: random.below(50),
  }));
  const frames = new Map<string, readonly Row[]>([
    ["users", users],
    ["tags", [{ tid: "t1" }, { tid: "t2" }]],
    ["posts", posts],
  ]);
  const { plan, diagnostics } = await compile(
    `source u = frame users
source t = frame tags
source p = frame posts
table users from u {
  uid: id
  age: int 0..100
}
table tags from t { tid: id }
table posts from p {
  user: ref users, 0..30 per users
  tag:  ref tags or missing
  size: int 0..50
}
generate 300 users seed 1`,
    { frames },
  );
  expect(plan, JSON.stringify(diagnostics)).toBeDefined();
  const { outputs } = await runPlan(plan as NonNullable<typeof plan>, { frames });
  const rows = rowsOf(outputs.find(({ table }) => table.name === "posts")?.table);
  const without = rows.filter(({ tag }) => tag === null);
  // A third of 900 (720 of them learned from) and of 1,300 or so: .08 is more than 3σ of both.
  expect(Math.abs(share(rows, without) - 1 / 3)).toBeLessThan(0.08);
});

test("under a budget a second parent is one that was made, wherever its column stands, and the plan says it is any", async () => {
  const folder = mkdtempSync(join(tmpdir(), "parable-parents-"));
  const frames = clinic();
  const { plan, diagnostics } = await compile(
    `source p = frame p
source v = frame v
table patients from p {
  pid: id
  age: int 0..100 years
}
table doctors { did: id }
table visits from v {
  doctor:  ref doctors or missing
  patient: ref patients, 0..6 per patients
  cost:    money EUR 0..500 step 1
}
privacy {
  protect each patients, at most 6 visits
  budget epsilon 5, delta 1e-6
}
generate 100 patients`,
    { frames, folder },
  );
  expect(plan?.defaults.join(), JSON.stringify(diagnostics)).toContain("doctor is any of doctors");
  const { outputs } = await runPlan(plan as NonNullable<typeof plan>, { frames, folder });
  rmSync(folder, { recursive: true });
  const tables = Object.fromEntries(outputs.map(({ table }) => [table.name, table]));
  const rows = joined(tables as Record<string, Table>);
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.every(({ patient }) => patient !== undefined)).toBe(true);
  expect(rows.every(({ visit, doctor }) => visit["doctor"] === null || doctor)).toBe(true);
});
