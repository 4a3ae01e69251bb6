import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { draftSpec } from "../../src/facade/draft.js";
import { writeTable } from "../../src/facade/written.js";
import { compile, evaluateFiles, runPlan } from "../../src/pipeline.js";
import type { ColumnType } from "../../src/table/column-type.js";
import { openSource } from "../../src/table/source.js";
import { strptimeOf, type WrittenForm } from "../../src/table/written-form.js";

const folder = mkdtempSync(join(tmpdir(), "parable-form-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(texts: readonly string[], type: ColumnType, form: WrittenForm) {
  const lines = texts.map((text) => `"${text}";x`);
  writeFileSync(join(folder, "one.csv"), `a;b\n${lines.join("\n")}\n`);
  const spec = { name: "one", format: "csv", where: "one.csv", missing: [], ...form };
  const source = await openSource(spec, { folder });
  const { table } = await source.read({
    name: "t",
    columns: [{ name: "a", header: "a", type, optional: true }],
    keepExamples: true,
  });
  const [column] = table.columns;
  return column?.kind === "number" ? [...column.values] : [];
}

const real: ColumnType = { kind: "real", learned: true };
const date: ColumnType = { kind: "date", learned: true };
const datetime: ColumnType = { kind: "datetime", learned: true };
const day = (iso: string) => Date.parse(`${iso}Z`) / 86_400_000;

describe("numbers of a file", () => {
  it("have the mark before fractions that is said, and the other between thousands", async () => {
    const texts = [
      "1.234,50 €",
      "0,5",
      "-12",
      "1 000 000,25",
      "+7,",
      "1'000",
      "1.5",
      "1,2,3",
      "12.34,5",
      "x",
    ];
    expect(await read(texts, real, { decimal: "," })).toEqual([
      ...[1234.5, 0.5, -12, 1_000_000.25, 7, 1000],
      ...[Number.NaN, Number.NaN, Number.NaN, Number.NaN],
    ]);
    expect(await read(["$1,234.50", "0.5", "1,5", "1e3"], real, { decimal: "." })).toEqual([
      ...[1234.5, 0.5, Number.NaN, 1000],
    ]);
    expect(await read(["1,234.50", "0.5"], real, {})).toEqual([Number.NaN, 0.5]);
  });

  it("come back whatever they are", async () => {
    const numbers = fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        numbers,
        fc.constantFrom("de-DE", "fr-FR", "en-US"),
        async (cents, locale) => {
          const values = cents.map((value) => value / 100);
          const format = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 });
          const decimal = locale === "en-US" ? "." : ",";
          const texts = values.map((value) => format.format(value));
          expect(await read(texts, real, { decimal })).toEqual(values.map((value) => value + 0));
        },
      ),
      { numRuns: 10, seed: 1 },
    );
  });
});

describe("dates of a file", () => {
  it("are read by their patterns, and ISO dates beside them", async () => {
    const texts = ["31.12.2020", "1.2.2021", "2021-03-04", "12/31/2020", "32.1.2020", "29.02.2021"];
    expect(await read(texts, date, { dates: ["DD.MM.YYYY"] })).toEqual([
      ...[day("2020-12-31"), day("2021-02-01"), day("2021-03-04")],
      ...[Number.NaN, Number.NaN, Number.NaN],
    ]);
    expect(await read(["03/04/20"], date, { dates: ["MM/DD/YY"] })).toEqual([day("2020-03-04")]);
    expect(await read(["7-Jan-2020"], date, { dates: ["DD-MMM-YYYY"] })).toEqual([
      day("2020-01-07"),
    ]);
    const noon = ["03/04/2020 12:30 PM", "03/04/2020 12:30 AM", "03/04/2020"];
    const seconds = day("2020-03-04") * 86_400;
    expect(await read(noon, datetime, { dates: ["MM/DD/YYYY hh:mm AM", "MM/DD/YYYY"] })).toEqual([
      seconds + 12.5 * 3600,
      seconds + 0.5 * 3600,
      seconds,
    ]);
  });

  it("have patterns with a day, a month and a year, each once, and no other letters", () => {
    expect(strptimeOf("DD.MM.YYYY hh:mm:ss")).toBe("%d.%m.%Y %H:%M:%S");
    expect(strptimeOf("YYYY/M/D")).toBe("%Y/%m/%d");
    for (const wrong of ["DD.MM", "dd.mm.yyyy", "DD.MM.YYYY x", "%d", "DD.DD.YYYY", ""])
      expect(strptimeOf(wrong)).toBeUndefined();
  });

  it("are refused in patterns that say nothing", async () => {
    const { diagnostics } = await compile(
      'source s = csv "s.csv" decimal ";" dates "dd.mm.yyyy"\ntable t from s { a: int 0..9 }\ngenerate 1 rows',
    );
    expect(diagnostics.filter(({ code }) => code === "P0314")).toHaveLength(2);
  });
});

