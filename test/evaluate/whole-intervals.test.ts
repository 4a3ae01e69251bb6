import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { binnedColumns, compareTwo } from "../../src/evaluate/binned.js";
import { kMarginals } from "../../src/evaluate/k-marginal.js";
import { meanRatio } from "../../src/evaluate/mean-ratio.js";
import type { Column, Table } from "../../src/table/table.js";

const COLUMNS = 5;
const SIZES = [2, 3, 4, 5, 6];

/** The share of value `v` of a column among rows of a hidden class; `moved` is what the generator gets wrong. */
function chances(column: number, hidden: number, moved: number): readonly number[] {
  const weights = Array.from({ length: SIZES[column] as number }, (_, v) =>
    Math.exp(-((v + hidden * (column + 1)) % (SIZES[column] as number)) * 0.6 + moved * (v % 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Rows of three hidden classes, which tie all columns together. */
function drawn(rows: number, seed: number, side: string, moved: number): Table {
  const random = stream(seed, "whole", side, rows);
  const codes = SIZES.map(() => new Int32Array(rows));
  const known = [0, 1, 2].map((hidden) => SIZES.map((_, c) => chances(c, hidden, moved)));
  for (let row = 0; row < rows; row++) {
    const hidden = random.below(3);
    codes.forEach((own, c) => {
      let left = random.uniform();
      const shares = known[hidden]?.[c] as readonly number[];
      let value = 0;
      while (value < shares.length - 1 && left >= (shares[value] as number)) {
        left -= shares[value++] as number;
      }
      own[row] = value;
    });
  }
  const columns = codes.map((own, c): Column => {
    const levels = Array.from({ length: SIZES[c] as number }, (_, v) => String(v));
    const type = { kind: "category", values: levels, ordered: false, learned: false } as const;
    return { kind: "code", name: `c${c}`, codes: own, levels, type };
  });
  return { kind: "table", name: side, rows, columns };
}

/** The k-marginal score of the two populations. */
function trueScore(moved: number): number {
  let [sum, pairs] = [0, 0];
  const joint = (a: number, b: number, x: number, y: number, by: number) =>
    [0, 1, 2].reduce(
      (all, hidden) =>
        all + ((chances(a, hidden, by)[x] as number) * (chances(b, hidden, by)[y] as number)) / 3,
      0,
    );
  for (let a = 0; a < COLUMNS; a++) {
    for (let b = a + 1; b < COLUMNS; b++) {
      pairs++;
      for (let x = 0; x < (SIZES[a] as number); x++) {
        for (let y = 0; y < (SIZES[b] as number); y++) {
          sum += Math.abs(joint(a, b, x, y, 0) - joint(a, b, x, y, moved));
        }
      }
    }
  }
  return (2 - sum / pairs) * 500;
}

const SHAPES = [
  { real: 150, made: 400, moved: 0 },
  { real: 400, made: 100, moved: 0.4 },
  { real: 1500, made: 1500, moved: 0 },
  { real: 1500, made: 1500, moved: 0.1 },
  { real: 1500, made: 3000, moved: 0.8 },
  { real: 9000, made: 500, moved: 0.2 },
];

const ratioOf = (real: Table, synthetic: Table) => {
  const columns = binnedColumns({ name: "m", real, synthetic });
  return meanRatio(
    columns.flatMap((left, i) =>
      columns.slice(i + 1).map((right) => {
        const { ratio, counts } = compareTwo(left, right);
        if (ratio === undefined || counts === undefined) throw new Error("no ratio");
        return { left, right, ratio, counts };
      }),
    ),
  );
};

// Of 200 tables each, for twelve intervals in all: a cover of 0.95 would show 0.88 or less in one of them less than once
// in 2,000 (binomial). Seeds that nothing was tuned on.
describe.each(SHAPES)("intervals of scores of a whole table: %o", ({ real, made, moved }) => {
  const tables = Array.from({ length: 200 }, (_, i) => ({
    real: drawn(real, 9000 + i, "real", 0),
    made: drawn(made, 9000 + i, "made", moved),
  }));

  it("hold NIST's k-marginal of what the rows were drawn from", () => {
    const truth = trueScore(moved);
    const found = tables.map((each) => kMarginals(each.real, [each.made])[0]);
    const held = found.filter((one) => one && one.low <= truth && truth <= one.high).length;
    expect(held / 200).toBeGreaterThan(0.88);
    // Far apart they are told apart, in every table.
    const furthest = Math.max(...found.map((one) => one?.high ?? 0));
    expect(furthest < 1000).toBe(moved > 0.5);
  });

  it("hold the pMSE ratio that such samples have on average", () => {
    const found = tables.map((each) => ratioOf(each.real, each.made));
    const mean = found.reduce((sum, { value }) => sum + value, 0) / found.length;
    const held = found.filter(({ low, high }) => low <= mean && mean <= high).length;
    expect(held / 200).toBeGreaterThan(0.88);
    const floor = 1 + made / real;
    expect(Math.min(...found.map(({ low }) => low)) > 5 * floor).toBe(moved > 0.5);
  });
});

it("a copy has a pMSE ratio of 0, with an interval above it", () => {
  const real = drawn(300, 1, "real", 0);
  const { value, low, high } = ratioOf(real, real);
  expect([value, low]).toEqual([0, 0]);
  expect(high).toBeGreaterThan(0);
  expect(kMarginals(real, [real])[0]).toMatchObject({ value: 1000, high: 1000 });
});
