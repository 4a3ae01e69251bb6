import { describe, expect, it } from "vitest";
import type { ColumnType } from "../../src/table/column-type.js";
import { frameOf, sourceOfFrame } from "../../src/table/frame-source.js";

const spec = { name: "s", format: "frame", where: "f", missing: ["?"] };

const types: readonly ColumnType[] = [
  { kind: "int", learned: false, min: 0, max: 9 },
  { kind: "real", learned: true },
  { kind: "date", learned: true },
  { kind: "datetime", learned: true },
  { kind: "duration" },
  { kind: "bool" },
  { kind: "category", values: [], ordered: false, learned: true },
  { kind: "text" },
];

const throwing = {
  toString(): string {
    throw new Error("the secret of one row");
  },
};

/** The third cell beside two plain ones, as it is read; null for missing. */
async function third(type: ColumnType, cell: unknown): Promise<string | number | null> {
  const source = sourceOfFrame(spec, async () =>
    frameOf(spec, [{ x: 1 }, { x: "b" }, { x: cell }]),
  );
  const columns = [{ name: "x", header: "x", type, optional: true }];
  const { table } = await source.read({ name: "t", columns, keepExamples: false, protected: true });
  const column = table.columns[0]!;
  if (column.kind === "code") return column.levels[column.codes[2]!] ?? null;
  const value = column.values[2]!;
  expect(Number.isNaN(value) || Number.isFinite(value)).toBe(true);
  return Number.isNaN(value) ? null : value;
}

describe("a cell of a frame", () => {
  it.each(types)("that is no date is missing in $kind", async (type) => {
    expect(await third(type, new Date("never"))).toBeNull();
  });

  it.each(types)("ends no reading in $kind, however odd it is", async (type) => {
    for (const odd of [Object.create(null), throwing, Symbol("x"), 10n ** 400n, [], () => 1, {}]) {
      await third(type, odd);
    }
  });

  it("that is a list or an object is its JSON", async () => {
    const [category] = types.filter(({ kind }) => kind === "category");
    const read = (cell: unknown) => third(category as ColumnType, cell);
    expect(await read({ a: { b: 1 } })).toBe('{"a":{"b":1}}');
    expect(await read([1, "x"])).toBe('[1,"x"]');
    const ring: { self?: unknown } = {};
    ring.self = ring;
    expect(await read(ring)).toBe("[no text]");
  });

  it("that is no date is missing to a draft, too", async () => {
    const rows = [{ x: new Date(0) }, { x: new Date("never") }];
    const [facts] = await sourceOfFrame(spec, async () => frameOf(spec, rows)).facts();
    expect(facts).toMatchObject({ looksLike: "date", missing: 1, min: "1970-01-01" });
  });
});
