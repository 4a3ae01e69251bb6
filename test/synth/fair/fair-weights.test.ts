import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import type { CheckedFairness } from "../../../src/ir/checked.js";
import { fairWeights } from "../../../src/synth/fair/fair-weights.js";
import { rake, sharesOf } from "../../../src/synth/fair/rake.js";
import { closeGap } from "../../../src/synth/fair/targets.js";

const category = (values: string[]) => ({
  kind: "category" as const,
  values,
  ordered: false,
  learned: false,
});
const scope = {
  columns: [
    { name: "group", type: category(["a", "b", "c"]), optional: false },
    { name: "school", type: category(["low", "mid", "high"]), optional: false },
    { name: "paid", type: category(["no", "yes"]), optional: false },
  ],
  levels: [
    ["a", "b", "c"],
    ["low", "mid", "high"],
    ["no", "yes"],
  ],
};

/** School depends on the group, pay on school and on the group itself. */
function people(rows: number): Int32Array[] {
  const random = stream(9, "people");
  const columns = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)];
  for (let row = 0; row < rows; row++) {
    const group = random.below(3);
    const school = Math.min(2, random.below(3) + (random.uniform() < 0.3 * group ? 1 : 0));
    const paid = random.uniform() < 0.15 + 0.2 * school + 0.12 * group ? 1 : 0;
    for (const [i, value] of [group, school, paid].entries())
      (columns[i] as Int32Array)[row] = value;
  }
  return columns;
}

const fairness = (parts: Partial<CheckedFairness>): CheckedFairness => ({
  table: "people",
  across: ["group"],
  outcome: { op: "eq", left: { op: "column", name: "paid" }, right: { op: "text", value: "yes" } },
  goals: [{ metric: "parity", given: [], comparison: "<=", bound: 0.02 }],
  keep: ["school"],
  rebalance: [],
  forbiddenEdges: [],
  ...parts,
});

test("weighted rows meet parity, groups keep their sizes and kept columns their relation to the outcome", () => {
  const rows = 30_000;
  const cells = people(rows);
  const weights = fairWeights(fairness({}), scope, cells, rows);
  const w = Float64Array.from({ length: rows }, (_, row) => weights.weight(cells, row));
  const one = new Float64Array(rows).fill(1);
  const rates = weights.groups.map((group) => group.after);
  expect(Math.max(...rates) - Math.min(...rates)).toBeLessThan(0.0201);
  const before = weights.groups.map((group) => group.before);
  expect(Math.max(...before) - Math.min(...before)).toBeGreaterThan(0.2);
  const pair = (a: number, b: number, size: number) =>
    Int32Array.from(
      { length: rows },
      (_, row) => (cells[a] as Int32Array)[row]! * size + (cells[b] as Int32Array)[row]!,
    );
  for (const [codes, size] of [
    [cells[0] as Int32Array, 3],
    [pair(1, 2, 2), 6],
  ] as const) {
    const kept = sharesOf(codes, w, size);
    for (const [cell, share] of sharesOf(codes, one, size).entries()) {
      expect(Math.abs(share - (kept[cell] as number))).toBeLessThan(1e-4);
    }
  }
});

test("the relation kept means that people alike keep their chances, and the goal is met all the same", () => {
  const rows = 30_000;
  const cells = people(rows);
  const [group, school, paid] = cells as [Int32Array, Int32Array, Int32Array];
  const kind = Int32Array.from(
    { length: rows },
    (_, row) => 6 * (group[row] as number) + 2 * (school[row] as number) + (paid[row] as number),
  );
  const chances = (w: Float64Array) => {
    const shares = sharesOf(kind, w, 18);
    return Array.from({ length: 9 }, (_, k) => {
      const [no, yes] = [shares[2 * k] as number, shares[2 * k + 1] as number];
      return yes / (no + yes);
    });
  };
  const before = chances(new Float64Array(rows).fill(1));
  const moved = [0, 0.5, 0.75].map((keepRelation) => {
    const asked = fairness({ keep: [], ...(keepRelation === 0 ? {} : { keepRelation }) });
    const weights = fairWeights(asked, scope, cells, rows);
    const rates = weights.groups.map((each) => each.after);
    expect(Math.max(...rates) - Math.min(...rates)).toBeLessThan(0.0201);
    const w = Float64Array.from({ length: rows }, (_, row) => weights.weight(cells, row));
    return Math.max(...chances(w).map((chance, k) => Math.abs(chance - (before[k] as number))));
  });
  expect(moved[1]).toBeLessThan(0.95 * (moved[0] as number));
  expect(moved[2]).toBeLessThan(0.95 * (moved[1] as number));
});