/** Rows as a program of that country writes them. */
function file(
  name: string,
  header: string,
  row: (at: number) => string,
  encoding: BufferEncoding = "utf8",
) {
  const lines = Array.from({ length: 300 }, (_, at) => row(at));
  writeFileSync(join(folder, name), `${header}\n${lines.join("\n")}\n`, encoding);
}

describe("a draft", () => {
  it("finds how a German file writes numbers and dates, and its output is judged beside it", async () => {
    const cities = ["Köln", "Ulm", "München"];
    file(
      "de.csv",
      "Stadt;Tag;Betrag in Euro",
      (at) =>
        `${cities[at % 3]};${(at % 28) + 1}.${(at % 12) + 1}.2021;${1 + (at % 9)}.${100 + at},5`,
      "latin1",
    );
    const { text } = await draftSpec("de.csv", { folder });
    expect(text).toContain('encoding "latin-1" decimal "," dates "DD.MM.YYYY"');
    expect(text).toMatch(/Tag: +date 2021-01-01\.\.2021-12-31/);
    const spec = text
      .replace("1_000 rows", "200 rows")
      .replace(" encoding", ' delimiter ";" encoding');
    const { plan } = await compile(spec, { folder });
    const { outputs } = await runPlan(plan as NonNullable<typeof plan>, { folder });
    await writeTable(outputs[0]?.table as never, join(folder, "made.csv"));
    const report = await evaluateFiles({
      text: spec,
      real: join(folder, "de.csv"),
      synthetic: join(folder, "made.csv"),
    });
    expect(JSON.stringify(report)).toContain("Köln");
  });

  it("tells American dates by their days, and by the other columns where they could be either", async () => {
    file(
      "us.csv",
      "sold,paid,price",
      (at) =>
        `${(at % 12) + 1}/${(at % 28) + 1}/2021,${(at % 12) + 1}/${(at % 5) + 1}/2021,"$1,${100 + at}.25"`,
    );
    const { text } = await draftSpec("us.csv", { folder });
    expect(text).toContain('decimal "." dates "MM/DD/YYYY"');
    expect(text).toMatch(/paid: +date/);
    expect(text).toMatch(/price: +real 1100\.\.1400/);
  });

  it("says where days and months could change places", async () => {
    const either = "# Guessed: which part of the dates is the day.";
    file("either.csv", "d,x", (at) => `${(at % 12) + 1}/${(at % 11) + 1}/2021,${at}`);
    const { text } = await draftSpec("either.csv", { folder });
    expect(text).toContain('dates "MM/DD/YYYY"');
    expect(text).toContain(either);
    file("sure.csv", "d,x", (at) => `${(at % 28) + 1}/${(at % 11) + 1}/2021,${at}`);
    expect((await draftSpec("sure.csv", { folder })).text).not.toContain(either);
  });

  it("reads percent as numbers, and numbers too long to be kept as names", async () => {
    file(
      "long.csv",
      "ticket,rate",
      (at) => `${9_007_199_254_740_993n + BigInt(at) * 2n},${(at % 40) / 4}%`,
    );
    const { text } = await draftSpec("long.csv", { folder });
    expect(text).toMatch(/rate: +real 0\.\.9\.8 step 0\.01 guessed/);
    expect(text).toMatch(/ticket: +text like/);
    const { plan } = await compile(text, { folder });
    expect((await runPlan(plan as NonNullable<typeof plan>, { folder })).outputs).toHaveLength(1);
  });

  it("says nothing of files in the usual form", async () => {
    file("iso.csv", "d,x,word", (at) => `2021-01-0${(at % 9) + 1},${at / 4},w${at % 5}`);
    const { text } = await draftSpec("iso.csv", { folder });
    expect(text).toContain('source iso_file = csv "iso.csv"\n');
  });
});
