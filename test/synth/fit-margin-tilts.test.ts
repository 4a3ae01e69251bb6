import { expect, test } from "vitest";
import { silent } from "../../src/base/progress.js";
import { makeGuide } from "../../src/constraint/make-guide.js";
import { drawTable } from "../../src/synth/draw-table.js";
import { fitMarginTilts } from "../../src/synth/fit-margin-tilts.js";
import { binOf, topWeight } from "../../src/synth/margin-tilts.js";
import type { NumberColumn, Table } from "../../src/table/table.js";
import { learn, valuesOf } from "./drawing.js";
import * as make from "./tables.js";
import { c, column, op } from "./tables.js";

const top = 5;
const ordered = make.table(
  "pairs",
  [
    column("y", make.int(0, top), { kind: "learned" }),
    column("x", make.int(0, top), { kind: "learned" }),
  ],
  [make.require(op("le", c("x"), c("y")))],
);

/** Rows of x ≤ y, each pair equally often. */
function pairs(): Table & { readonly columns: readonly NumberColumn[] } {
  const all = Array.from({ length: (top + 1) ** 2 }, (_, i) => [
    i % (top + 1),
    Math.floor(i / (top + 1)),
  ]);
  const kept = all.filter(([x = 0, y = 0]) => x <= y);
  const rows = Array.from({ length: 100 }, () => kept).flat();
  const columnOf = (name: string, at: number): NumberColumn => ({
    ...{ kind: "number", name, type: make.int(0, top) },
    values: Float64Array.from(rows, (row) => row[at] as number),
  });
  const columns = [columnOf("y", 1), columnOf("x", 0)];
  return { kind: "table", name: "pairs", rows: rows.length, columns };
}

function shares(values: ArrayLike<number>): number[] {
  const found = new Array<number>(top + 1).fill(0);
  for (const value of Array.from(values))
    found[value] = (found[value] as number) + 1 / values.length;
  return found;
}

/** x's shares where y has its own, and x given y is p(x)·w(x) over what x ≤ y leaves. */
function exactly(p: readonly number[], q: readonly number[], w: readonly number[]): number[] {
  const out = p.map(() => 0);
  q.forEach((share, y) => {
    const row = p.map((own, x) => (x <= y ? own * (w[x] as number) : 0));
    const total = row.reduce((a, b) => a + b, 0);
    row.forEach((mass, x) => {
      out[x] = (out[x] as number) + (share * mass) / total;
    });
  });
  return out;
}

test("weights are those of iterative proportional fitting, and keep what the rule would take", async () => {
  const real = pairs();
  const [ys, xs] = real.columns as [NumberColumn, NumberColumn];
  const model = await learn("independent", real);
  const scope = { columns: ordered.columns, levels: [undefined, undefined] };
  const guide = makeGuide({ ...scope, rules: ordered.rules });
  const request = { model, columns: ordered.columns, guide, name: "out", seed: 1 };
  const tilts = fitMarginTilts({ ...request, keeps: () => true });
  expect([...tilts.keys()]).toEqual([1]);
  const tilt = tilts.get(1);
  if (tilt === undefined) throw new Error("no tilt");
  const [q, p] = [shares(ys.values), shares(xs.values)];
  const found = p.map((_, x) => tilt.weights[binOf(tilt, x)] as number);
  const untouched = exactly(
    p,
    q,
    p.map(() => 1),
  );
  const kept = exactly(p, q, found);
  // Without weights the share of 0 is .37 for .29. 2,048 rows tell a share to .04 with all but certainty (4σ).
  expect(Math.abs((untouched[0] as number) - (p[0] as number))).toBeGreaterThan(0.08);
  kept.forEach((share, x) => {
    expect(Math.abs(share - (p[x] as number))).toBeLessThan(0.04);
  });
  expect(fitMarginTilts({ ...request, keeps: () => false }).size).toBe(0);
});

test.each(["independent", "copula", "forest", "interpolation"])(
  "%s keeps the shares of ordered columns, in rows that all keep the rule",
  async (name) => {
    const real = pairs();
    const [ys, xs] = real.columns as [NumberColumn, NumberColumn];
    const model = await learn(name, real);
    const { table } = await drawTable({
      ...{ table: ordered, model, rows: 8000, name: "out", seed: 1, progress: silent },
    });
    const [x, y] = [valuesOf(table, "x"), valuesOf(table, "y")];
    x.forEach((value, row) => {
      expect(value).toBeLessThanOrEqual(y[row] as number);
    });
    // The pilot's chance (.053 at 99.9 %) and that of 8,000 rows (.022) together.
    for (const [made, own] of [
      [x, xs],
      [y, ys],
    ] as const) {
      let apart = 0;
      const before = shares(own.values);
      shares(made).forEach((share, value) => {
        apart += share - (before[value] as number);
        expect(Math.abs(apart)).toBeLessThan(0.075);
      });
    }
  },
);

test("bins hold their last value, and the largest weight is looked for among what is allowed", () => {
  const tilt = { edges: Float64Array.of(1, 4), weights: Float64Array.of(1, 5, 2, 7) };
  expect([0, 1, 1.5, 4, 4.1, Number.NaN].map((value) => binOf(tilt, value))).toEqual([
    0, 0, 1, 1, 2, 3,
  ]);
  expect(topWeight(tilt, { missing: false, intervals: [-3, 1, 9, 9] })).toBe(2);
  expect(topWeight(tilt, { missing: true, intervals: [0, 1] })).toBe(7);
  expect(topWeight(tilt, undefined)).toBe(7);
  const codes = { weights: Float64Array.of(3, 1, 2) };
  expect(binOf(codes, -1)).toBe(2);
  expect(topWeight(codes, { missing: false, codes: Uint8Array.of(0, 1) })).toBe(1);
});
