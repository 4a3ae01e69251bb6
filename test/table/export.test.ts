import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { ColumnType } from "../../src/table/column-type.js";
import { toCsv } from "../../src/table/csv-write.js";
import { writeTable } from "../../src/table/export.js";
import { openSource } from "../../src/table/source.js";
import { type CodeColumn, type Column, gatherColumn, type Table } from "../../src/table/table.js";

const folder = mkdtempSync(join(tmpdir(), "parable-export-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Recipe {
  readonly type: ColumnType;
  readonly cell: fc.Arbitrary<number | string>;
}

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }).filter((word) => !word.includes("\0")),
  fc.constantFrom(
    "",
    " ",
    ",",
    '"',
    '""',
    "\n",
    "\r\n",
    "a,b",
    "NA",
    "é",
    "x\ufeff",
    "1e5",
    "-",
    ";",
  ),
);
const sizes = (decimals: number) =>
  fc.integer({ min: -1e7, max: 1e7 }).map((n) => n / 10 ** decimals);
const categories = ["a", " b", "c,d", '"', "é\n", "1", "true"];
const recipes: readonly Recipe[] = [
  { type: { kind: "int", learned: true }, cell: fc.integer() },
  { type: { kind: "int", learned: true }, cell: fc.maxSafeInteger() },
  {
    type: { kind: "real", learned: true },
    cell: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n)),
  },
  { type: { kind: "real", step: 0.25, learned: true }, cell: sizes(0).map((n) => n / 4) },
  { type: { kind: "money", unit: "EUR", learned: true }, cell: sizes(2) },
  { type: { kind: "money", unit: "EUR", learned: true }, cell: sizes(3) },
  { type: { kind: "date", learned: true }, cell: fc.integer({ min: -200_000, max: 100_000 }) },
  { type: { kind: "datetime", learned: true }, cell: fc.integer({ min: -1e10, max: 1e10 }) },
  { type: { kind: "duration" }, cell: fc.nat() },
  {
    type: { kind: "category", values: categories, ordered: false, learned: false },
    cell: fc.constantFrom(...categories),
  },
  { type: { kind: "bool" }, cell: fc.constantFrom("false", "true") },
  { type: { kind: "text" }, cell: text },
];

const tables = fc
  .array(fc.tuple(fc.constantFrom(...recipes), fc.boolean()), { minLength: 1, maxLength: 6 })
  .chain((chosen) => {
    const row = fc.tuple(
      ...chosen.map(([{ cell }, full]) => (full ? cell : fc.option(cell, { freq: 4 }))),
    );
    return fc.array(row, { minLength: 1, maxLength: 12 }).map((rows) => ({ chosen, rows }));
  })
  .map(({ chosen, rows }): Table => {
    const columns = chosen.map(([{ type }], i) =>
      columnOf(
        type,
        i,
        rows.map((row) => row[i] ?? null),
      ),
    );
    return { kind: "table", name: "t", rows: rows.length, columns };
  });

function columnOf(type: ColumnType, i: number, cells: readonly (number | string | null)[]): Column {
  const name = `${["plain", "with space", 'quo"te', "com,ma"][i % 4]} ${i}`;
  if (
    cells.some((cell) => typeof cell === "number") ||
    ("learned" in type && type.kind !== "category")
  ) {
    const values = Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell)));
    return { kind: "number", name, type, values };
  }
  if (type.kind === "duration") {
    return { kind: "number", name, type, values: new Float64Array(cells.length).fill(Number.NaN) };
  }
  const words = cells.filter((cell) => typeof cell === "string");
  const levels =
    type.kind === "bool"
      ? ["false", "true"]
      : type.kind === "category"
        ? type.values
        : [...new Set(words)];
  const codes = Int32Array.from(cells, (cell) =>
    cell === null ? -1 : levels.indexOf(cell as string),
  );
  return { kind: "code", name, type, codes, levels };
}

function contents(column: Column): unknown[] {
  if (column.kind === "number") return [...column.values];
  return [...column.codes].map((code) => column.levels[code] ?? null);
}

async function back(
  path: string,
  format: string,
  table: Table,
  missing: string[] = [],
): Promise<Table> {
  const source = await openSource({ name: "s", format, where: path, missing }, { folder });
  const columns = table.columns.map(({ name, type }) => ({
    name,
    header: name,
    type,
    optional: true,
  }));
  return (await source.read({ name: "t", columns, keepExamples: true })).table;
}

const formats = [
  [".csv", "csv", 60],
  [".parquet", "parquet", 25],
  [".arrow", "arrow", 60],
  [".json", "frame", 60],
] as const;

