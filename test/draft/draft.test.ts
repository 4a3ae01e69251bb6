import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { silent } from "../../src/base/progress.js";
import { stream } from "../../src/base/random.js";
import { type Draft, type DraftOptions, draftSpec } from "../../src/facade/draft.js";
import { compile, runPlan } from "../../src/pipeline.js";
import { readReal } from "../../src/run/read.js";

const folder = mkdtempSync(join(tmpdir(), "parable-draft-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, lines: readonly string[]): string {
  writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
  return name;
}

async function drafted(lines: readonly string[], options: DraftOptions = {}): Promise<Draft> {
  return draftSpec(file("data.csv", lines), { folder, ...options });
}

/** The draft has no fault, and every real row keeps its domains and rules. */
async function sound(draft: Draft, frames?: ReadonlyMap<string, unknown>): Promise<void> {
  const place = frames === undefined ? { folder } : { folder, frames };
  const compiled = await compile(draft.text, place);
  const said = compiled.diagnostics.filter(({ severity }) => severity === "error");
  expect(
    said.map(({ code, title }) => `${code} ${title}`),
    draft.text,
  ).toEqual([]);
  expect(compiled.plan).toBeDefined();
  const { checked } = compiled;
  if (checked === undefined) throw new Error("not checked");
  for (const table of checked.tables) {
    if (table.columns.some((column) => column.type.kind === "ref")) continue;
    if (table.columns.every((column) => column.origin.kind !== "learned")) continue;
    const real = await readReal(checked, table, new Map(), { ...place, progress: silent });
    const broken = real.findings.map(({ kind, column, policy }) => `${kind} ${column} ${policy}`);
    expect(broken, draft.text).toEqual([]);
  }
}

const random = stream(5, "draft");
const whole = (low: number, high: number): number =>
  low + Math.floor(random.uniform() * (high - low + 1));
const cities = ["Ulm,BW", "Bonn,NW", "Köln,NW", "Kiel,SH"];
const stays = Array.from({ length: 400 }, (_, row) => {
  const start = whole(0, 900);
  const length = whole(0, 30);
  const day = (days: number): string =>
    new Date(Date.UTC(2021, 0, 1 + days)).toISOString().slice(0, 10);
  const smoker = random.uniform() < 0.3 ? "yes" : random.uniform() < 0.5 ? "no" : "?";
  const age = whole(2, 90);
  const [bed, drugs] = [whole(0, 400), whole(0, 900)];
  return [
    `S${String(row).padStart(4, "0")}`,
    day(start),
    day(start + length),
    length,
    cities[whole(0, 3)],
    ["mild", "moderate", "severe"][whole(0, 2)],
    age,
    age < 16 ? "" : ["single", "married"][whole(0, 1)],
    smoker,
    smoker === "yes" ? whole(1, 40) : "",
    bed,
    drugs,
    bed + drugs,
    (whole(0, 20000) / 100).toFixed(2),
    `someone${row}@example.org`,
  ].join(",");
});
const header =
  "stay_id,admitted,discharged,nights,city,state,severity,age,marital,smoker,packs,bed_eur,drugs_eur,total_eur,weight_kg,contact";

describe("numbers of persons who have several rows each", () => {
  it("are drafted as such numbers, not as made-up words", async () => {
    const rows = Array.from({ length: 9000 }, (_, row) => `${1 + Math.floor(row / 3)},${row % 7}`);
    const draft = await drafted(["idcode,year", ...rows]);
    expect(draft.text).toMatch(/idcode: +text like "\[1-9\]\\d\{0,3\}"/);
    await sound(draft);
  });
});

describe("a draft of a table with known rules", () => {
  it("finds types, units, order, keys and every rule, and runs as it stands", async () => {
    const draft = await drafted([header, ...stays], { name: "stays" });
    const line = (name: string): string =>
      draft.text.split("\n").find((each) => each.startsWith(`  ${name}:`)) ?? "";
    expect(line("stay_id")).toMatch(/stay_id:\s+id/);
    expect(line("admitted")).toMatch(/date 2021-01-01\.\.2023-06-30 guessed/);
    expect(line("nights")).toMatch(/int 0\.\.30 days := discharged - admitted guessed/);
    expect(line("severity")).toContain('"mild" < "moderate" < "severe" guessed');
    expect(line("age")).toMatch(/int 2\.\.90 years guessed/);
    expect(line("total_eur")).toContain(":= bed_eur + drugs_eur guessed");
    expect(line("total_eur")).toMatch(/money EUR 0\.\./);
    expect(line("weight_kg")).toMatch(/real 0\.\.200 kg step 0.01 guessed/);
    expect(line("contact")).toContain('text invented "email"');
    expect(line("smoker")).toContain('"no" | "yes" or missing guessed');
    expect(draft.text).toContain('missing "?"');
    for (const rule of [
      "city determines state guessed",
      "marital is missing exactly when age < 16 guessed",
      'packs is present exactly when smoker is present and smoker = "yes" guessed',
    ])
      expect(draft.text).toContain(rule);
    expect(draft.text, "follows from the nights").not.toContain("admitted <= discharged");
    await sound(draft);
    const { plan } = await compile(draft.text, { folder });
    const release = await runPlan(plan as NonNullable<typeof plan>, { folder });
    expect(release.outputs[0]?.table.rows).toBe(1000);
  });

  it("is refused under privacy until each guess is confirmed, and then compiles", async () => {
    const draft = await drafted([header, ...stays], { name: "stays" });
    const privacy = "\nprivacy {\n  protect each row of stays\n  budget epsilon 1, delta 1e-6\n}\n";
    const { diagnostics } = await compile(draft.text + privacy, { folder });
    const guesses = diagnostics.filter(({ code }) => code === "P0405");
    expect(guesses).toHaveLength(
      draft.text.split("\n").filter((l) => / guessed( {2}#|$)/.test(l)).length,
    );
    const edits = guesses.flatMap(({ try: ways }) => ways[0]?.edits ?? []);
    let text = draft.text + privacy;
    for (const { start, end, text: by } of [...edits].sort((a, b) => b.start - a.start))
      text = text.slice(0, start) + by + text.slice(end);
    const confirmed = await compile(text, { folder });
    expect(confirmed.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("drafts what hangs together as keys and refs", async () => {
    const patients = Array.from({ length: 60 }, (_, row) => `${row + 1},${whole(1, 90)}`);
    const visits = Array.from(
      { length: 200 },
      (_, row) => `${row + 1},${whole(1, 60)},${whole(1, 5)}`,
    );
    file("patients.csv", ["patient_id,age", ...patients]);
    file("visits.csv", ["visit_id,patient_id,pain", ...visits]);
    const draft = await draftSpec(["patients.csv", "visits.csv"], { folder });
    expect(draft.text).toMatch(/patient_id: ref patients, \d+\.\.\d+ per patients guessed/);
    expect(draft.text).toContain("generate 1_000 patients seed 1");
    await sound(draft);
    const { plan } = await compile(draft.text, { folder });
    const { outputs } = await runPlan(plan as NonNullable<typeof plan>, { folder });
    const made = (name: string) => outputs.find((output) => output.name === name)?.table;
    const owner = made("patients_visits")?.columns.find(({ name }) => name === "patient_id");
    const key = made("patients")?.columns.find(({ name }) => name === "patient_id");
    if (owner?.kind !== "code" || key?.kind !== "code") throw new Error("no keys");
    expect(owner.codes.length).toBeGreaterThan(1_000);
    const known = new Set(key.levels);
    for (const code of owner.codes) expect(known.has(owner.levels[code] as string)).toBe(true);
  });

  it("finds sums of three columns and more, constant or another column", async () => {
    const lines = Array.from({ length: 120 }, () => {
      const [a, b, c, d] = [whole(0, 30), whole(0, 30), whole(0, 30), whole(1, 9)];
      return [a, b, c, 100 - a - b - c, d * 10, a + b, c + d, a + b + c + 11 * d].join(",");
    });
    const head = "w_pct,x_pct,y_pct,z_pct,p_eur,q_eur,r_eur,all_eur";
    const draft = await drafted([head, ...lines], { name: "shares" });
    expect(draft.text).toMatch(/z_pct: .* := 100 - w_pct - x_pct - y_pct guessed/);
    expect(draft.text).toMatch(/all_eur: .* := p_eur \+ q_eur \+ r_eur guessed/);
    await sound(draft);
    const chance = Array.from({ length: 120 }, () =>
      [whole(0, 9), whole(0, 9), whole(0, 9)].join(","),
    );
    const { text } = await drafted(["a,b,c", ...chance], { name: "chance" });
    expect(text).not.toContain(":=");
  });

  it("says how many texts are missing where none is learned, and takes codes for names of things", async () => {
    const lines = Array.from({ length: 60 }, (_, at) => {
      const note = at % 3 === 0 ? "" : `seen ${at} times by ${at % 7} people of the ward`;
      return `${note},${at % 5 === 0 ? "" : 100_000_000 * (1 + (at % 4))}`;
    });
    const draft = await drafted(["note,REASONCODE", ...lines], { name: "seen" });
    expect(draft.text).toContain('text invented "sentence" or missing 33% guessed');
    expect(draft.text).toMatch(/REASONCODE: "100000000" \| .* or missing guessed/);
    await sound(draft);
    const made = await compile(draft.text, { folder });
    const release = await runPlan(made.plan as NonNullable<typeof made.plan>, { folder });
    const notes = release.outputs[0]?.table.columns.find(({ name }) => name === "note");
    const gone = (notes as { codes: Int32Array }).codes.filter((code) => code < 0).length;
    // Of 1,000 rows; four standard errors: 6 false alarms in 100,000, and the seed is fixed.
    expect(Math.abs(gone / 1000 - 0.33)).toBeLessThan(0.06);
  });

  it("drafts a variable of the notebook", async () => {
    const rows = Array.from({ length: 50 }, (_, at) => ({
      size: at % 7,
      kind: at % 2 ? "a" : "b",
    }));
    const draft = await draftSpec(rows, { name: "things" });
    expect(draft.text).toContain("= frame things");
    expect(draft.text).toMatch(/size: int 0\.\.6 guessed/);
    await sound(draft, new Map([["things", rows]]));
  });
});

describe("awkward files", () => {
  const rows = (count: number, make: (at: number) => string): string[] =>
    Array.from({ length: count }, (_, at) => make(at));
  const cases: Readonly<Record<string, readonly string[]>> = {
    "one row": ["a,b", "1,x"],
    "a column without any value": ["a,gone", ...rows(20, (at) => `${at % 3},`)],
    "names that are words of the language": [
      "missing,seed,require,guessed,table,1st,é,a b,a-b,,age",
      ...rows(30, (at) => `${at % 5},${at % 3},x,1,2,3,4,5,6,7,${at % 9}`),
    ],
    "codes with zeros in front": ["zip,n", ...rows(40, (at) => `0${1000 + (at % 4)},${at % 2}`)],
    "quotes, backslashes and line ends in values": [
      "a,b",
      ...rows(30, (at) => `"say ""${at % 2}""\\n",${at % 3 === 0 ? '"two\nlines"' : "one"}`),
    ],
    "numbers beyond what is exact": [
      "big,small",
      ...rows(30, (at) => `9${at}00000000000000000,${at / 3e9}`),
    ],
    constants: ["one,two", ...rows(30, () => "5,same")],
    "only missing words": ["a,b", ...rows(30, (at) => `${at % 2 ? "NA" : "NULL"},${at}.5`)],
    "eighty columns": [
      rows(80, (at) => `c${at}`).join(","),
      ...rows(50, (row) => rows(80, (at) => String((row * (at + 3)) % 17)).join(",")),
    ],
    "a value once only": ["word,x", ...rows(50, (at) => `w${at}x y,${at % 2}`)],
    "booleans of pandas": ["ok,n", ...rows(30, (at) => `${at % 3 ? "True" : "False"},${at % 4}`)],
    "times with zones": [
      "at,n",
      ...rows(30, (at) => `2024-03-${10 + (at % 9)}T10:0${at % 9}:00Z,${at}`),
    ],
  };

  it.each(Object.keys(cases))("%s", async (name) => {
    await sound(await drafted(cases[name] as readonly string[]));
  });

  it("says what is wrong with a file that has nothing to draft from", async () => {
    await expect(drafted(["a,b"])).rejects.toMatchObject({ code: "P1304" });
    await expect(draftSpec("nowhere.csv", { folder })).rejects.toMatchObject({ code: "P1302" });
    await expect(draftSpec("data.xlsx", { folder })).rejects.toMatchObject({ code: "P1490" });
    writeFileSync(join(folder, "empty.csv"), "");
    await expect(draftSpec("empty.csv", { folder })).rejects.toMatchObject({ code: "P1303" });
  });
});

describe("any table", () => {
  const cell = fc.oneof(
    fc.integer({ min: -5, max: 5 }).map(String),
    fc.constantFrom("", "a", "b", "NA", "2024-01-05", "0.5", "true", "x y z w", "é\"'"),
  );
  it("has a draft that compiles and holds in all of its rows", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }).chain((width) =>
          fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
            minLength: 1,
            maxLength: 40,
          }),
        ),
        async (table) => {
          const rows = table.map((cells) =>
            Object.fromEntries(cells.map((value, at) => [`c${at}`, value])),
          );
          await sound(await draftSpec(rows, { name: "t" }), new Map([["t", rows]]));
        },
      ),
      { numRuns: Number(process.env["PARABLE_DRAFTS"] ?? 25), seed: 11 },
    );
  });
});