test("ratio, conditional parity and rebalancing are met too", () => {
  const rows = 30_000;
  const cells = people(rows);
  const ratio = fairWeights(
    fairness({ goals: [{ metric: "ratio", given: [], comparison: ">=", bound: 0.8 }] }),
    scope,
    cells,
    rows,
  );
  const rates = ratio.groups.map((group) => group.after);
  expect(Math.min(...rates) / Math.max(...rates)).toBeGreaterThan(0.799);
  const balanced = fairWeights(
    fairness({
      goals: [],
      rebalance: [
        {
          column: "group",
          shares: [
            { value: "a", share: 0.5 },
            { value: "b", share: 0.5 },
          ],
        },
      ],
    }),
    scope,
    cells,
    rows,
  );
  const w = Float64Array.from({ length: rows }, (_, row) => balanced.weight(cells, row));
  const shares = sharesOf(cells[0] as Int32Array, w, 3);
  expect(shares[0]).toBeCloseTo(0.5, 6);
  expect(shares[2]).toBe(0);
  const within = fairWeights(
    fairness({
      keep: [],
      goals: [{ metric: "parity", given: ["school"], comparison: "<=", bound: 0.01 }],
    }),
    scope,
    cells,
    rows,
  );
  const v = Float64Array.from({ length: rows }, (_, row) => within.weight(cells, row));
  for (let school = 0; school < 3; school++) {
    const found = [0, 1, 2].map((group) => {
      let [yes, all] = [0, 0];
      for (let row = 0; row < rows; row++) {
        if ((cells[1] as Int32Array)[row] !== school || (cells[0] as Int32Array)[row] !== group)
          continue;
        all += v[row] as number;
        yes += (v[row] as number) * ((cells[2] as Int32Array)[row] as number);
      }
      return yes / all;
    });
    expect(Math.max(...found) - Math.min(...found)).toBeLessThan(0.0101);
  }
});

test("raking reaches consistent margins and stays as near as possible", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = stream(seed, "rake");
      const rows = 400;
      const codes = [0, 1].map(() => Int32Array.from({ length: rows }, () => random.below(3)));
      const wanted = Float64Array.from({ length: rows }, () => 0.2 + random.uniform());
      const margins = codes.map((own) => ({ codes: own, target: sharesOf(own, wanted, 3) }));
      const raked = rake(rows, margins);
      expect(raked.residual).toBeLessThan(1e-6);
      for (let row = 0; row < rows; row++) {
        const product = margins.reduce(
          (p, m, i) => p * (raked.factors[i]?.[m.codes[row] as number] as number),
          1,
        );
        expect(raked.weights[row]).toBeCloseTo(product, 9);
      }
    }),
  );
});

test("rates are moved into the goal, never further than needed, and the overall rate stays", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 100 })),
        { minLength: 2, maxLength: 6 },
      ),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      (groups, gap) => {
        const rates = Float64Array.from(groups, ([rate]) => rate);
        const sizes = Float64Array.from(groups, ([, size]) => size);
        const closed = closeGap(rates, sizes, { gap });
        expect(Math.max(...closed) - Math.min(...closed)).toBeLessThan(gap + 1e-9);
        const mean = (values: Float64Array) =>
          values.reduce((sum, value, i) => sum + value * (sizes[i] as number), 0) /
          sizes.reduce((a, b) => a + b, 0);
        expect(mean(closed)).toBeCloseTo(mean(rates), 6);
        if (Math.max(...rates) - Math.min(...rates) <= gap) expect([...closed]).toEqual([...rates]);
      },
    ),
  );
});
