import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { plainPropagation } from "../../../src/kernels/propagate.js";
import { estimate } from "../../../src/synth/marginal/estimate.js";
import { projection, sumInto } from "../../../src/synth/marginal/index-map.js";
import { type Measurement, smallestHolder } from "../../../src/synth/marginal/terms.js";
import { allTuples, jointOf, marginalOf } from "./brute-force.js";

function modelMarginal(
  model: ReturnType<typeof estimate>,
  clique: readonly number[],
): Float64Array {
  const { tree, marginals } = model.beliefs;
  const holder = smallestHolder(tree, clique);
  const node = tree.nodes[holder] as { attributes: readonly number[] };
  const map = projection(node.attributes, clique, tree.sizes);
  const out = new Float64Array(clique.reduce((p, a) => p * (tree.sizes[a] as number), 1));
  sumInto(marginals[holder] as Float64Array, map, out);
  return out;
}

test("noiseless consistent marginals are reproduced", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 2, maxLength: 5 }),
      fc.nat(),
      (sizes, seed) => {
        const random = stream(seed, "truth");
        const whole = [...sizes.keys()];
        const cells = sizes.reduce((a, b) => a * b, 1);
        const truth = jointOf(sizes, [
          { clique: whole, logs: Float64Array.from({ length: cells }, () => random.normal()) },
        ]);
        const cliques = whole.slice(1).map((a) => [a - 1, a]);
        const measurements: Measurement[] = cliques.map((clique) => ({
          clique,
          counts: marginalOf(truth, clique, sizes).map((p) => p * 1000),
          sigma: 1,
        }));
        const model = estimate(sizes, measurements, {
          ...{ total: 1000, iterations: 20_000, trust: 1e-9, pull: 0, near: 1e-6 },
        });
        for (const clique of cliques) {
          const expected = marginalOf(truth, clique, sizes);
          const found = modelMarginal(model, clique);
          for (const [i, value] of found.entries()) {
            expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-7);
          }
        }
      },
    ),
    { numRuns: 40 },
  );
});

test("noisy, inconsistent measurements reach the residual that noise explains, and forbidden cells stay empty", () => {
  const sizes = [5, 6, 4];
  const random = stream(3, "noise");
  const truth = jointOf(sizes, [
    { clique: [0, 1], logs: Float64Array.from({ length: 30 }, () => random.normal()) },
    { clique: [1, 2], logs: Float64Array.from({ length: 24 }, () => random.normal()) },
  ]);
  const sigma = 20;
  const noisy = (clique: number[]): Measurement => ({
    clique,
    counts: marginalOf(truth, clique, sizes).map((p) => p * 5000 + sigma * random.normal()),
    sigma,
  });
  const allowed = new Uint8Array(20).fill(1);
  allowed[7] = 0;
  const measurements = [[0], [1], [2], [0, 1], [1, 2]].map(noisy);
  const model = estimate(sizes, measurements, {
    total: 5000,
    zeros: [{ clique: [0, 2], allowed }],
  });
  expect(model.fit.ended).not.toBe("iterations");
  expect(modelMarginal(model, [0, 2])[7]).toBe(0);
  const free = estimate(sizes, measurements, { total: 5000 });
  expect(free.fit.loss).toBeLessThan(2 * free.fit.expectedLoss);
  const warm = estimate(sizes, measurements, { total: 5000, warm: free.potentials });
  expect(warm.fit.loss).toBeLessThanOrEqual(free.fit.loss * 1.01);
});

/** ½ Σ (N·μ − y)² / σ² + trust · N · KL(p ‖ p₀), with every cell of the joint table on its own. */
function objectiveOf(
  table: Float64Array,
  prior: Float64Array,
  tuples: number[][],
  sizes: readonly number[],
  measurements: readonly Measurement[],
  { total, trust }: { total: number; trust: number },
): number {
  const joint = { tuples, probabilities: [...table] };
  let sum = 0;
  for (const { clique, counts, sigma } of measurements) {
    for (const [i, share] of marginalOf(joint, clique, sizes).entries()) {
      sum += 0.5 * ((total * share - (counts[i] as number)) / sigma) ** 2;
    }
  }
  for (const [i, p] of table.entries()) {
    if (p > 0) sum += trust * total * p * Math.log(p / (prior[i] as number));
  }
  return sum;
}

const FITS = [
  { sigma: 0.5, trust: 0.003 },
  { sigma: 0.5, trust: 1 },
  { sigma: 5, trust: 0.003 },
  { sigma: 40, trust: 0.003 },
  { sigma: 40, trust: 1 },
];

test("no table near the fitted one is better than the distance says, by brute force over all cells", () => {
  const sizes = [3, 2, 4];
  const total = 500;
  const tuples = allTuples(sizes);
  const prior = new Float64Array(24).fill(1 / 24);
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...FITS), (seed, { sigma, trust }) => {
      const random = stream(seed, "brute");
      const logs = Float64Array.from({ length: 24 }, () => random.normal());
      const truth = jointOf(sizes, [{ clique: [0, 1, 2], logs }]);
      const measurements = [[0], [1], [2], [0, 1], [1, 2], [0, 2]].map((clique) => ({
        ...{ clique, sigma },
        counts: marginalOf(truth, clique, sizes).map((p) => total * p + sigma * random.normal()),
      }));
      const shares = sizes.map((size) => new Float64Array(size).fill(1 / size));
      const { fit, beliefs } = estimate(sizes, measurements, {
        ...{ total, trust, pull: 0, prior: shares, iterations: 20_000, near: 1e-4 },
      });
      expect(fit.ended).toBe("residual");
      const whole = beliefs.tree.nodes[0]?.attributes as number[];
      const map = projection(whole, [0, 1, 2], sizes);
      const joint = new Float64Array(24);
      sumInto(beliefs.marginals[0] as Float64Array, map, joint);
      const value = (table: Float64Array): number =>
        objectiveOf(table, prior, tuples, sizes, measurements, { total, trust });
      const gap = fit.distance ** 2 * fit.expectedLoss;
      for (let trial = 0; trial < 40; trial++) {
        const scale = 10 ** (-4 * random.uniform());
        const near = joint.map((p) => p * Math.exp(scale * random.normal()));
        const mass = near.reduce((a, b) => a + b, 0);
        expect(value(near.map((p) => p / mass))).toBeGreaterThan(value(joint) - gap - 1e-7);
      }
    }),
    { numRuns: 60 },
  );
});

test("a fit is the same bytes each time, and in plain TypeScript nearly the same", () => {
  const random = stream(11, "same");
  const measurements = [[0, 1], [1, 2], [2]].map((clique) => ({
    ...{ clique, sigma: 4 },
    counts: Float64Array.from({ length: 5 ** clique.length }, () => {
      return 40 * 5 ** (2 - clique.length) * random.uniform();
    }),
  }));
  const options = { total: 500, trust: 0.01, near: 1e-9 };
  const [once, again] = [0, 1].map(() => estimate([5, 5, 5], measurements, options));
  expect(once?.beliefs.marginals).toEqual(again?.beliefs.marginals);
  const plain = estimate([5, 5, 5], measurements, { ...options, make: plainPropagation });
  for (const [node, values] of plain.beliefs.marginals.entries()) {
    for (const [i, value] of values.entries()) {
      expect(Math.abs(value - (once?.beliefs.marginals[node]?.[i] as number))).toBeLessThan(1e-7);
    }
  }
});
