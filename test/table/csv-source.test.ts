import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import type { ColumnType } from "../../src/table/column-type.js";
import { type ColumnRequest, openSource, type SourceSpec } from "../../src/table/source.js";
import { type CodeColumn, type Column, columnOf } from "../../src/table/table.js";

const folder = mkdtempSync(join(tmpdir(), "parable-csv-"));
afterAll(() => rmSync(folder, { recursive: true }));

const int = (min: number, max: number): ColumnType => ({ kind: "int", min, max, learned: false });
const words: ColumnType = { kind: "category", values: [], ordered: false, learned: true };
const among = (...values: string[]): ColumnType => ({
  kind: "category",
  values,
  ordered: false,
  learned: false,
});

function column(name: string, type: ColumnType, optional = false): ColumnRequest {
  return { name, header: name, type, optional };
}

async function source(content: string | Buffer, options: Partial<SourceSpec> = {}) {
  const where = options.where ?? "t.csv";
  writeFileSync(join(folder, where), content);
  return openSource({ name: "src", format: "csv", missing: [], ...options, where }, { folder });
}

async function read(
  content: string | Buffer,
  columns: ColumnRequest[],
  options: Partial<SourceSpec> = {},
) {
  const opened = await source(content, options);
  return opened.read({ name: "t", columns, keepExamples: true });
}

function plain(column: Column | undefined): unknown[] {
  if (column === undefined) return [];
  if (column.kind === "number") return [...column.values];
  return [...column.codes].map((code) => column.levels[code] ?? null);
}

describe("what a CSV file may look like", () => {
  it.each([
    ["comma", "a,b\n1,x\n2,y\n"],
    ["semicolon", "a;b\n1;x\n2;y\n"],
    ["tab", "a\tb\n1\tx\n2\ty\n"],
    ["bar", "a|b\n1|x\n2|y\n"],
    ["Windows line ends", "a,b\r\n1,x\r\n2,y\r\n"],
    ["no last line end", "a,b\n1,x\n2,y"],
    ["everything quoted", '"a","b"\n"1","x"\n"2","y"\n'],
    ["byte order mark", "\ufeffa,b\n1,x\n2,y\n"],
    ["spaces", "a,b\n 1, x\n2 ,y \n"],
  ])("%s", async (_, content) => {
    const { table, findings } = await read(content, [column("a", int(0, 9)), column("b", words)]);
    expect(findings).toEqual([]);
    expect(plain(columnOf(table, "a"))).toEqual([1, 2]);
    expect(plain(columnOf(table, "b"))).toEqual(["x", "y"]);
  });

  it("reads quoted delimiters, quotation marks and line breaks", async () => {
    const content = 'a,b\n"x, ""y""",1\n"two\nlines",2\n';
    const { table } = await read(content, [column("a", { kind: "text" }), column("b", int(1, 2))]);
    expect(plain(columnOf(table, "a"))).toEqual(['x, "y"', "two\nlines"]);
  });

  it("reads gzip, UTF-16 and latin-1", async () => {
    const content = "a,b\n1,é\n2,ü\n";
    const columns = [column("a", int(1, 2)), column("b", words)];
    const zipped = await read(gzipSync(content), columns, { where: "t.csv.gz" });
    expect(plain(columnOf(zipped.table, "b"))).toEqual(["é", "ü"]);
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(content, "utf16le")]);
    const utf16 = await read(wide, columns);
    expect(plain(columnOf(utf16.table, "b"))).toEqual(["é", "ü"]);
    const latin = await read(Buffer.from(content, "latin1"), columns, { encoding: "latin-1" });
    expect(plain(columnOf(latin.table, "b"))).toEqual(["é", "ü"]);
  });

  it("passes over the line by which Excel is told the delimiter, and columns without a name", async () => {
    const opened = await source('\ufeffsep=;\r\na;"b,c";;\r\n1;x;;\r\n2;y;;\r\n');
    expect(await opened.headers()).toEqual(["a", "b,c", "", ""]);
    expect(await opened.rowsAbout?.()).toBe(2);
    const columns = [column("a", int(0, 9)), column("b,c", words)];
    const { table } = await opened.read({ name: "t", columns, keepExamples: true });
    expect(plain(columnOf(table, "a"))).toEqual([1, 2]);
    expect(plain(columnOf(table, "b,c"))).toEqual(["x", "y"]);
  });

  it("takes words for missing values, and the empty cell always", async () => {
    const content = "a,b\n1,?\n?,x\n,y\n4,\n";
    const columns = [column("a", int(0, 9), true), column("b", among("x", "y"), true)];
    const { table, findings } = await read(content, columns, { missing: ["?"] });
    expect(plain(columnOf(table, "a"))).toEqual([1, Number.NaN, Number.NaN, 4]);
    expect(plain(columnOf(table, "b"))).toEqual([null, "x", "y", null]);
    expect(findings).toEqual([]);
  });
});

