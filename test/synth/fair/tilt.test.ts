import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { rake, sharesOf } from "../../../src/synth/fair/rake.js";
import { chanceOf, fitScore } from "../../../src/synth/fair/score.js";
import { tilt } from "../../../src/synth/fair/tilt.js";

/** Every kind of row once: 2 groups × 4 features × (no, yes); the base holds their shares. */
const FEATURES = 4;
const KINDS = 2 * FEATURES;

function world(seed: number) {
  const random = stream(seed, "world");
  const outcome = Uint8Array.from({ length: 2 * KINDS }, (_, i) => i % 2);
  const people = Array.from({ length: KINDS }, () => 0.2 + random.uniform());
  const all = people.reduce((sum, share) => sum + share, 0);
  const chances = Array.from({ length: KINDS }, () => 0.05 + 0.9 * random.uniform());
  const base = Float64Array.from(outcome, (is, i) => {
    const kind = i >> 1;
    const chance = chances[kind] as number;
    return ((people[kind] as number) / all) * (is === 1 ? chance : 1 - chance);
  });
  const chance = Float64Array.from(outcome, (_, i) => chances[i >> 1] as number);
  const group = Int32Array.from(outcome, (_, i) => Math.floor(i / (2 * FEATURES)));
  const feature = Int32Array.from(outcome, (_, i) => ((i >> 1) % FEATURES) >> 1);
  return { outcome, base, chance, group, feature, random };
}

const crossed = (cells: Int32Array, outcome: Uint8Array) =>
  cells.map((cell, i) => 2 * cell + (outcome[i] as number));

/** D(P′(x) ‖ P(x)) + κ E D(P′(y | x) ‖ P(y | x)). */
function cost(made: Float64Array, base: Float64Array, keep: number): number {
  const total = made.reduce((sum, share) => sum + share, 0);
  let sum = 0;
  for (let kind = 0; kind < KINDS; kind++) {
    const [no, yes] = [2 * kind, 2 * kind + 1].map((i) => (made[i] as number) / total) as [
      number,
      number,
    ];
    const [no0, yes0] = [base[2 * kind] as number, base[2 * kind + 1] as number];
    const [all, all0] = [no + yes, no0 + yes0];
    sum += all * Math.log(all / all0);
    for (const [now, then] of [
      [no, no0],
      [yes, yes0],
    ] as const) {
      sum += (now * Math.log(now / all / (then / all0))) / (1 - keep);
    }
  }
  return sum;
}

/** Both groups at the overall rate, a kept feature's relation to the outcome as it is. */
function margins({ outcome, base, group, feature }: ReturnType<typeof world>) {
  const pairs = sharesOf(crossed(group, outcome), base, 4);
  const rate = (pairs[1] as number) + (pairs[3] as number);
  const target = Float64Array.from([0, 0, 1, 1], (g, i) => {
    const size = (pairs[2 * g] as number) + (pairs[2 * g + 1] as number);
    return size * (i % 2 === 1 ? rate : 1 - rate);
  });
  return [
    { cells: group, target },
    { cells: feature, target: sharesOf(crossed(feature, outcome), base, 4) },
  ];
}

const seeds = fc.nat({ max: 1_000_000 });

test("nothing kept is the information projection", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const own = world(seed);
      const wanted = margins(own);
      const raked = rake(
        2 * KINDS,
        wanted.map(({ cells, target }) => ({ codes: crossed(cells, own.outcome), target })),
        own.base,
      );
      const tilted = tilt(wanted, { ...own, keep: 0 });
      for (let i = 0; i < 2 * KINDS; i++) {
        expect(tilted.weights[i]).toBeCloseTo(raked.weights[i] as number, 3);
      }
    }),
    { numRuns: 50 },
  );
});

test("margins are met at the least cost: no other rows that meet them are cheaper", () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom(0.25, 0.5, 0.75, 0.9), (seed, keep) => {
      const own = world(seed);
      const wanted = margins(own);
      const { weights, residual } = tilt(wanted, { ...own, keep });
      expect(residual).toBeLessThan(1e-4);
      const least = cost(weights, own.base, keep);
      for (let other = 0; other < 5; other++) {
        const from = own.base.map((share) => share * Math.exp(2 * own.random.normal()));
        const raked = rake(
          2 * KINDS,
          wanted.map(({ cells, target }) => ({ codes: crossed(cells, own.outcome), target })),
          from,
        );
        if (raked.residual > 1e-6) continue;
        const sum = raked.weights.reduce((a, b) => a + b, 0);
        for (const step of [1, 0.1, 0.01]) {
          const mixed = weights.map(
            (weight, i) => (1 - step) * weight + (step * (raked.weights[i] as number)) / sum,
          );
          expect(cost(mixed, own.base, keep)).toBeGreaterThan(least - 1e-4 * step - 1e-7);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test("all kept changes who is in the groups and nothing that happens to them", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const own = world(seed);
      const [first] = margins(own);
      if (first === undefined) throw new Error("margins");
      const { weights } = tilt([first], { ...own, keep: 1 });
      for (let kind = 0; kind < KINDS; kind++) {
        const [no, yes] = [weights[2 * kind] as number, weights[2 * kind + 1] as number];
        expect(yes / (no + yes)).toBeCloseTo(own.chance[2 * kind] as number, 9);
      }
    }),
    { numRuns: 50 },
  );
});

test("what cannot be met by people alone is left as a residual", () => {
  // Nobody of the first group ever has the outcome, everybody of the second does.
  const outcome = Uint8Array.of(0, 1);
  const own = { outcome, chance: Float64Array.of(0, 1), base: Float64Array.of(0.5, 0.5) };
  const target = Float64Array.of(0.25, 0.25, 0.25, 0.25);
  const found = tilt([{ cells: Int32Array.of(0, 1), target }], { ...own, keep: 1 });
  expect(found.residual).toBeGreaterThan(0.2);
});

test("the score finds the chances that rows were drawn with", () => {
  const random = stream(3, "score");
  const rows = 40_000;
  const columns = [0, 1].map(() => Int32Array.from({ length: rows }, () => random.below(3)));
  const truth = (a: number, b: number) => 1 / (1 + Math.exp(1.5 - a + 0.8 * b));
  const code = (c: number, row: number) => (columns[c] as Int32Array)[row] as number;
  const outcome = Uint8Array.from({ length: rows }, (_, row) =>
    random.uniform() < truth(code(0, row), code(1, row)) ? 1 : 0,
  );
  const score = fitScore(columns, [3, 3], outcome, new Float64Array(rows).fill(1));
  // About 4,400 rows a cell: a share is off by 0.0075 (1 σ) at most; nine within 0.03 fail by chance in less than 1 of 1,000 cases.
  for (let a = 0; a < 3; a++) {
    for (let b = 0; b < 3; b++) {
      expect(Math.abs(chanceOf(score, [a, b]) - truth(a, b))).toBeLessThan(0.03);
    }
  }
});