describe("what is written reads back to exactly the same values", () => {
  it.each(formats)("%s", async (ending, format, numRuns) => {
    const path = join(folder, `t${ending}`);
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        // A lone column of texts can't tell an empty text from a missing one in CSV.
        fc.pre(
          ending !== ".csv" || table.columns.length > 1 || table.columns[0]?.type.kind !== "text",
        );
        await writeTable(table, path);
        const read =
          format === "frame" ? await fromJson(path, table) : await back(path, format, table);
        expect(read.columns.map(contents)).toEqual(table.columns.map(contents));
      }),
      { numRuns },
    );
  });

  it("with a word for missing values", async () => {
    const type: ColumnType = { kind: "int", learned: true };
    const values = Float64Array.of(1, Number.NaN);
    const table: Table = {
      kind: "table",
      name: "t",
      rows: 2,
      columns: [{ kind: "number", name: "a", type, values }],
    };
    expect(toCsv(table, { missing: ["?", ""] })).toBe("a\n1\n?\n");
    const path = join(folder, "words.csv");
    await writeTable(table, path, { missing: ["?"] });
    expect((await back(path, "csv", table, ["?"])).columns.map(contents)).toEqual([
      [1, Number.NaN],
    ]);
  });
});

async function fromJson(path: string, table: Table): Promise<Table> {
  const frames = new Map([["f", JSON.parse(readFileSync(path, "utf8"))]]);
  const source = await openSource(
    { name: "s", format: "frame", where: "f", missing: [] },
    { folder, frames },
  );
  const columns = table.columns.map(({ name, type }) => ({
    name,
    header: name,
    type,
    optional: true,
  }));
  return (await source.read({ name: "t", columns, keepExamples: true })).table;
}

const words: CodeColumn = {
  kind: "code",
  name: "w",
  type: { kind: "text" },
  codes: Int32Array.of(0, 1, -1),
  levels: ["NA", "x"],
};
const small: Table = { kind: "table", name: "t", rows: 3, columns: [words] };

it("rows of which 2,048 are wider than what Parquet is written in memory", async () => {
  const levels = Array.from({ length: 2100 }, (_, row) => `${row} `.repeat(6000));
  const codes = Int32Array.from(levels.keys());
  const column: CodeColumn = { kind: "code", name: "w", type: { kind: "text" }, codes, levels };
  const path = join(folder, "wide.parquet");
  const table: Table = { kind: "table", name: "t", rows: levels.length, columns: [column] };
  await writeTable(table, path);
  const [read] = (await back(path, "parquet", table)).columns.map(contents);
  // Not toEqual: it would print thirty kilobytes a difference.
  expect(read?.every((text, row) => text === levels[row]) && read.length === 2100).toBe(true);
});

describe("numbers are written in their type's format", () => {
  it("steps, money, dates", () => {
    const number = (type: ColumnType, ...values: number[]): Column => ({
      kind: "number",
      name: type.kind,
      type,
      values: Float64Array.from(values),
    });
    const table: Table = {
      kind: "table",
      name: "t",
      rows: 2,
      columns: [
        number({ kind: "money", unit: "EUR", learned: true }, 2.5, -0),
        number({ kind: "real", step: 0.1, learned: true }, 0.3, 4),
        number({ kind: "money", unit: "EUR", step: 10, learned: true }, 20, 30),
        number({ kind: "date", learned: true }, 0, -1),
        number({ kind: "datetime", learned: true }, 0, 86_399),
      ],
    };
    expect(toCsv(table).split("\n").slice(1)).toEqual([
      "2.50,0.3,20,1970-01-01,1970-01-01T00:00:00",
      "0.00,4.0,30,1969-12-31,1970-01-01T23:59:59",
      "",
    ]);
  });
});

describe("refuses", () => {
  it("a text that means missing", async () => {
    const path = join(folder, "refused.csv");
    await expect(writeTable(small, path, { missing: ["NA"] })).rejects.toMatchObject({
      code: "P1324",
    });
    expect(existsSync(path)).toBe(false);
  });
  it("an ending that it does not know", async () => {
    await expect(writeTable(small, "x.xlsx")).rejects.toMatchObject({ code: "P1323" });
    await expect(writeTable(small, "x")).rejects.toMatchObject({ code: "P1323" });
  });
  it("a folder that is a file", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(writeTable(small, join(folder, "file", "x.csv"))).rejects.toMatchObject({
      code: "P1325",
    });
  });
});

describe("whole or not at all", () => {
  const path = join(folder, "sub", "whole.csv");
  mkdirSync(join(folder, "sub"));

  it("keeps the old file when it is stopped, and leaves nothing over", async () => {
    writeFileSync(path, "old");
    const many = new Uint32Array(50_000);
    const table: Table = {
      kind: "table",
      name: "t",
      rows: many.length,
      columns: [gatherColumn(words, many)],
    };
    const stop = new AbortController();
    const writing = writeTable(table, path, { signal: stop.signal });
    setImmediate(() => stop.abort());
    await expect(writing).rejects.toMatchObject({ code: "P1326" });
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(join(folder, "sub"))).toEqual(["whole.csv"]);
    await writeTable(table, path);
    expect(readFileSync(path, "utf8").length).toBe(2 + 3 * 50_000);
  });
});