describe("types", () => {
  it("reads dates, datetimes, durations, truth values, steps", async () => {
    const content =
      "d,t,s,b,m\n2024-02-29,2024-02-29T12:00:01Z,1:30:00,yes,10\n1970-01-02,1970-01-01 00:01:00,90,0,14\n";
    const { table, findings } = await read(content, [
      column("d", { kind: "date", learned: true }),
      column("t", { kind: "datetime", learned: true }),
      column("s", { kind: "duration" }),
      column("b", { kind: "bool" }),
      column("m", { kind: "money", unit: "EUR", step: 10, learned: true }),
    ]);
    expect(plain(columnOf(table, "d"))).toEqual([19782, 1]);
    expect(plain(columnOf(table, "t"))).toEqual([19782 * 86400 + 43201, 60]);
    expect(plain(columnOf(table, "s"))).toEqual([5400, 90]);
    expect(plain(columnOf(table, "b"))).toEqual(["true", "false"]);
    expect(plain(columnOf(table, "m"))).toEqual([10, 10]);
    expect(columnOf(table, "d")?.type).toEqual({ kind: "date", learned: true, min: 1, max: 19782 });
    expect(findings).toEqual([expect.objectContaining({ kind: "note", column: "m", count: 1 })]);
  });

  it("sorts learned levels and keeps declared order", async () => {
    const { table } = await read("a,b,c\nz,z,10\ny,y,9\n", [
      column("a", words),
      column("b", among("z", "y", "never")),
      column("c", words),
    ]);
    const levels = (name: string) => (columnOf(table, name) as CodeColumn).levels;
    expect(levels("a")).toEqual(["y", "z"]);
    expect(levels("b")).toEqual(["z", "y", "never"]);
    expect(levels("c")).toEqual(["9", "10"]);
  });
});

describe("values outside the declared domain", () => {
  const content = "a,b\n1,x\n99,y\nfoo,x\n3,q\n,x\n";

  it("leave their rows out, each counted with examples", async () => {
    const columns = [column("a", int(0, 9)), column("b", among("x", "y"))];
    const { table, rowsRead, findings } = await read(content, columns);
    expect(rowsRead).toBe(5);
    expect(table.rows).toBe(1);
    expect(findings).toMatchObject([
      { kind: "outside-domain", column: "a", count: 2, examples: ["foo", "99"] },
      { kind: "missing-undeclared", column: "a", count: 1 },
      { kind: "outside-domain", column: "b", count: 1, examples: ["q"] },
    ]);
  });

  it("are missing where the column may be", async () => {
    const columns = [column("a", int(0, 9), true), column("b", among("x", "y"), true)];
    const { table, findings } = await read(content, columns);
    expect(plain(columnOf(table, "a"))).toEqual([1, Number.NaN, Number.NaN, 3, Number.NaN]);
    expect(findings.map((finding) => finding.count)).toEqual([2, 1]);
  });

  it("show no examples where they must not", async () => {
    const opened = await source(content);
    const columns = [column("a", int(0, 9), true)];
    const { findings } = await opened.read({ name: "t", columns, keepExamples: false });
    expect(findings[0]?.examples).toEqual([]);
  });

  it("stop the reading when no row is left", async () => {
    await expect(read(content, [column("b", int(0, 9))])).rejects.toMatchObject({ code: "P1320" });
  });
});

