import { expect, test } from "vitest";
import { daysOf } from "../../src/base/calendar.js";
import { silent } from "../../src/base/progress.js";
import { familyOf } from "../../src/ir/refs.js";
import { drawFamily } from "../../src/synth/family.js";
import { specModel } from "../../src/synth/spec-only/spec-model.js";
import * as make from "./tables.js";
import { c, column, computed, n, op, t, valuesOf, when } from "./tables.js";

const day = (year: number, month: number, d: number) => daysOf(year, month, d);
const date = (from: number, to: number) =>
  ({ kind: "date", min: from, max: to, learned: false }) as const;
const patients = make.table("patients", [
  column("patient_id", { kind: "id" }),
  column("birth", date(day(1920, 1, 1), day(2024, 12, 31))),
  column("smoker", { kind: "bool" }, { kind: "plain" }, 0.1),
]);
const stays = make.table(
  "stays",
  [
    column("stay_id", { kind: "id" }),
    column("patient", { kind: "ref", table: "patients", min: 0, max: 12 }),
    column("admitted", date(day(2015, 1, 1), day(2024, 12, 31))),
    column("discharged", date(day(2015, 1, 1), day(2025, 3, 31))),
    column("ward", make.choice("cardiology", "oncology", "surgery", "medicine")),
    column("cost", { kind: "money", min: 0, max: 250_000, step: 10, learned: false }),
    column("days", make.int(0, 90), computed(op("sub", c("discharged"), c("admitted")))),
  ],
  [
    make.require(op("le", c("admitted"), c("discharged"))),
    make.require(op("ge", c("admitted"), c("birth", "patient"))),
    make.rule({ kind: "increases", column: "admitted", parent: "patient" }),
    make.require(when(op("eq", c("ward"), t("surgery")), op("ge", c("days"), n(1)))),
  ],
);
const tables = [stays, patients];

test("a hospital: children within their cardinality, rules across the ref, order within each patient", async () => {
  const request = { tables, root: "patients", rows: 800, name: "twin", seed: 5, progress: silent };
  const family = await drawFamily({
    ...request,
    modelFor: (one, parents) => specModel(one, parents),
  });
  const [first, second] = family.map(({ table }) => table);
  if (first === undefined || second === undefined) throw new Error("two tables");
  expect(second.rows).toBe(800);
  expect(Math.abs(first.rows / 800 - 6)).toBeLessThan(0.6);
  const birth = new Map(
    valuesOf(second, "patient_id").map((id, row) => [id, valuesOf(second, "birth")[row]]),
  );
  const [admitted, discharged, patient, ward, days, cost] = [
    "admitted",
    "discharged",
    "patient",
    "ward",
    "days",
    "cost",
  ].map((name) => valuesOf(first, name)) as (number | string)[][];
  const last = new Map<unknown, number>();
  const counts = new Map<unknown, number>();
  for (let row = 0; row < first.rows; row++) {
    const [a, d, p] = [admitted?.[row] as number, discharged?.[row] as number, patient?.[row]];
    expect(a).toBeLessThanOrEqual(d);
    expect(a).toBeGreaterThanOrEqual(birth.get(p) as number);
    expect(a).toBeGreaterThan(last.get(p) ?? -Infinity);
    expect(days?.[row]).toBe(d - a);
    expect(d - a).toBeLessThanOrEqual(90);
    if (ward?.[row] === "surgery") expect(d - a).toBeGreaterThanOrEqual(1);
    expect((cost?.[row] as number) % 10).toBe(0);
    last.set(p, a);
    counts.set(p, (counts.get(p) ?? 0) + 1);
  }
  expect(Math.max(...counts.values())).toBeLessThanOrEqual(12);
});

test("counting the children gives just as many, and parents for them", async () => {
  expect(familyOf(tables, "stays").map((table) => table.name)).toEqual(["patients", "stays"]);
  const request = { tables, root: "stays", rows: 300, name: "twin", seed: 5, progress: silent };
  const family = await drawFamily({
    ...request,
    modelFor: (one, parents) => specModel(one, parents),
  });
  expect(family.map(({ table }) => table.rows)).toEqual([300, 50]);
});
