import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Release } from "../../src/ir/release.js";
import { compile, runSeeded } from "../../src/pipeline.js";
import { columnOf } from "../../src/table/table.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-untold-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every second patient has a home of their own, which can't be told; those have three stays in surgery, others one. */
const PATIENTS = 2000;
const isRare = (patient: number) => patient % 2 === 1;
const patients = Array.from({ length: PATIENTS }, (_, i) => ({
  id: `p${i}`,
  home: isRare(i) ? `village ${i}` : ["north", "south"][(i / 2) % 2],
  land: isRare(i) ? "country" : "town",
}));
const stays = patients.flatMap(({ id }, i) =>
  Array.from({ length: isRare(i) ? 3 : 1 }, (_, at) => ({
    stay: `${id}-${at}`,
    patient: id,
    ward: isRare(i) ? "surgery" : "cardiology",
  })),
);

const spec = (learner: string, rule: string) => `source p = frame patients
source s = frame stays
table patients from p {
  id: id
  home: category learned
  land: "town" | "country"
  ${rule}
}
table stays from s {
  stay: id
  patient: ref patients, 0..4 per patient
  ward: "cardiology" | "surgery"
}
privacy {
  protect each patient, at most 4 stays
  budget epsilon 6, delta 1e-6
}
learn with ${learner}
generate made: 1000 patients seed 1
`;

async function made(text: string): Promise<Release> {
  const frames = new Map<string, unknown>([
    ["patients", patients],
    ["stays", stays],
  ]);
  const { plan, diagnostics } = await compile(text, { folder, frames });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return runSeeded(plan, { folder, frames, noiseSeed: 3 });
}

describe("rows that belong to rows with a value that can't be told (seeded noise: no false alarm)", () => {
  it.each([
    ["independent", ""],
    ["mst", ""],
    ["swift", ""],
    ["swift", "home determines land"],
  ])("count as all others do, with %s %s", { timeout: 60_000 }, async (learner, rule) => {
    const release = await made(spec(learner, rule));
    const table = release.outputs.find(({ name }) => name === "made_stays")?.table;
    const ward = table && columnOf(table, "ward");
    if (table === undefined || ward?.kind !== "code") throw new Error("no wards");
    const surgery = ward.codes.filter((code) => ward.levels[code] === "surgery").length;
    // Left out, they were counted by nobody: all stays in cardiology, one a patient.
    expect(Math.abs(surgery / table.rows - 0.75)).toBeLessThan(0.06);
    expect(Math.abs(table.rows / 1000 - 2)).toBeLessThan(0.2);
  });

  it("go with what stands in for them, where a rule ties it", { timeout: 60_000 }, async () => {
    const release = await made(spec("swift", "home determines land"));
    const table = release.outputs.find(({ name }) => name === "made_stays")?.table;
    const homes = release.outputs.find(({ name }) => name === "made")?.table;
    const [home, ward, ref] = [
      homes && columnOf(homes, "home"),
      table && columnOf(table, "ward"),
      table && columnOf(table, "patient"),
    ];
    if (home?.kind !== "code" || ward?.kind !== "code" || ref?.kind !== "code") throw new Error();
    const surgery = [0, 0];
    const all = [0, 0];
    for (const [row, code] of ward.codes.entries()) {
      const parent = Number(ref.levels[ref.codes[row] as number]) - 1;
      const rare = Number(home.levels[home.codes[parent] as number] === "other of country");
      all[rare] = (all[rare] ?? 0) + 1;
      if (ward.levels[code] === "surgery") surgery[rare] = (surgery[rare] ?? 0) + 1;
    }
    expect((surgery[1] as number) / (all[1] as number)).toBeGreaterThan(0.9);
    expect((surgery[0] as number) / (all[0] as number)).toBeLessThan(0.1);
  });
});