describe("bad files", () => {
  const a = [column("a", int(0, 9))];
  const failing = async (content: string | Buffer, code: string, options = {}, columns = a) => {
    await expect(read(content, columns, options)).rejects.toMatchObject({ code });
  };

  it("missing, with the name that was likely meant", async () => {
    await source("a\n1\n", { where: "adult.csv" });
    const spec = { name: "src", format: "csv", where: "adlut.csv", missing: [] };
    const opened = await openSource(spec, { folder });
    await expect(opened.headers()).rejects.toMatchObject({
      code: "P1302",
      diagnostic: { try: [{ label: "did you mean adult.csv?" }] },
    });
  });
  it("empty", () => failing("", "P1303"));
  it("header only", () => failing("a,b\n", "P1304"));
  it("wrong delimiter", () => failing("a;b\n1;2\n", "P1305", { delimiter: "," }));
  it("duplicate headers", () => failing("a,b,a\n1,2,3\n", "P1306"));
  it("a header without end", () => failing(`a,${"x".repeat(400_000)}`, "P1307"));
  it("a gigantic line", () => failing(`a,b\n1,2\n1,${"x".repeat(2 ** 24 + 9)}\n`, "P1307"));
  it("bytes that are no UTF-8", () =>
    failing(Buffer.from("a,b\n1,\xe9\n", "latin1"), "P1308", {}, [column("b", words)]));
  it("a header that is not there", () => failing("A,b\n1,2\n", "P1309"));
  it("too many fields in a line", () => failing("a,b\n1,2\n3,4,5\n", "P1311"));
  it("too few fields in a line", () => failing("a,b\n1,2\n3\n", "P1311"));
  it("a quotation mark that is never closed", () =>
    failing('a,b\n1,2\n3,"4\n5,6\n', "P1327", {}, [column("b", words)]));
  it("a folder in place of a file", async () => {
    const opened = await openSource(
      { name: "src", format: "csv", where: ".", missing: [] },
      { folder },
    );
    await expect(opened.headers()).rejects.toMatchObject({
      code: "P1310",
      diagnostic: { try: [{ label: "name a file in it" }] },
    });
  });

  it("an address of the web in place of a file", async () => {
    const where = "https://example.com/x.csv";
    const opened = await openSource({ name: "src", format: "csv", missing: [], where }, { folder });
    await expect(opened.headers()).rejects.toMatchObject({
      code: "P1302",
      diagnostic: { try: [{ label: expect.stringContaining("download the file") }] },
    });
  });
});

it("tells facts for drafting", async () => {
  const opened = await source("a,b,c,d\n1,x,2024-01-01,yes\n2,y,2024-01-03,no\n?,x,,no\n", {
    missing: ["?"],
  });
  expect(await opened.facts()).toMatchObject([
    { header: "a", looksLike: "int", rows: 3, missing: 1, distinct: 2, min: "1", max: "2" },
    { header: "b", looksLike: "text", values: ["x", "y"] },
    { header: "c", looksLike: "date", min: "2024-01-01", max: "2024-01-03", missing: 1 },
    { header: "d", looksLike: "bool" },
  ]);
});

it("knows about how many rows there are: exactly in a small file, to two digits in a large one", async () => {
  expect(await (await source("a\n1\n2\n3\n")).rowsAbout()).toBe(3);
  expect(await (await source("a\n1\n2\n3")).rowsAbout()).toBe(3);
  expect(await (await source('a,b\n1,"x\ny ""z"""\n2,\n')).rowsAbout()).toBe(2);
  const line = "1234,abcdef\n";
  expect(await (await source(`a,b\n${line.repeat(123_456)}`)).rowsAbout()).toBe(123_456);
  expect(await (await source(`a,b\n${line.repeat(1_523_456)}`)).rowsAbout()).toBe(1_500_000);
});
