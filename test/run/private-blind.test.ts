import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { showLines } from "../../src/facade/shown-lines.js";
import { showRelease } from "../../src/facade/shown-release.js";
import { writeRelease, writeReport } from "../../src/facade/written.js";
import type { Release } from "../../src/ir/release.js";
import { compile, evaluateRelease, runPlan } from "../../src/pipeline.js";
import { encodeModels } from "../../src/run/model-file.js";

// Every noisy answer is replaced by one that does not depend on the data (`blinded.ts`). What then still differs between
// two data sets, however unlike, is told for free. Nothing may: files, pages, notebook outputs, models, charges, progress.
vi.mock("../../src/privacy/mechanism.js", async (original) =>
  (await import("./blinded.js")).blindMechanism(await original()),
);
vi.mock("../../src/privacy/learn-categories.js", async (original) =>
  (await import("./blinded.js")).blindCategories(await original()),
);
vi.mock("../../src/privacy/learn-bounds.js", async (original) =>
  (await import("./blinded.js")).blindBounds(await original()),
);
vi.mock("../../src/privacy/learn-quantiles.js", async (original) =>
  (await import("./blinded.js")).blindQuantiles(await original()),
);
vi.mock("../../src/privacy/learn-shared.js", async (original) =>
  (await import("./blinded.js")).blindShared(await original()),
);
vi.mock("../../src/privacy/noise-gaussian.js", async (original) =>
  (await import("./blinded.js")).blindGaussian(await original()),
);

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

type Files = Readonly<Record<string, readonly string[]>>;

/** All that anyone is told, as texts by name; what the clock and chance decide is taken out. */
async function told(spec: string, files: Files): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "parable-blind-"));
  folders.push(folder);
  for (const [name, lines] of Object.entries(files)) {
    writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
  }
  const { plan, diagnostics } = await compile(spec, { folder });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  const seen: unknown[] = [];
  const signal = new AbortController().signal;
  const progress = { signal, report: (state: unknown) => seen.push(state) };
  const release = await runPlan(plan, { folder, progress });
  const report = await evaluateRelease(release);
  const out = join(folder, "out");
  const written = [...(await writeRelease(release, out)), ...(await writeReport(report, out))];
  const bytes = (path: string) => readFileSync(path, "latin1");
  const cache = join(folder, ".parable", "cache");
  const all = {
    ...Object.fromEntries(written.map((path) => [path.slice(folder.length), bytes(path)])),
    plan: JSON.stringify(plan),
    diagnostics: JSON.stringify(diagnostics),
    progress: JSON.stringify(seen),
    shown: JSON.stringify(await showRelease(release)),
    lines: JSON.stringify(await showLines(release)),
    models: modelsOf(spec, release),
    "sizes of the cache": JSON.stringify(filesIn(cache).map((path) => statSync(path).size)),
    findings: JSON.stringify(release.findings),
  };
  const chance =
    /\d{4}-\d\d-\d\d[T ][\d:.]+Z|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|\b[\da-f]{8}-\d+\b/g;
  return Object.fromEntries(
    Object.entries(all).map(([name, text]) => [name, text.replaceAll(chance, "*")]),
  );
}

/** The models as a file; of tables that belong together there is none yet. */
function modelsOf(spec: string, release: Release): string {
  if (release.plan.checked.tables.length > 1) return "";
  return Buffer.from(encodeModels(spec, release)).toString("latin1");
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
    .sort((a, b) => statSync(a).size - statSync(b).size);
}

/** The names of what differs. */
async function different(spec: string, one: Files, other: Files): Promise<string[]> {
  const [left, right] = [await told(spec, one), await told(spec, other)];
  expect(Object.keys(right)).toEqual(Object.keys(left));
  expect(Object.keys(left).length).toBeGreaterThan(9);
  return Object.keys(left).filter((name) => left[name] !== right[name]);
}

