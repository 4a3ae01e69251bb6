import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import type { CheckedSpec, CheckedTable } from "../../src/ir/checked.js";
import { compile, evaluateRelease, runPlan } from "../../src/pipeline.js";
import { heldOutByContent, holdOut } from "../../src/run/held-out.js";
import type { Column, Table } from "../../src/table/table.js";

const secret = Buffer.from("a secret of the ledger");

/** Levels in the order in which the rows bring them, as a learned domain has them. */
function tableOf(rows: readonly (readonly [string, number])[]): Table {
  const levels = [...new Set(rows.map(([word]) => word))];
  const columns: Column[] = [
    {
      kind: "code",
      name: "word",
      type: { kind: "category", values: levels, ordered: false, learned: true },
      codes: Int32Array.from(rows, ([word]) => levels.indexOf(word)),
      levels,
    },
    {
      kind: "number",
      name: "n",
      type: { kind: "int", learned: true },
      values: Float64Array.from(rows, ([, n]) => n),
    },
  ];
  return { kind: "table", name: "t", rows: rows.length, columns };
}

function listed(table: Table): string[] {
  const [word, n] = table.columns;
  if (word?.kind !== "code" || n?.kind !== "number") throw new Error("columns");
  return Array.from(
    { length: table.rows },
    (_, row) => `${word.levels[word.codes[row] as number]} ${n.values[row]}`,
  );
}

const row = fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.nat({ max: 30 }));

const patientsSpec = `source p = csv "patients.csv"
source s = csv "stays.csv"
table patients from p {
  id: id
  sex: "F" | "M"
}
table stays from s {
  stay: id
  patient: ref patients, 0..20 per patient
  days: int 0..90
}
privacy {
  protect each patient, at most 12 stays
  budget epsilon 3, delta 1e-6
}
generate 50 patients seed 1
`;

async function checkedOf(text: string): Promise<CheckedSpec> {
  const { checked } = await compile(text, { until: "names" });
  if (checked === undefined) throw new Error("does not compile");
  return checked;
}

/** Columns of names as a table, the type of each as in the spec. */
function namesTable(table: CheckedTable, columns: Record<string, readonly string[]>): Table {
  const rows = Object.values(columns)[0]?.length ?? 0;
  return {
    kind: "table",
    name: table.name,
    rows,
    columns: Object.entries(columns).map(([name, values]) => {
      const levels = [...new Set(values)];
      const { type } = table.columns.find((each) => each.name === name)!;
      return {
        ...({ kind: "code", name, type, levels } as const),
        codes: Int32Array.from(values, (value) => levels.indexOf(value)),
      };
    }),
  };
}

function names(table: Table, column: string): string[] {
  const found = table.columns.find(({ name }) => name === column);
  return found?.kind === "code" ? Array.from(found.codes, (code) => found.levels[code]!) : [];
}

/** Who is held out, and whose stays are. */
function sides(checked: CheckedSpec, patients: readonly string[], stays: readonly string[]) {
  const [own, below] = checked.tables as [CheckedTable, CheckedTable];
  const one = namesTable(own, { id: patients });
  const two = namesTable(below, { patient: stays });
  const read = new Map([
    [own.name, one],
    [below.name, two],
  ]);
  const common = { checked, read, share: 0.3, secret };
  const first = holdOut({ ...common, table: own, rows: one });
  const second = holdOut({ ...common, table: below, rows: two });
  if (first === undefined || second === undefined) throw new Error("not split");
  return {
    held: names(first.holdout, "id"),
    kept: names(first.train, "id"),
    heldStays: names(second.holdout, "patient"),
    keptStays: names(second.train, "patient"),
  };
}

