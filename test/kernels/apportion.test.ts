import fc from "fast-check";
import { expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import {
  Apportioner,
  apportionPlain,
  type CodeTable,
  cumulate,
} from "../../src/kernels/apportion.js";

/** A table with some runs of no weight, and rows with parents. */
function made(cells: number, size: number, rows: number, seed: number) {
  const random = stream(seed, "made");
  const joint = Float64Array.from({ length: cells * size }, () =>
    Math.max(0, random.uniform() - 0.3),
  );
  joint.fill(0, 0, size);
  const marginal = Float64Array.from({ length: size }, () => random.uniform());
  const parents = Int32Array.from({ length: rows }, () => random.below(cells));
  return { table: { size, joint, marginal }, parents };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

it("gives the same codes as the plain twin, and leaves the stream at the same place", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 4100 }),
      fc.nat(),
      (cells, size, rows, seed) => {
        const { table, parents } = made(cells, size, rows, seed);
        const other: CodeTable = { ...table, joint: table.joint.slice().reverse() };
        const kernel = new Apportioner([other, table], false);
        const runs = cumulate(table, new Float64Array(cells * size));
        const [a, b] = [stream(seed, "draw"), stream(seed, "draw")];
        for (let again = 0; again < 2; again++) {
          const codes = kernel.draw(1, parents, a).slice();
          expect(codes).toEqual(apportionPlain(parents, size, runs, b));
        }
        expect(a.uint32()).toBe(b.uint32());
      },
    ),
    { numRuns: 60 },
  );
});

it("gives each code in each group its share of the rows, up to one row", () => {
  const { table, parents } = made(5, 7, 4000, 3);
  const codes = new Apportioner([table], false).draw(0, parents, stream(3, "draw"));
  for (let cell = 0; cell < 5; cell++) {
    const rows = parents.filter((own) => own === cell).length;
    const own = table.joint.subarray(cell * 7, cell * 7 + 7);
    const run = total(own) > 0 ? own : table.marginal;
    for (let code = 0; code < 7; code++) {
      const expected = (rows * (run[code] as number)) / total(run);
      const seen = codes.filter((one, row) => one === code && parents[row] === cell).length;
      expect(Math.abs(seen - expected)).toBeLessThan(1);
    }
  }
});

it("says nothing about which row of a group gets which code", () => {
  // 4,000 drawings of 100 rows that are half 0, half 1: each row has each code as often, and two rows
  // equal codes with chance 49/99. 4.5 standard errors each: a false alarm once in 500 such tests.
  const table = { size: 2, joint: Float64Array.of(1, 1), marginal: Float64Array.of(1, 1) };
  const kernel = new Apportioner([table], false);
  const random = stream(4, "draw");
  const ones = new Float64Array(100);
  const same = new Float64Array(100);
  for (let trial = 0; trial < 4000; trial++) {
    const codes = kernel.draw(0, new Int32Array(100), random);
    for (let row = 0; row < 100; row++) {
      ones[row] = (ones[row] as number) + (codes[row] as number);
      const next = codes[(row + 1) % 100] as number;
      same[row] = (same[row] as number) + Number(codes[row] === next);
    }
  }
  for (let row = 0; row < 100; row++) {
    expect(Math.abs((ones[row] as number) - 2000)).toBeLessThan(4.5 * Math.sqrt(1000));
    const chance = 49 / 99;
    const error = Math.sqrt(4000 * chance * (1 - chance));
    expect(Math.abs((same[row] as number) - 4000 * chance)).toBeLessThan(4.5 * error);
  }
});
