import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { buildProgram } from "../../src/cli/program.js";
import { reportTrouble } from "../../src/cli/report-trouble.js";
import type { Shell } from "../../src/cli/shell.js";

// All that the commands say and write, with every noisy answer replaced by one that doesn't depend on the data
// (see private-blind.test.ts): what then differs between two data sets would be told for free.
vi.mock("../../src/privacy/mechanism.js", async (original) =>
  (await import("../run/blinded.js")).blindMechanism(await original()),
);
vi.mock("../../src/privacy/learn-categories.js", async (original) =>
  (await import("../run/blinded.js")).blindCategories(await original()),
);
vi.mock("../../src/privacy/learn-bounds.js", async (original) =>
  (await import("../run/blinded.js")).blindBounds(await original()),
);
vi.mock("../../src/privacy/learn-quantiles.js", async (original) =>
  (await import("../run/blinded.js")).blindQuantiles(await original()),
);
vi.mock("../../src/privacy/learn-shared.js", async (original) =>
  (await import("../run/blinded.js")).blindShared(await original()),
);
vi.mock("../../src/privacy/noise-gaussian.js", async (original) =>
  (await import("../run/blinded.js")).blindGaussian(await original()),
);

const mutant = vi.hoisted(() => ({ counts: false }));
vi.mock("../../src/run/read-privately.js", async (original) => {
  const module = await original<typeof import("../../src/run/read-privately.js")>();
  const readPrivately: typeof module.readPrivately = async (...request) => {
    const rows = await module.readPrivately(...request);
    const phase = `reading ${rows.rows} rows`;
    if (mutant.counts) request[3].progress.report({ phase: phase.replace(" ", "-"), done: 0 });
    return rows;
  };
  return { ...module, readPrivately };
});

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  mutant.counts = false;
});

type Files = Readonly<Record<string, readonly string[]>>;

function folderWith(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), "parable-shell-"));
  folders.push(folder);
  for (const [name, lines] of Object.entries(files)) {
    writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
  }
  return folder;
}

interface Said {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

async function parable(folder: string, args: readonly string[]): Promise<Said> {
  const words: Record<"out" | "err", string[]> = { out: [], err: [] };
  const { signal } = new AbortController();
  const shell: Shell = {
    out: (text) => void words.out.push(text),
    err: (text) => void words.err.push(text),
    ...{ watched: false, color: false, folder, signal },
  };
  let code: number | undefined;
  const program = buildProgram(shell, "1", (outcome) => {
    code = outcome;
  });
  await program.parseAsync(["node", "parable", ...args]).catch(async (error: unknown) => {
    code = await reportTrouble(shell, error);
  });
  return { code, out: words.out.join("\n"), err: words.err.join("\n") };
}

/** Times, names of runs, and hashes under the ledger's own key. */
const chance =
  /\d{4}-\d\d-\d\d[T ][\d:.]+Z|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|\b[\da-f]{8}-\d+\b|\(data [\da-f]{8}\)|"(keyCheck|checksum|previous|fingerprint|place|content)":"[^"]*"|"columns":\["[\da-f]{16}[^\]]*\]/g;

/** What commands say one after the other, and the files that are there after them, but for their keys and caches. */
async function told(files: Files, commands: readonly string[]): Promise<Record<string, string>> {
  const folder = folderWith(files);
  const said: Record<string, string> = {};
  for (const command of commands) {
    const done = await parable(folder, command.split(" "));
    expect(done, command).toMatchObject({ code: 0 });
    said[command] = `${done.out}\n${done.err}`;
  }
  for (const name of readdirSync(folder, { recursive: true }).map(String)) {
    const path = join(folder, name);
    if (name in files || !statSync(path).isFile() || /cache|secret|key/.test(name)) continue;
    said[name] = readFileSync(path, "latin1");
  }
  return Object.fromEntries(
    Object.entries(said).map(([name, text]) => [
      name,
      text.replaceAll(folder, "").replaceAll(chance, "*"),
    ]),
  );
}

