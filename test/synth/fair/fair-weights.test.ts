import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import type { CheckedFairness } from "../../../src/ir/checked.js";
import { type FairTrade, fairWeights } from "../../../src/synth/fair/fair-weights.js";
import { priceOf } from "../../../src/synth/fair/price.js";
import { rake, sharesOf } from "../../../src/synth/fair/rake.js";
import type { Trade } from "../../../src/synth/fair/relation.js";
import { chanceOf, fitScore } from "../../../src/synth/fair/score.js";
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

test("what a goal costs is told as a model trained on the weighted rows shows it, and bare `keep relation` costs less than half", () => {
  const rows = 10_000;
  const random = stream(4, "trained");
  const cells = people(rows);
  const [group, school, paid] = cells as [Int32Array, Int32Array, Int32Array];
  // Of thirty values, so that scores have few ties.
  const years = Int32Array.from(paid, (is) => Math.min(29, random.below(25) + 5 * is));
  const values = Array.from({ length: 30 }, (_, year) => String(year));
  const wide = {
    columns: [...scope.columns, { name: "years", type: category(values), optional: false }],
    levels: [...scope.levels, values],
  };
  cells.push(years);
  const trained = (w: Float64Array) => {
    const score = fitScore([group, school, years], [4, 4, 31], Uint8Array.from(paid), w);
    return Float64Array.from({ length: rows }, (_, row) => {
      const codes = [group, school, years].map((column) => column[row] as number);
      const chance = chanceOf(score, codes);
      return Math.log(chance / (1 - chance));
    });
  };
  const loss = ({ before, after }: Trade) => before.auc - after.auc;
  const one = new Float64Array(rows).fill(1);
  const learned = trained(one);
  const judge = {
    chance: learned.map((odds) => 1 / (1 + Math.exp(-odds))),
    base: one,
    groups: group,
  };
  const [whole, less] = [undefined, "less" as const].map((keepRelation) => {
    const asked = fairness({ keep: [], ...(keepRelation === undefined ? {} : { keepRelation }) });
    const weights = fairWeights(asked, wide, cells, rows);
    const w = Float64Array.from({ length: rows }, (_, row) => weights.weight(cells, row));
    const told = weights.trade as FairTrade;
    const sum = w.reduce((total, weight) => total + weight, 0);
    const found = priceOf(trained(w.map((weight) => (weight * rows) / sum)), judge);
    expect(told.before.auc).toBeCloseTo(priceOf(learned, judge).auc, 9);
    // The data are not quite additive, so that the two may differ by a part of the loss.
    expect(Math.abs(told.after.auc - found.auc)).toBeLessThan(0.1 * loss(told));
    return told;
  }) as [FairTrade, FairTrade];
  expect(loss(whole)).toBeGreaterThan(0.005);
  expect(loss(less)).toBeLessThan(loss(whole) / 3 + 1e-9);
  expect(whole.other).toEqual({ keep: less.keep, before: less.before, after: less.after });
  expect(less.other).toEqual({ keep: 0, before: whole.before, after: whole.after });
});

test("the expected AUC is what counting all pairs gives, ties at half, and the gap what counting people gives", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          odds: fc.integer({ min: -3, max: 3 }),
          chance: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
          base: fc.double({ min: 0.1, max: 2, noNaN: true }),
          group: fc.nat({ max: 2 }),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      (people) => {
        let [ranked, pairs] = [0, 0];
        for (const a of people) {
          for (const b of people) {
            const weight = a.base * a.chance * b.base * (1 - b.chance);
            pairs += weight;
            ranked += weight * (a.odds > b.odds ? 1 : a.odds === b.odds ? 0.5 : 0);
          }
        }
        const column = (of: (person: (typeof people)[number]) => number) =>
          Float64Array.from(people, of);
        const found = priceOf(
          column(({ odds }) => odds),
          {
            chance: column(({ chance }) => chance),
            base: column(({ base }) => base),
            groups: Int32Array.from(people, ({ group }) => group),
          },
        );
        expect(found.auc).toBeCloseTo(ranked / pairs, 9);
        const shares = [0, 1, 2].flatMap((group) => {
          const own = people.filter((person) => person.group === group);
          const sum = (some: typeof people) => some.reduce((total, { base }) => total + base, 0);
          return own.length === 0 ? [] : [sum(own.filter(({ odds }) => odds >= 0)) / sum(own)];
        });
        expect(found.gap).toBeCloseTo(Math.max(...shares) - Math.min(...shares), 9);
      },
    ),
  );
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