describe("units with several rows", () => {
  it("takes a unit with all its rows, and no unit's side depends on who else is there", async () => {
    const checked = await checkedOf(patientsSpec);
    const people = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(people, fc.array(fc.nat(59), { maxLength: 80 }), (ids, owned) => {
        const patients = ids.map((id) => `p${id}`);
        const stays = owned.map((at) => patients[at % patients.length]!);
        const all = sides(checked, patients, stays);
        expect([...all.held, ...all.kept].sort()).toEqual([...patients].sort());
        const held = new Set(all.held);
        expect(all.heldStays.every((patient) => held.has(patient))).toBe(true);
        expect(all.keptStays.some((patient) => held.has(patient))).toBe(false);
        expect(all.heldStays.length + all.keptStays.length).toBe(stays.length);
        // The neighbour: the first one leaves with all that is theirs. Nobody else changes sides.
        const [gone, ...rest] = patients;
        const without = sides(
          checked,
          rest,
          stays.filter((patient) => patient !== gone),
        );
        expect(without.held).toEqual(all.held.filter((id) => id !== gone));
        expect(without.kept).toEqual(all.kept.filter((id) => id !== gone));
        expect(without.keptStays).toEqual(all.keptStays.filter((id) => id !== gone));
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});

describe("rows held out from a private learner", () => {
  it("of neighbours differ in the row that is more, and in nothing else", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), row, fc.nat(), (rows, one, at) => {
        const place = at % (rows.length + 1);
        const more = [...rows.slice(0, place), one, ...rows.slice(place)];
        const [without, with_] = [rows, more].map((each) =>
          heldOutByContent(tableOf(each), 0.3, secret),
        );
        const extra = (part: "train" | "holdout") => {
          const left = listed(with_?.[part] as Table);
          for (const each of listed(without?.[part] as Table)) {
            expect(left).toContain(each);
            left.splice(left.indexOf(each), 1);
          }
          return left;
        };
        expect([...extra("train"), ...extra("holdout")]).toEqual([`${one[0]} ${one[1]}`]);
      }),
    );
  });

  it("are about the share asked for, by the secret", () => {
    const rows = Array.from({ length: 5000 }, (_, n) => ["a", n] as const);
    const held = heldOutByContent(tableOf(rows), 0.2, secret).holdout;
    // 1,000 ± 28 (binomial): beyond five of those about once in two million.
    expect(Math.abs(held.rows - 1000)).toBeLessThan(141);
    const other = heldOutByContent(tableOf(rows), 0.2, Buffer.from("another")).holdout;
    expect(listed(other)).not.toEqual(listed(held));
  });

  it("are as often of one kind as the others, however many are alike", () => {
    const rows = Array.from({ length: 4000 }, (_, n) => ["ab"[n % 2] as string, 0] as const);
    const held = listed(heldOutByContent(tableOf(rows), 0.2, secret).holdout);
    // 400 ± 18 of each kind (binomial): beyond six of those about once in 10⁹.
    for (const kind of ["a 0", "b 0"]) {
      expect(Math.abs(held.filter((each) => each === kind).length - 400)).toBeLessThan(108);
    }
  });

  it("let a report inside train models and try them, and no other report", async () => {
    const folder = mkdtempSync(join(tmpdir(), "parable-held-out-"));
    try {
      const random = stream(4, "loans");
      const lines = Array.from({ length: 2000 }, () => {
        const income = random.below(100);
        return `${income},${random.below(1000)},${random.below(100) < income ? "yes" : "no"}`;
      });
      writeFileSync(join(folder, "loans.csv"), ["income,code,loan", ...lines].join("\n"));
      const spec = (report: string) => `source s = csv "loans.csv"
table loans from s {
  income: int 0..99
  code:   int 0..999
  loan:   "yes" | "no"
}
privacy {
  protect each row of loans
  budget epsilon 5, delta 1e-6
}
learn with mst
generate made: 2_000 rows seed 1
report ${report}
`;
      const run = async (report: string) => {
        const { plan } = await compile(spec(report), { folder });
        if (plan === undefined) throw new Error("no plan");
        return runPlan(plan, { folder });
      };
      const inside = await run("inside { utility predict loan, holdout 25% }");
      const [train, held] = [inside.inside?.train[0]?.rows, inside.inside?.holdout[0]?.rows];
      expect((train ?? 0) + (held ?? 0)).toBe(2000);
      expect(Math.abs((held ?? 0) - 500)).toBeLessThan(97);
      const scores = (await evaluateRelease(inside)).sections.flatMap((each) => each.scores);
      expect(scores.find(({ name }) => name.startsWith("AUC"))?.value).toBeGreaterThan(0.7);
      const outside = await run("{ fidelity marginals, holdout 25% }");
      expect(outside.inside).toBeUndefined();
      expect(outside.plan.holdout).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("splits tables that refs tie together each by itself, so no row decides on another's side", async () => {
    const folder = mkdtempSync(join(tmpdir(), "parable-held-out-"));
    try {
      const random = stream(5, "stays");
      const patients = Array.from({ length: 400 }, (_, id) => `${id},${"FM"[random.below(2)]}`);
      const stays = Array.from({ length: 900 }, () => `${random.below(400)},${random.below(90)}`);
      const spec = patientsSpec
        .replace("each patient, at most 12 stays", "each row of stays")
        .replace("stay: id", "")
        .concat("report inside { fidelity marginals, holdout 25% }\n");
      const run = async (of: readonly string[]) => {
        writeFileSync(join(folder, "patients.csv"), ["id,sex", ...of].join("\n"));
        writeFileSync(join(folder, "stays.csv"), ["patient,days", ...stays].join("\n"));
        const { plan, diagnostics } = await compile(spec, { folder });
        if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
        const release = await runPlan(plan, { folder });
        const { train = [], holdout = [] } = release.inside ?? {};
        const days = holdout.find(({ name }) => name === "stays")?.columns[0];
        expect(days?.kind === "number" && [...days.values].length).toBeGreaterThan(170);
        expect((await evaluateRelease(release)).sections.length).toBeGreaterThan(0);
        return { train: train.map(({ rows }) => rows), days };
      };
      const all = await run(patients);
      const fewer = await run(patients.slice(0, 200));
      expect(fewer.days).toEqual(all.days);
      expect(fewer.train[1]).toBe(all.train[1]);
      expect(all.train[0]).toBeLessThan(400);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
