import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  Table as ArrowTable,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  vectorFromArray,
} from "apache-arrow";
import { afterAll, describe, expect, it } from "vitest";
import { toArrow } from "../../src/table/arrow.js";
import type { ColumnType } from "../../src/table/column-type.js";
import { type DanfoModule, toDanfo } from "../../src/table/danfo.js";
import { fromFrame } from "../../src/table/from-frame.js";
import { toObjects } from "../../src/table/rows.js";
import { type ColumnRequest, openSource } from "../../src/table/source.js";
import type { Column, Table } from "../../src/table/table.js";

const folder = mkdtempSync(join(tmpdir(), "parable-sources-"));
afterAll(() => rmSync(folder, { recursive: true }));

const learned: ColumnType = { kind: "category", values: [], ordered: false, learned: true };
const real: ColumnType = { kind: "real", learned: true };
const columns: readonly ColumnRequest[] = [
  { name: "n", header: "n", type: { kind: "int", min: 0, max: 9, learned: false }, optional: true },
  { name: "s", header: "s", type: learned, optional: true },
  { name: "d", header: "d", type: { kind: "date", learned: true }, optional: true },
  { name: "b", header: "b", type: { kind: "bool" }, optional: true },
];
const expected = [
  [1, Number.NaN, 3],
  ["x", "y", null],
  [19_782, Number.NaN, 0],
  ["true", null, "false"],
];
const query = `SELECT * FROM (VALUES (1, 'x', DATE '2024-02-29', true), (NULL, 'y', NULL, NULL),
  (3, NULL, DATE '1970-01-01', false)) t(n, s, d, b)`;

