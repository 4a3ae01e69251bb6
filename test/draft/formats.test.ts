import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { draftSpec } from "../../src/facade/draft.js";
import { compile, runPlan } from "../../src/pipeline.js";

const folder = mkdtempSync(join(tmpdir(), "parable-draft-formats-"));
afterAll(() => rmSync(folder, { recursive: true }));

const count = 300;
const people = Array.from({ length: count }, (_, at) => {
  const age = 15 + ((at * 37) % 70);
  return {
    person_id: at + 1,
    age,
    retired: age >= 67,
    born: `${2020 - age}-0${1 + (at % 9)}-11`,
    wage_eur: 1_000 + ((at * 7_919) % 90_000) / 10,
    size: ["small", "medium", "large"][at % 3] as string,
  };
});
const visits = Array.from({ length: 500 }, (_, at) => ({
  visit_id: at + 1,
  person_id: 1 + ((at * 31) % count),
  pain: 1 + (at % 5),
}));

beforeAll(async () => {
  writeFileSync(join(folder, "people.json"), JSON.stringify(people));
  writeFileSync(join(folder, "visits.json"), JSON.stringify(visits));
  const columns = Object.fromEntries(
    Object.keys(people[0] ?? {}).map((key) => [
      key,
      people.map((row) => row[key as keyof typeof row]),
    ]),
  );
  writeFileSync(join(folder, "people.arrow"), tableToIPC(tableFromArrays(columns), "file"));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const json = (name: string): string => `read_json('${join(folder, `${name}.json`)}')`;
  const typed = `SELECT person_id, age, retired, CAST(born AS DATE) AS born, wage_eur, size FROM ${json("people")}`;
  await connection.run(`COPY (${typed}) TO '${join(folder, "people.parquet")}' (FORMAT parquet)`);
  await connection.run(`ATTACH '${join(folder, "clinic.duckdb")}' AS clinic`);
  await connection.run(`CREATE TABLE clinic.people AS ${typed}`);
  await connection.run(`CREATE TABLE clinic.visits AS SELECT * FROM ${json("visits")}`);
  await connection.run(`ATTACH '${join(folder, "one.duckdb")}' AS one`);
  await connection.run(`CREATE TABLE one.people AS ${typed}`);
  await connection.run("DETACH clinic");
  await connection.run("DETACH one");
  connection.closeSync();
  instance.closeSync();
});

/** The draft checks without a fault, runs, and makes rows. */
async function runs(text: string): Promise<readonly { name: string; rows: number }[]> {
  const { plan, diagnostics } = await compile(text, { folder });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(errors.map(({ code, title }) => `${code} ${title}`)).toEqual([]);
  const release = await runPlan(plan as NonNullable<typeof plan>, { folder });
  return release.outputs.map(({ name, table }) => ({ name, rows: table.rows }));
}

describe.each([
  ["people.parquet", "parquet"],
  ["people.arrow", "arrow"],
  ["people.json", "json"],
  ["one.duckdb", "duckdb"],
])("%s", (file, format) => {
  it("is drafted with types, ranges, units, key and order, and runs as it stands", async () => {
    const { text, tables } = await draftSpec(file, { folder, name: "people" });
    expect(text).toContain(`= ${format} "${file}"`);
    expect(tables).toMatchObject([{ name: "people", rows: count, columns: 6 }]);
    expect(text).toMatch(/person_id: +id/);
    expect(text).toMatch(/age: +int 15\.\.84 years guessed/);
    expect(text).toMatch(/retired: +bool/);
    expect(text).toMatch(/born: +date 1936-01-01\.\.2005-\d\d-\d\d guessed/);
    expect(text).toMatch(/wage_eur: +money EUR [\d_]+\.\.[\d_]+ .*guessed/);
    expect(text).toMatch(/size: +"small" < "medium" < "large" guessed/);
    expect(await runs(text)).toEqual([{ name: "made", rows: 1000 }]);
  });
});

