import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { type Point, QuasiNewton } from "../../../src/synth/marginal/quasi-newton.js";

/** Σ e^x − t·x + ½ (Σ x)²: minimum by Newton's method in one variable, the sum. */
function bowl(targets: readonly number[], at: Float64Array): Point {
  const sum = at.reduce((a, b) => a + b, 0);
  const value = at.reduce((total, x, i) => total + Math.exp(x) - (targets[i] as number) * x, 0);
  return {
    at,
    value: value + sum ** 2 / 2,
    slope: at.map((x, i) => Math.exp(x) - (targets[i] as number) + sum),
    curvature: at.map((x) => Math.exp(x) + 1),
  };
}

test("finds the minimum of convex functions, whatever their scales", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (size, seed) => {
      const random = stream(seed, "bowl");
      const targets = Array.from({ length: size }, () => 10 ** (6 * random.uniform() - 2));
      const evaluate = (at: Float64Array): Point => bowl(targets, at);
      const way = new QuasiNewton(evaluate(new Float64Array(size)), evaluate);
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