async function duckdb(...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

async function read(format: string, where: string, table?: string, frames?: Map<string, unknown>) {
  const spec = { name: "src", format, where, missing: [] };
  const source = await openSource(spec, frames === undefined ? { folder } : { folder, frames });
  const request = { name: "t", columns, keepExamples: true };
  return source.read(table === undefined ? request : { ...request, table });
}

function contents(column: Column): unknown[] {
  if (column.kind === "number") return [...column.values];
  return [...column.codes].map((code) => column.levels[code] ?? null);
}

async function agrees(...args: Parameters<typeof read>): Promise<void> {
  const { table, findings } = await read(...args);
  expect(table.columns.map(contents)).toEqual(expected);
  expect(findings).toEqual([]);
}

describe("files", () => {
  it("Parquet", async () => {
    await duckdb(`COPY (${query}) TO '${join(folder, "t.parquet")}' (FORMAT parquet)`);
    await agrees("parquet", "t.parquet");
  });
  it("JSON lines and arrays", async () => {
    await duckdb(
      `COPY (${query}) TO '${join(folder, "lines.json")}' (FORMAT json)`,
      `COPY (${query}) TO '${join(folder, "array.json")}' (FORMAT json, ARRAY true)`,
    );
    await agrees("json", "lines.json");
    await agrees("json", "array.json");
  });
  it("DuckDB files, by table", async () => {
    const path = join(folder, "t.duckdb");
    await duckdb(
      `ATTACH '${path}' AS f`,
      `CREATE TABLE f.a AS ${query}`,
      "CREATE TABLE f.z(q INTEGER)",
    );
    await agrees("duckdb", "t.duckdb", "a");
    const source = await openSource(
      { name: "src", format: "duckdb", where: "t.duckdb", missing: [] },
      { folder },
    );
    expect(await source.tables()).toEqual(["a", "z"]);
    expect(await source.headers("a")).toEqual(["n", "s", "d", "b"]);
    await expect(source.headers("q")).rejects.toMatchObject({ code: "P1313" });
    await expect(source.headers()).rejects.toMatchObject({ code: "P1319" });
  });
  it("of types that are neither numbers, moments nor texts are read by their texts, with and without missing words", async () => {
    const path = join(folder, "odd.parquet");
    await duckdb(
      `COPY (SELECT uuid() AS u, [1, range] AS l, {'a': range} AS s, TIME '10:00:00' AS t, (range::HUGEINT * 10::HUGEINT ** 20)::DECIMAL(38, 0) AS h, 'ab'::BLOB AS b, CASE WHEN range = 1 THEN 'x' ELSE 'y' END::ENUM('x', 'y') AS e FROM range(9)) TO '${path}' (FORMAT parquet)`,
    );
    for (const missing of [[], ["y"]]) {
      const spec = { name: "src", format: "parquet", where: path, missing };
      const source = await openSource(spec, { folder });
      expect((await source.facts()).map(({ rows }) => rows)).toEqual(Array(7).fill(9));
      const headers = await source.headers();
      const wanted = headers.map((name) => ({ name, header: name, type: learned, optional: true }));
      const { table } = await source.read({ name: "t", columns: wanted, keepExamples: true });
      const sizes = table.columns.map((column) =>
        column.kind === "code" ? column.levels.length : -1,
      );
      expect(sizes).toEqual([9, 9, 9, 1, 9, 1, missing.length === 0 ? 2 : 1]);
      const numbers = wanted.map((column) => ({ ...column, type: real }));
      await source.read({ name: "t", columns: numbers.slice(0, 6), keepExamples: true });
    }
  });
  it("Arrow files", async () => {
    const { table } = await read("parquet", "t.parquet");
    writeFileSync(join(folder, "t.arrow"), tableToIPC(await toArrow(table), "stream"));
    await agrees("arrow", "t.arrow");
  });
  it("broken ones are told apart from missing ones", async () => {
    writeFileSync(join(folder, "broken.bin"), "not what it says");
    writeFileSync(join(folder, "empty.bin"), "");
    for (const format of ["parquet", "duckdb", "arrow"]) {
      await expect(read(format, "broken.bin")).rejects.toMatchObject({ code: "P1312" });
      await expect(read(format, "empty.bin")).rejects.toMatchObject({ code: "P1303" });
      await expect(read(format, "nowhere.bin")).rejects.toMatchObject({ code: "P1302" });
    }
    await expect(read("json", "broken.bin")).rejects.toMatchObject({ code: "P1312" });
  });
  it("a format that there is not", async () => {
    await expect(read("excel", "t.xlsx")).rejects.toMatchObject({ code: "P1301" });
  });
});

describe("frames", () => {
  const objects = [
    { n: 1, s: "x", d: "2024-02-29", b: true },
    { n: null, s: "y", b: undefined },
    { n: 3n, s: null, d: new Date(0), b: false },
  ];
  const named = (value: unknown) => new Map([["f", value]]);

  it("arrays of objects, objects of arrays", async () => {
    await agrees("frame", "f", undefined, named(objects));
    const arrays = {
      n: Float64Array.of(1, Number.NaN, 3),
      s: ["x", "y", null],
      d: ["2024-02-29", null, "1970-01-01"],
      b: [true, null, false],
    };
    await agrees("frame", "f", undefined, named(arrays));
  });
  it("Arrow tables, of whichever version", async () => {
    const arrow = tableFromArrays({ n: Int32Array.of(1, 2, 3), s: ["x", "y", "z"] });
    const table = await fromFrame(arrow, "t");
    expect(table?.columns.map(contents)).toEqual([
      [1, 2, 3],
      ["x", "y", "z"],
    ]);
    const moments = new ArrowTable({ d: vectorFromArray([new Date(0), null]) });
    expect((await fromFrame(moments, "t"))?.columns.map(contents)).toEqual([[0, Number.NaN]]);
  });
  it("our own tables, without loss", async () => {
    const { table } = await read("frame", "f", undefined, named(objects));
    await agrees("frame", "f", undefined, named(table));
    expect(await fromFrame(table, "t")).toBe(table);
  });
  it("danfo's DataFrames, in and out", async () => {
    /** As danfo keeps a frame: the constructor that `toDanfo` calls, the getter that `frame` reads. */
    class DataFrame {
      readonly columns: readonly string[];
      readonly shape: readonly number[];
      readonly getColumnData: readonly (readonly unknown[])[];
      readonly dtypes: readonly string[];
      constructor(
        data: Readonly<Record<string, readonly unknown[]>>,
        options: { columns: readonly string[]; dtypes: readonly string[] },
      ) {
        this.columns = options.columns;
        this.dtypes = options.dtypes;
        this.getColumnData = options.columns.map((name) => data[name] ?? []);
        this.shape = [this.getColumnData[0]?.length ?? 0, options.columns.length];
      }
    }
    const danfo: DanfoModule = { DataFrame };
    const { table } = await read("frame", "f", undefined, named(objects));
    const frame = await toDanfo(table, danfo);
    expect((frame as DataFrame).dtypes).toEqual(["float32", "string", "string", "boolean"]);
    await agrees("frame", "f", undefined, named(frame));
  });
  it("what is no frame, or not there", async () => {
    await expect(read("frame", "f", undefined, named(42))).rejects.toMatchObject({ code: "P1316" });
    await expect(read("frame", "f", undefined, named([1, 2]))).rejects.toMatchObject({
      code: "P1316",
    });
    await expect(read("frame", "g", undefined, named(objects))).rejects.toMatchObject({
      code: "P1315",
    });
    await expect(read("frame", "g")).rejects.toMatchObject({ code: "P1315" });
  });
});

describe("rows as objects", () => {
  const table: Table = {
    kind: "table",
    name: "t",
    rows: 2,
    columns: [
      {
        kind: "number",
        name: "day",
        type: { kind: "date", learned: true },
        values: Float64Array.of(0, Number.NaN),
      },
      {
        kind: "code",
        name: "ok",
        type: { kind: "bool" },
        codes: Int32Array.of(1, -1),
        levels: ["false", "true"],
      },
      {
        kind: "number",
        name: "toJSON x",
        type: { kind: "real", learned: true },
        values: Float64Array.of(1.5, 2),
      },
    ],
  };
  it("read like plain objects", () => {
    const [first, second] = toObjects(table);
    expect(first?.["day"]).toBe("1970-01-01");
    expect(second?.["ok"]).toBeNull();
    expect(JSON.stringify(first)).toBe('{"day":"1970-01-01","ok":true,"toJSON x":1.5}');
    const seen: string[] = [];
    for (const key in second) seen.push(key);
    expect(seen).toEqual(["day", "ok", "toJSON x"]);
  });
});

it("an Arrow table of ours keeps its types", async () => {
  const { table } = await read("parquet", "t.parquet");
  const again = tableFromIPC(tableToIPC(await toArrow(table)));
  expect(again.schema.fields.map((field) => String(field.type))).toEqual([
    "Int32",
    "Dictionary<Int32, Utf8>",
    "Date32<DAY>",
    "Bool",
  ]);
});