describe("a DuckDB file with several tables", () => {
  it("is drafted table by table, with keys and refs, and runs as it stands", async () => {
    const { text, tables } = await draftSpec("clinic.duckdb", { folder });
    expect(tables.map(({ name }) => name).sort()).toEqual(["people", "visits"]);
    expect(text).toMatch(
      /source (\w+) = duckdb "clinic\.duckdb"[\s\S]*table visits from \1\.visits/,
    );
    expect(text).toMatch(/person_id: +ref people, \d+\.\.\d+ per people guessed/);
    const made = await runs(text);
    expect(made.find(({ name }) => name === "people")?.rows).toBe(1000);
  });
});

describe("a single word among numbers", () => {
  const rows = (more: (at: number) => string) =>
    ["pov,kids,veteran,more", ...Array.from({ length: 200 }, (_, at) => `${at % 7 === 0 ? "N" : at},${at % 5 === 0 ? "N" : at % 4},${at % 3 === 0 ? "N" : (at % 2) + 1},${more(at)}`)]; // biome-ignore format: rows
  const drafted = async (lines: readonly string[]) => {
    writeFileSync(join(folder, "census.csv"), `${lines.join("\n")}\n`);
    return (await draftSpec("census.csv", { folder })).text;
  };

  it("is taken for a missing value in all columns that have it, and marked as a guess", async () => {
    const text = await drafted(rows((at) => ["red", "blue"][at % 2] as string));
    expect(text).toContain('missing "N"');
    expect(text).toContain(
      '# Guessed: "N" means missing, since it is the only word among the numbers of "pov", "kids", "veteran".',
    );
    expect(text).toMatch(/pov: +int \d+\.\.\d+ or missing guessed/);
    expect(text).toMatch(/kids: +int 0\.\.3 or missing guessed/);
    expect(text).toMatch(/veteran: +int 1\.\.2 or missing guessed/);
    await runs(text);
    const privacy =
      "\nprivacy {\n  protect each row of census\n  budget epsilon 1, delta 1e-6\n}\n";
    const { diagnostics } = await compile(text + privacy, { folder });
    expect(diagnostics.map(({ code }) => code)).toContain("P0405");
  });

  it("is a value where it is one elsewhere, as the N beside Y is", async () => {
    const text = await drafted(rows((at) => ["Y", "N"][at % 2] as string));
    expect(text).not.toContain("missing");
    expect(text).toMatch(/kids: +"0" \| "1" \| "2" \| "3" \| "N" guessed/);
    await runs(text);
  });

  it("is a value where there are few numbers, or several words", async () => {
    const grades = ["grade", ...Array.from({ length: 90 }, (_, at) => (at % 6 === 0 ? "pass" : String(at % 5)))]; // biome-ignore format: rows
    expect(await drafted(grades)).not.toContain("missing");
    const codes = ["code", ...Array.from({ length: 90 }, (_, at) => (at % 6 === 0 ? (at % 4 === 0 ? "low" : "high") : String(at)))]; // biome-ignore format: rows
    expect(await drafted(codes)).not.toContain("missing");
  });

  it("is found in a variable of the notebook as in a file", async () => {
    const lines = rows((at) => ["red", "blue"][at % 2] as string);
    const [head = "", ...body] = lines;
    const table = body.map((line) => {
      const cells = line.split(",");
      return Object.fromEntries(head.split(",").map((name, at) => [name, cells[at]]));
    });
    const { text } = await draftSpec(table, { name: "census" });
    expect(text).toContain('source rows_of = frame census missing "N"');
  });
});

it("an export of Excel and tiny numbers are drafted as what they are", async () => {
  const lines = Array.from({ length: 60 }, (_, at) => {
    const paid = at % 9 === 0 ? "#DIV/0!" : `1.${100 + at},50 €`;
    return `${paid};${at % 7}e-13;;`;
  });
  writeFileSync(join(folder, "excel.csv"), `sep=;\r\nBetrag;klein;;\r\n${lines.join("\r\n")}\r\n`);
  const { text } = await draftSpec(join(folder, "excel.csv"));
  expect(text).toContain('missing "#DIV/0!"');
  expect(text).toMatch(/Betrag: +real 1[_\d]*\.\.1[_\d]*/);
  // A step of 1 had made every value 0.
  expect(text).toMatch(/klein: +real 0\.\.6e-13 guessed/);
});
