import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { afterAll, expect, it } from "vitest";
import { writeTables } from "../../src/table/export.js";
import type { Column, Table } from "../../src/table/table.js";

const folder = mkdtempSync(join(tmpdir(), "parable-arrow-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rows = 40_000;

/** Rows `from..to` of a table; the later ones have levels that the first haven't. */
function piece(from: number, to: number): Table {
  const at = <T>(cell: (row: number) => T) =>
    Array.from({ length: to - from }, (_, i) => cell(from + i));
  const levels = ["a", "b", ...(to > 20_000 ? ["c"] : [])];
  const codes = Int32Array.from(at((row) => (row > 20_000 ? row % 3 : row % 2)));
  const words = Int32Array.from(at((row) => (row % 7 === 0 ? -1 : row - from)));
  const columns: Column[] = [
    {
      ...{ kind: "number", name: "n", type: { kind: "int", min: -5, max: 1e6, learned: false } },
      values: Float64Array.from(at((row) => (row % 5 === 0 ? Number.NaN : row))),
    },
    {
      ...{ kind: "number", name: "wide", type: { kind: "int", min: 0, learned: false } },
      values: Float64Array.from(at((row) => row * 1e6)),
    },
    {
      ...{ kind: "code", name: "k", codes, levels },
      type: { kind: "category", values: levels, ordered: false, learned: true },
    },
    {
      ...{ kind: "code", name: "w", type: { kind: "text" }, codes: words },
      levels: at((row) => `é ${row}`),
    },
  ];
  return { kind: "table", name: "t", rows: to - from, columns };
}

async function* cut(...ends: number[]): AsyncGenerator<Table> {
  let from = 0;
  for (const end of [...ends, rows]) {
    yield piece(from, end);
    from = end;
  }
}

it("holds all rows whatever the batch, and its bytes don't hang on how they came", async () => {
  const path = join(folder, "a.arrow");
  const other = join(folder, "b.arrow");
  await writeTables(cut(16_384, 20_000), path);
  await writeTables(cut(1, 9_000, 9_001, 16_000, 20_000, 33_333), other);
  const bytes = readFileSync(path);
  expect(bytes.equals(readFileSync(other))).toBe(true);
  const read = tableFromIPC(bytes);
  expect(read.batches.length).toBe(3);
  expect(read.schema.fields.map(({ type }) => `${type}`)).toEqual([
    "Int32",
    "Float64",
    "Dictionary<Int32, Utf8>",
    "Utf8",
  ]);
  const [n, wide, k, w] = ["n", "wide", "k", "w"].map((name) => [...(read.getChild(name) ?? [])]);
  for (let row = 0; row < rows; row += 13) {
    expect(n?.[row]).toBe(row % 5 === 0 ? null : row);
    expect(wide?.[row]).toBe(row * 1e6);
    expect(k?.[row]).toBe("abc"[row > 20_000 ? row % 3 : row % 2]);
    expect(w?.[row]).toBe(row % 7 === 0 ? null : `é ${row}`);
  }
});

it("a table without rows keeps its columns", async () => {
  const path = join(folder, "empty.arrow");
  await writeTables(
    (async function* () {
      yield piece(0, 0);
    })(),
    path,
  );
  const read = tableFromIPC(readFileSync(path));
  expect([read.numRows, read.schema.fields.length]).toEqual([0, 4]);
});

it("a later value outside the declared bounds is told", async () => {
  const tables = async function* () {
    yield piece(0, 30_000);
    const last = piece(30_000, rows);
    (last.columns[0]?.kind === "number" ? last.columns[0].values : [])[7] = 1e12;
    yield last;
  };
  const writing = writeTables(tables(), join(folder, "c.arrow"));
  await expect(writing).rejects.toMatchObject({ code: "P1325" });
});
