import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { estimate } from "../../../src/synth/marginal/estimate.js";
import { projection, sumInto } from "../../../src/synth/marginal/index-map.js";
import { type Measurement, smallestHolder } from "../../../src/synth/marginal/terms.js";
import { jointOf, marginalOf } from "./brute-force.js";

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
        const model = estimate(sizes, measurements, { total: 1000, iterations: 3000 });
        for (const clique of cliques) {
          const expected = marginalOf(truth, clique, sizes);
          const found = modelMarginal(model, clique);
          for (const [i, value] of found.entries()) {
            expect(Math.abs(value - (expected[i] as number))).toBeLessThan(2e-3);
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