const people = (rows: number, more: readonly string[] = []): string[] => [
  "name,age,job,pay,sex,seen",
  ...Array.from(
    { length: rows },
    (_, i) => `P${i},${20 + (i % 50)},${["clerk", "nurse"][i % 2]},${1000 + i}.50,${"FM"[i % 2]},`,
  ),
  ...more,
];

const onePerson = (learner: string) => `source s = csv "people.csv"
table people from s {
  name: text invented "name"
  age: int 18..95
  job: ${learner.includes("language") ? '"clerk" | "nurse"' : "category learned"}
  pay: money EUR learned
  sex: "F" | "M"
  seen: date 2020-01-01..2024-12-31 or missing
  require age < 90
  job determines sex
}
privacy {
  protect each row of people
  budget epsilon 2, delta 1e-6
  ${learner.includes("language") ? "" : "spend 20% on domains, 70% on model, 10% on report"}
}
learn with ${learner}
generate made: 40 rows seed 1
generate old: 10 rows given age >= 60 seed 1
report "Open" {
  fidelity marginals, pairs
  rules all
  privacy ledger
}
show marginals of made
show pairs of made
show 5 rows of people
show ledger
show plan
`;

const ordinary = { "people.csv": people(60) };
const strange = {
  "people.csv": people(7, [
    "Quixotina,91,zymurgist,987654321.25,F,2021-02-03",
    "Old,140,,,X,never",
    ",,,,,",
    "Odd,x,clerk,-5,M,1999-01-01",
  ]),
};

const hospital = (learner: string) => `source p = csv "patients.csv"
source s = csv "stays.csv"
table patients from p {
  id: id
  sex: "F" | "M"
  home: category learned
}
table stays from s {
  stay: id
  patient: ref patients, 0..5 per patient
  ward: "cardiology" | "surgery"
  days: int 0..90 days
}
privacy {
  protect each patient, at most 3 stays
  budget epsilon 3, delta 1e-6
  spend 40% on patients, 40% on stays, 20% on report
}
learn with ${learner} { rounds 20 }
generate twin: 20 patients seed 1
report "Open" {
  fidelity marginals, pairs
  privacy ledger
}
`;

const stays = (patients: number, each: number) => ({
  "patients.csv": [
    "id,sex,home",
    ...Array.from(
      { length: patients },
      (_, i) => `p${i},${"FM"[i % 2]},${"north south".split(" ")[i % 2]}`,
    ),
  ],
  "stays.csv": [
    "stay,patient,ward,days",
    ...Array.from(
      { length: patients * each },
      (_, i) => `s${i},p${i % patients},surgery,${i % 80}`,
    ),
  ],
});

describe("with answers that don't depend on the data, nothing that is told does", () => {
  it.each(["independent", "mst", "aim", "swift"])("learning with %s", async (learner) => {
    const spec = onePerson(`${learner} { rounds 20 }`);
    expect(await different(spec, ordinary, strange)).toEqual([]);
  });

  it.each(["noise 3", "counts 50%"])("learning with language, %s", async (spends) => {
    const options = ["width 4", "heads 1", "layers 1", "epochs 1", spends];
    const spec = onePerson(`language {\n  ${options.join("\n  ")}\n}`);
    expect(await different(spec, ordinary, strange)).toEqual([]);
  });

  it.each(["independent", "mst"])("children given their parents, with %s", async (learner) => {
    const found = await different(hospital(learner), stays(30, 2), {
      ...stays(8, 5),
      "patients.csv": [...stays(8, 5)["patients.csv"], "p1,F,west", "p9,X,", ",M,north"],
    });
    expect(found).toEqual([]);
  });
});

describe("a report `inside`", () => {
  it("is all that real rows reach: no model, plot, charge or other file", async () => {
    const spec = onePerson("independent { rounds 20 }").replace(
      'report "Open" {',
      'report "Open" inside {',
    );
    const found = await different(spec, ordinary, strange);
    // That it differs at all shows that a leak would be seen.
    expect(found).toEqual(["/out/report.json", "/out/report.html", "shown"]);
  });
});
