import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { propagation } from "../../../src/kernels/propagate.js";
import {
  mostVectors,
  type Point,
  QuasiNewton,
  type Vectors,
} from "../../../src/synth/marginal/quasi-newton.js";
import { KernelVectors } from "../../../src/synth/marginal/vectors.js";

/** Σ e^x − t·x + ½ (Σ x)²: minimum by Newton's method in one variable, the sum. */
function bowl(targets: readonly number[], at: Float64Array, vectors: Vectors): Point {
  const sum = at.reduce((a, b) => a + b, 0);
  const value = at.reduce((total, x, i) => total + Math.exp(x) - (targets[i] as number) * x, 0);
  const [slope, curvature] = [vectors.take(), vectors.take()];
  slope.set(at.map((x, i) => Math.exp(x) - (targets[i] as number) + sum));
  curvature.set(at.map((x) => Math.exp(x) + 1));
  return { at, value: value + sum ** 2 / 2, slope, curvature };
}

/** Vectors of a kernel, no more than a way down says it needs; one that was given back is worthless. */
class Worthless extends KernelVectors {
  override give(vector: Float64Array): void {
    super.give(vector.fill(Number.NaN));
  }
}

test("finds the minimum of convex functions, whatever their scales", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (length, seed) => {
      const random = stream(seed, "bowl");
      const targets = Array.from({ length }, () => 10 ** (6 * random.uniform() - 2));
      const kernel = propagation(1024 + 8 * length * mostVectors);
      const vectors = new Worthless(kernel, { place: 1024, count: mostVectors, length });
      const evaluate = (at: Float64Array): Point => bowl(targets, at, vectors);
      const way = new QuasiNewton(evaluate(vectors.take().fill(0)), evaluate, { vectors });
      let last = way.place.value;
      for (let steps = 0; steps < 500 && way.step(); steps++) {
        expect(way.place.value).toBeLessThanOrEqual(last);
        last = way.place.value;
      }
      for (const [i, slope] of way.place.slope.entries()) {
        expect(Math.abs(slope)).toBeLessThan(1e-4 * (1 + (targets[i] as number)) + 1e-4);
      }
    }),
  );
});
