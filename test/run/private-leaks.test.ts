import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { showRelease } from "../../src/facade/shown-release.js";
import { writeRelease, writeReport } from "../../src/facade/written.js";
import { compile, evaluateRelease, runPlan } from "../../src/pipeline.js";

// Two neighbouring tables, all the way to what people see. The second has one row more, which stands
// alone in every way: a value, a category and a text of its own, the largest number, the only broken rule.
const ROWS = 1733;
const CANARY = { name: "Quixotina Zzyzx", job: "zymurgist-q7x", pay: 987_654.25, age: 91 };
const spec = `source s = csv "people.csv"
table people from s {
  name: text invented "name"
  age: int 18..95
  job: category learned
  pay: money EUR learned
  sex: "F" | "M"
  require age < 90
}
privacy {
  protect each row of people
  budget epsilon 2, delta 1e-6
  spend 20% on domains, 70% on model, 10% on report
}
learn with independent
generate made: 500 rows seed 1
generate old: 50 rows given age >= 60 seed 1
report "Open" {
  fidelity marginals, pairs
  rules all
  privacy ledger
}
show marginals of made
show 5 rows of people
show ledger
show plan
`;

interface Told {
  /** Of the domains, as released: some are learned, so that noise may give them a bin more or less. */
  readonly sizes: readonly number[];
  readonly release: unknown;
  readonly report: unknown;
  readonly everything: string;
}

let folders: string[] = [];
const told: Told[] = [];

async function tell(withCanary: boolean): Promise<Told> {
  const folder = mkdtempSync(join(tmpdir(), "parable-leaks-"));
  folders.push(folder);
  const lines = ["name,age,job,pay,sex"];
  for (let i = 0; i < ROWS - 1; i++) {
    lines.push(
      `Person ${i},${20 + (i % 50)},${["clerk", "nurse"][i % 2]},${1000 + (i % 97)}.50,${"FM"[i % 2]}`,
    );
  }
  if (withCanary) lines.push(`${CANARY.name},${CANARY.age},${CANARY.job},${CANARY.pay},F`);
  writeFileSync(join(folder, "people.csv"), lines.join("\n"));
  const { plan, diagnostics } = await compile(spec, { folder });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  const release = await runPlan(plan, { folder });
  const report = await evaluateRelease(release);
  const out = join(folder, "out");
  const files = [...(await writeRelease(release, out)), ...(await writeReport(report, out))];
  const shown = await showRelease(release);
  const kept = everyFile(join(folder, ".parable"));
  const everything = [
    ...[...files, ...kept].map((path) => readFileSync(path, "latin1")),
    JSON.stringify(shown),
  ].join("\n");
  return {
    sizes: release.measured?.flatMap(({ domains }) => domains.map(({ size }) => size)) ?? [],
    release: JSON.parse(readFileSync(join(out, "release.json"), "utf8")),
    report: JSON.parse(readFileSync(join(out, "report.json"), "utf8")),
    everything,
  };
}

function everyFile(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? everyFile(path) : [path];
  });
}

beforeAll(async () => {
  told.push(await tell(true), await tell(false));
}, 300_000);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders = [];
});

/** Every leaf of a JSON value with its path; positions in lists are left out of the path. */
function leaves(value: unknown, path = ""): [string, unknown][] {
  if (Array.isArray(value)) return value.flatMap((each) => leaves(each, `${path}[]`));
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, each]) => leaves(each, `${path}.${key}`));
}

/** Fields made from noisy answers, from the drawn rows, or from the clock; everything else is public. */
const FREE: readonly RegExp[] = [
  /^release\.outputs\[\]\.(redrawn|given\.(probability|low|high|effectiveRows))$/,
  // Bounds and values of learned domains, which were paid for.
  /^release\.outputs\[\]\.columns\[\]\.type\.(min|max|values\[\])$/,
  // What the engine says of its fit.
  /^release\.findings\[\]\.policy$/,
  /^release\.ledger\[\]\.(id|when)$/,
  // Scores, tables and figures compare drawn rows with noisy counts.
  /^report\.sections\[\]\.scores\[\]\.(value|low|high|ceiling|meaning)$/,
  /^report\.sections\[\]\.(tables\[\]\.rows\[\]\[\])$/,
  /^report\.sections\[\]\.figures\[\]\.(summary|labels\[\]|edges\[\]|scale)$/,
  /^report\.sections\[\]\.figures\[\]\.series\[\]\.(shares|low|high|values|missing)(\[\])?$/,
  /^report\.sections\[\]\.figures\[\]\.(values\[\]\[\]|details.*|rows\[\]|columns\[\]|low|high)$/,
];

/** A charge is split by the sizes of the domains; where noise made these differ, so do its last digits. */
const SPLIT = /^release\.ledger\[\]\.(rho|epsilon)$/;

function publicFields({ release, report }: Told): [string, unknown][] {
  const free = sizesAgree() ? FREE : [...FREE, SPLIT];
  const all = [...leaves(release, "release"), ...leaves(report, "report")];
  return all.filter(([path]) => !free.some((one) => one.test(path)));
}

function sizesAgree(): boolean {
  const [present, absent] = told.map(({ sizes }) => sizes.join());
  expect(present).not.toBe("");
  return present === absent;
}

describe("what is told of a private table", () => {
  it("is the same for neighbours, field by field, but for what is made from noise", () => {
    const [present, absent] = told.map(publicFields);
    expect(present!.length).toBeGreaterThan(100);
    expect(present).toEqual(absent);
  });

  it("charges the same, in the same words, whatever the data", () => {
    const [present, absent] = told.map(({ release }) =>
      (release as { ledger: { what: string; rho: number }[] }).ledger.map(({ what, rho }) => ({
        what,
        rho,
      })),
    );
    if (sizesAgree()) {
      expect(present).toEqual(absent);
      return;
    }
    expect(present!.map(({ what }) => what)).toEqual(absent!.map(({ what }) => what));
    for (const [at, { rho }] of present!.entries()) {
      // Each variance is rounded up to 12 bits, so a charge lies below what is asked by so much at most.
      expect(Math.abs(rho / absent![at]!.rho - 1)).toBeLessThan(2 ** -11);
    }
  });

  it("holds no value that stands in one row alone: in no file, page, notebook output or cache", () => {
    for (const word of [
      CANARY.name,
      CANARY.job,
      String(CANARY.pay),
      "987654",
      "987,654",
      "Person 7",
    ]) {
      expect(told[0]!.everything).not.toContain(word);
    }
  });

  it("tells neither how many rows there are nor how many break a rule", () => {
    const numbers = told.flatMap(({ release, report }) =>
      [...leaves(release, "release"), ...leaves(report, "report")].map(([, value]) => value),
    );
    expect(numbers).not.toContain(ROWS);
    expect(numbers).not.toContain(ROWS - 1);
    for (const { everything, report } of told) {
      expect(everything).not.toMatch(/\b1[, ]?73[23]\b rows/);
      const tables = JSON.stringify(
        (report as { sections: { topic: string; tables: unknown }[] }).sections.find(
          ({ topic }) => topic === "rules",
        )?.tables,
      );
      // rule, rows that break it, of, real rows that break it (unknown), held.
      expect(tables).toContain('["require age < 90",0,500,null');
    }
  });
});
