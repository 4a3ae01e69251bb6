import fc from "fast-check";
import { expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { type Propagation, plainPropagation, propagation } from "../../src/kernels/propagate.js";

const BASE = 1024;

/** Two memories with the same doubles at BASE and integers after them. */
function both(values: Float64Array, offsets: Int32Array): [Propagation, Propagation] {
  const bytes = BASE + 8 * values.length + 8 * offsets.length;
  const kernels: [Propagation, Propagation] = [propagation(bytes), plainPropagation(bytes)];
  for (const { buffer } of kernels) {
    new Float64Array(buffer, BASE, values.length).set(values);
    new Int32Array(buffer, BASE + 8 * values.length, offsets.length).set(offsets);
  }
  return kernels;
}

function read({ buffer }: Propagation, cells: number): Float64Array {
  return new Float64Array(buffer, BASE, cells);
}

function same(a: ArrayLike<number>, b: ArrayLike<number>): void {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    if (x === y) continue;
    expect(Math.abs(x - y)).toBeLessThanOrEqual(
      1e-14 * Math.max(Math.abs(x), Math.abs(y)) + 1e-300,
    );
  }
}

const shapes = fc.record({
  runs: fc.integer({ min: 1, max: 9 }),
  length: fc.integer({ min: 1, max: 9 }),
  stride: fc.integer({ min: 0, max: 3 }),
  seed: fc.nat(),
});

it("adds and sums runs as the plain twin does", () => {
  fc.assert(
    fc.property(shapes, ({ runs, length, stride, seed }) => {
      const random = stream(seed, "runs");
      const table = runs * length;
      const partner = runs + stride * length;
      const values = Float64Array.from({ length: table + partner }, () => random.normal());
      const offsets = Int32Array.from({ length: runs }, () => random.below(runs));
      const kernels = both(values, offsets);
      for (const kernel of kernels) {
        const at = BASE + 8 * values.length;
        kernel.addRuns(BASE, BASE + 8 * table, at, runs, length, stride);
        kernel.sumRuns(BASE, BASE + 8 * table, at, runs, length, stride);
      }
      const [wasm, plain] = kernels.map((kernel) => read(kernel, values.length));
      for (const [i, value] of (wasm as Float64Array).entries()) {
        expect(value).toBeCloseTo((plain as Float64Array)[i] as number, 12);
      }
    }),
  );
});

it("turns runs of logs into weights as the plain twin does, with −∞, far-off and equal logs", () => {
  fc.assert(
    fc.property(shapes, fc.constantFrom(1e-3, 1, 50, 2000), ({ runs, length, seed }, scale) => {
      const random = stream(seed, "logs");
      const table = runs * length;
      const values = Float64Array.from({ length: table + 3 * runs }, (_, i) => {
        if (i >= table) return random.uniform();
        return random.uniform() < 0.3 ? Number.NEGATIVE_INFINITY : scale * random.normal();
      });
      const kernels = both(values, new Int32Array(0));
      const [sums, most, scales] = [0, 1, 2].map((k) => BASE + 8 * (table + k * runs));
      for (const kernel of kernels) {
        kernel.exponentiateRuns(BASE, sums as number, most as number, runs, length);
        kernel.scaleRuns(BASE, scales as number, sums as number, runs, length);
      }
      same(read(kernels[0], values.length), read(kernels[1], values.length));
    }),
    { numRuns: 300 },
  );
});

it("multiplies and adds vectors as the plain twin does", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 21 }), fc.nat(), (length, seed) => {
      const random = stream(seed, "vectors");
      const values = Float64Array.from({ length: 2 * length }, () => random.normal());
      const factor = random.normal();
      const kernels = both(values, new Int32Array(0));
      const [a, b] = [BASE, BASE + 8 * length] as const;
      const [own, expected] = kernels.map((kernel) => kernel.dot(a, b, length));
      expect(own).toBeCloseTo(expected as number, 12);
      for (const kernel of kernels) kernel.addScaled(a, b, factor, length);
      same(read(kernels[0], 2 * length), read(kernels[1], 2 * length));
    }),
  );
});