async function different(
  spec: string,
  one: Files,
  other: Files,
  commands: readonly string[],
): Promise<string[]> {
  const written = { "s.parable": spec.split("\n") };
  const left = await told({ ...one, ...written }, commands);
  const right = await told({ ...other, ...written }, commands);
  expect(Object.keys(left).length).toBeGreaterThan(commands.length + 3);
  expect(Object.keys(right).sort()).toEqual(Object.keys(left).sort());
  return Object.keys(left).filter((name) => left[name] !== right[name]);
}

const run = [
  "check s.parable",
  "plan s.parable",
  "run s.parable --out out --model m.model",
  "run s.parable --out again --json",
  "ledger --all",
  "sample m.model --rows 5 --out drawn",
];

const people = (rows: number, more: readonly string[] = []): string[] => [
  "name,age,job,pay,sex,seen",
  ...Array.from(
    { length: rows },
    (_, i) => `P${i},${20 + (i % 50)},${["clerk", "nurse"][i % 2]},${1000 + i}.50,${"FM"[i % 2]},`,
  ),
  ...more,
];
const odd = [
  "Quixotina,91,zymurgist-q7x,987654321.25,F,2021-02-03",
  "Old,140,,,X,never-q7x",
  ",,,,,",
  "Odd,x,clerk,-5,M,1999-01-01",
];
const ordinary = { "people.csv": people(60) };
const strange = { "people.csv": people(7, odd) };

const spec = (learner: string, more: { readonly rules?: string; readonly blocks?: string } = {}) =>
  `source s = csv "people.csv"
param eps: real 0.1..10 = 2.0
table people from s {
  name: text invented "name"
  age: int 18..95
  job: category learned
  pay: money EUR learned
  sex: "F" | "M"
  seen: date 2020-01-01..2024-12-31 or missing
  adult: bool := age >= 21
  require age < 90
  when job = "zymurgist-q7x" then age > 30
  expect mean(age) in 30..40
${more.rules ?? ""}
}
privacy {
  protect each row of people
  budget epsilon eps, delta 1e-6
}
learn with ${learner}
generate made: 40 rows seed 1
generate old: 10 rows given age >= 60 and job = "nurse" seed 1
${more.blocks ?? ""}
`;

const fair = `fairness {
  across sex
  outcome job = "nurse"
  require parity <= 0.02
}
report "Open" for regulators {
  fidelity marginals, pairs, triples
  rules all
  fairness before, after
  utility predict job
  privacy ledger, membership, singling_out, copies
}
report "Second" for teachers { fidelity marginals }
show correlations of people
show age by job of people
show rules of people
sweep eps over 1 { fairness after }`;

const keyed = {
  rules: "  unique age, job, pay\n  job determines sex",
  blocks: "report {\n  fidelity marginals, pairs, sequences\n  rules all\n}\nshow pairs of made",
};

const hospital = `source p = csv "patients.csv"
source s = json "stays.json"
table patients from p {
  id: id
  sex: "F" | "M"
  home: category learned
  born: date 1900-01-01..2024-12-31
}
table stays from s {
  stay: id
  patient: ref patients, 0..5 per patient
  ward: category learned
  came: datetime 2020-01-01..2024-12-31
  days: int 0..90 days
  doctor: text like "[A-Z]{2}-[0-9]{2}"
  came of each patient increases
}
privacy {
  protect each patient, at most 3 stays
  budget epsilon 3, delta 1e-6
}
learn with swift { rounds 20 }
generate twin: 20 patients seed 1
report {
  fidelity marginals, pairs
  rules all
  privacy ledger
}
show ledger
`;

