import fc from "fast-check";
import { expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import type { ByteColumn } from "../../src/kernels/count.js";
import {
  type Ask,
  columnGrowthPlain,
  countsPlain,
  type GrowRules,
  type GrowTarget,
  growthPlain,
} from "../../src/kernels/grow-tree.js";
import { TreeGrower } from "../../src/kernels/tree-grower.js";

/** A column of codes up to `size`, few of them common, and by which its successor may be told. */
function columnOf(rows: number, size: number, seed: number): ByteColumn {
  const random = stream(seed, "codes", size);
  const codes = Uint8Array.from({ length: rows }, () =>
    Math.min(size - 1, Math.floor(size * random.uniform() * random.uniform() * 1.2)),
  );
  return { codes, size };
}

function askOf(column: ByteColumn, seed: number): Ask {
  const random = stream(seed, "rank");
  if (random.below(2) === 0) return { column, rank: undefined };
  const order = Uint8Array.from({ length: column.size }, (_, code) => code);
  return { column, rank: random.shuffle(order) };
}

/** Classes or scores that go with the columns, and some noise. */
function targetOf(columns: readonly ByteColumn[], rows: number, kinds: number, seed: number) {
  const random = stream(seed, "target");
  const own = Uint16Array.from({ length: rows }, (_, row) => {
    const told = columns.reduce((sum, { codes }, at) => sum + (codes[row] as number) * (at + 1), 0);
    return kinds === 1 ? (told * 97 + random.below(300)) % 65536 : (told + random.below(3)) % kinds;
  });
  return { own, kinds } satisfies GrowTarget;
}

const table = fc.record({
  sizes: fc.array(fc.constantFrom(1, 2, 3, 17, 100, 256), { minLength: 1, maxLength: 6 }),
  rows: fc.constantFrom(1, 2, 9, 60, 600),
  kinds: fc.constantFrom(1, 1, 3, 4, 9, 17, 64),
  minLeaf: fc.constantFrom(1, 5, 30),
  worth: fc.constantFrom(0, 2),
  tries: fc.constantFrom(0, 0, 1, 2, 5),
  again: fc.boolean(),
  seed: fc.nat(),
});

it("grows the same tree as the plain twin, arranges the rows alike and leaves the stream at the same place", () => {
  fc.assert(
    fc.property(table, ({ sizes, rows, kinds, minLeaf, worth, tries, again, seed }) => {
      const columns = sizes.map((size, at) => columnOf(rows, size, seed + at));
      const target = targetOf(columns, rows, kinds, seed);
      const asks = columns.map((column, at) => askOf(column, seed + at));
      const lots = stream(seed, "rows");
      const listed = Int32Array.from({ length: rows }, (_, at) => (again ? lots.below(rows) : at));
      const grower = new TreeGrower(columns, rows);
      // What a call before left behind must not matter.
      const others = listed.slice(0, Math.ceil(rows / 2));
      grower
        .take({ own: target.own.map((own) => own % 7), kinds: 7 }, others)
        .grow(asks, { minLeaf: 1, worth: 0 });
      const grown = [
        growthPlain,
        (...taken: Parameters<typeof growthPlain>) => grower.take(...taken),
      ].map((take) => {
        const random = stream(seed, "tries");
        const arranged = listed.slice();
        const growth = take(target, arranged);
        const tallies = columns.map((column) => growth.tally(column));
        const rules: GrowRules = {
          minLeaf,
          worth,
          ...(tries > 0 ? { tryAt: { count: tries, random } } : {}),
        };
        return { tallies, tree: growth.grow(asks, rules), arranged, next: random.uint32() };
      });
      expect(grown[1]).toEqual(grown[0]);
    }),
    { numRuns: 100 },
  );
});

it("does so for nodes of more rows than two bytes can count", () => {
  const rows = 40_000;
  for (const kinds of [1, 5, 40]) {
    const columns = [columnOf(rows, 254, 1), columnOf(rows, 5, 2)];
    const target = targetOf(columns, rows, kinds, 3);
    const asks = columns.map((column) => ({ column, rank: undefined }));
    const [plain, kernel] = [0, 1].map(() => Int32Array.from({ length: rows }, (_, row) => row));
    const rules = { minLeaf: 2000, worth: 2 };
    const expected = growthPlain(target, plain as Int32Array).grow(asks, rules);
    expect(
      new TreeGrower(columns, rows).take(target, kernel as Int32Array).grow(asks, rules),
    ).toEqual(expected);
    expect(kernel).toEqual(plain);
    expect(expected.child.length).toBeGreaterThan(5);
  }
});

it("asks about each of more columns than a word has bits", () => {
  const rows = 400;
  const columns = Array.from({ length: 90 }, (_, at) =>
    columnOf(rows, at === 80 ? 9 : 1 + (at % 3), at),
  );
  const target = {
    own: Uint16Array.from(columns[80]?.codes ?? [], (code) => code * 1000),
    kinds: 1,
  };
  const asks = columns.map((column, at) => askOf(column, at));
  const [plain, kernel] = [0, 1].map(() => Int32Array.from({ length: rows }, (_, row) => row));
  const rules = { minLeaf: 1, worth: 0 };
  const made = new TreeGrower(columns, rows).take(target, kernel as Int32Array).grow(asks, rules);
  expect(made).toEqual(growthPlain(target, plain as Int32Array).grow(asks, rules));
  expect(new Set(made.ask)).toContain(80);
});

it("takes in a column, and lays its values out, as the plain twin does", () => {
  const shape = fc.record({
    rows: fc.constantFrom(1, 2, 50, 400, 3000),
    size: fc.constantFrom(1, 2, 3, 40, 3000),
    kinds: fc.constantFrom(1, 3, 20),
    columns: fc.constantFrom(0, 1, 3),
    minLeaf: fc.constantFrom(1, 5, 400),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(shape, ({ rows, size, kinds, columns: width, minLeaf, seed }) => {
      const random = stream(seed, "values");
      const columns = Array.from({ length: width }, (_, at) => columnOf(rows, 30, seed + at));
      const values = Int32Array.from({ length: rows }, (_, row) =>
        random.below(9) === 0 ? -1 : (random.below(size) * (columns[0]?.codes[row] ?? 1)) % size,
      );
      const table = Uint16Array.from({ length: size }, () =>
        random.below(kinds === 1 ? 65536 : kinds),
      );
      const asks = columns.map((column, at) => askOf(column, seed + at));
      const grower = new TreeGrower(columns, rows);
      expect(grower.countsOf(values, size)).toEqual(countsPlain(values, size));
      const column = { values, table, kinds };
      const grown = [columnGrowthPlain(column), grower.takeColumn(column)].map((growth) => {
        const tree = growth.grow(asks, { minLeaf, worth: 2 });
        return { tree, rows: growth.rows, entries: growth.entries() };
      });
      expect(grown[1]).toEqual(grown[0]);
    }),
    { numRuns: 100 },
  );
});