const stays = (patients: number, each: number, more: readonly string[][] = [[], []]) => ({
  "patients.csv": [
    "id,sex,home,born",
    ...Array.from(
      { length: patients },
      (_, i) => `p${i},${"FM"[i % 2]},${["clerk", "nurse"][i % 2]},19${10 + (i % 80)}-02-03`,
    ),
    ...(more[0] ?? []),
  ],
  "stays.json": [
    ...Array.from({ length: patients * each }, (_, i) => {
      const own = { stay: `s${i}`, patient: `p${i % patients}`, ward: "clerk" };
      return JSON.stringify({ ...own, came: "2021-01-02T03:04:05", days: i % 80, doctor: "AB-12" });
    }),
    ...(more[1] ?? []),
  ],
});

describe("with answers that don't depend on the data, no command says anything that does", () => {
  it("of a fair table with a sweep and two reports", { timeout: 300_000 }, async () => {
    const text = spec("independent", { blocks: fair });
    expect(await different(text, ordinary, strange, run.slice(0, 3))).toEqual([]);
  });

  it("of a table with keys", { timeout: 120_000 }, async () => {
    expect(await different(spec("mst", keyed), ordinary, strange, run)).toEqual([]);
  });

  it("of patients and their stays, in JSON", { timeout: 120_000 }, async () => {
    const other = stays(8, 5, [
      ["p1,F,west,1920-02-02", "p9,X,,9999-99-99", ",M,north,"],
      [
        '{"stay": 1, "patient": "p1", "ward": 7.5, "came": "never", "days": "x", "doctor": null}',
        '{"stay": "s1", "patient": null, "ward": {"a": 1}, "came": 5, "days": 1e9, "doctor": "zz"}',
      ],
    ]);
    const commands = run.filter((command) => !/model/.test(command));
    expect(await different(hospital, stays(30, 2), other, commands)).toEqual([]);
  });

  it("but a mutant that says how many rows were read is caught", { timeout: 120_000 }, async () => {
    mutant.counts = true;
    const commands = ["run s.parable --out out"];
    expect(await different(spec("independent"), ordinary, strange, commands)).toEqual(commands);
  });
});

describe("evaluate, whose spec protects the real rows", () => {
  const evaluate = "evaluate --spec s.parable --real real.csv --synthetic made.csv --out page";
  const open = spec("independent", { blocks: 'report "Open" for regulators { rules all }' });
  const files = (real: readonly string[], made = people(50)) => ({
    "s.parable": open.split("\n"),
    "real.csv": real,
    "made.csv": made,
  });

  it("says above all else that it is for the data holder, wherever it is shown", async () => {
    const folder = folderWith(files(people(60, odd)));
    const { out, code } = await parable(folder, evaluate.split(" "));
    expect(code).toBe(0);
    expect(out.split("\n").slice(0, 2)).toEqual(["Open", "For the data holder, not private."]);
    const report = JSON.parse(readFileSync(join(folder, "page/report.json"), "utf8"));
    expect(report).toMatchObject({
      inside: true,
      notes: expect.arrayContaining([expect.stringContaining("is not private")]),
    });
    expect(report.notes[0]).toContain("is not private");
    const page = readFileSync(join(folder, "page/report.html"), "utf8");
    const mark = page.indexOf("is not private");
    expect(mark).toBeGreaterThan(0);
    expect(mark).toBeLessThan(page.indexOf("rows of real.csv are in no score"));
  });

  it("quotes no cell of them, but those of the generated ones", async () => {
    const folder = folderWith(files(people(60, odd), people(50, ["Ada,30,clerk,5,M,ever-q7x"])));
    const { out, err } = await parable(folder, evaluate.split(" "));
    const all = [out, err, readFileSync(join(folder, "page/report.html"), "utf8")].join("\n");
    expect(all).toContain("ever-q7x");
    for (const cell of ["never-q7x", '"140"', '"X"', '"-5"']) expect(all).not.toContain(cell);
  });

  it("quotes none where the file breaks off, either", async () => {
    const broken = [...people(60), '"secret-q7x,30,clerk,5,M,'];
    const { out, err, code } = await parable(folderWith(files(broken)), evaluate.split(" "));
    expect(code).toBe(3);
    expect(`${out}${err}`).not.toContain("secret");
  });
});
