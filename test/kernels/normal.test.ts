import fc from "fast-check";
import { expect, it } from "vitest";
import { type Random, stream } from "../../src/base/random.js";
import {
  KernelLatentRows,
  type LatentRows,
  locatorFor,
  PlainLatentRows,
  plainProducts,
  products,
  stateAt,
} from "../../src/kernels/normal.js";

/** Columns with 2, few and many states, and a lower triangular root. */
function parts(size: number, seed: number) {
  const random = stream(seed, "root");
  const root = Float64Array.from({ length: size * size }, (_, at) =>
    at % size <= Math.floor(at / size) ? random.normal() : 0,
  );
  const locators = Array.from({ length: size }, (_, at) => {
    const inner = Float64Array.from({ length: [1, 7, 6000][at % 3] as number }, () =>
      random.normal(),
    ).sort();
    return locatorFor(Float64Array.of(-Infinity, ...inner, Infinity));
  });
  return { root, locators };
}

function drawAll(latents: LatentRows, size: number, cuts: readonly number[], random: Random) {
  const means: Float64Array[] = [];
  const states: Int32Array[] = [];
  for (let latent = 0; latent < size; latent++) {
    for (let i = 0; i + 1 < cuts.length; i++) {
      latents.draw(latent, cuts[i] as number, cuts[i + 1] as number, random);
      latents.locate(latent, cuts[i] as number, cuts[i + 1] as number);
    }
    means.push(latents.mean.slice());
    states.push(latents.states.slice());
  }
  return { means, states, noise: latents.noise.map((own) => own.slice()) };
}

it("draws and locates latent normals to the bit as the plain twin does, in pieces of any length", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      (size, lengths, seed) => {
        const cuts = [0];
        for (const length of lengths) cuts.push((cuts.at(-1) as number) + length);
        const { root, locators } = parts(size, seed);
        const rows = cuts.at(-1) as number;
        const [a, b] = [stream(seed, "draw"), stream(seed, "draw")];
        const kernel = drawAll(new KernelLatentRows(rows, root, locators), size, cuts, a);
        const plain = drawAll(new PlainLatentRows(rows, root, locators), size, cuts, b);
        expect(kernel).toEqual(plain);
        expect(a.uint32()).toBe(b.uint32());
      },
    ),
    { numRuns: 60 },
  );
});

/** Numbers that adding 6 to doesn't round. */
const millionths = (most: number) =>
  fc.integer({ min: -most * 1e6, max: most * 1e6 }).map((count) => count / 1e6);

it("finds the state that a search from the start would find", () => {
  fc.assert(
    fc.property(fc.array(millionths(8), { maxLength: 40 }), millionths(50), (inner, z) => {
      const thresholds = Float64Array.of(-Infinity, ...inner.sort((a, b) => a - b), Infinity);
      for (const value of [z, ...inner]) {
        const expected = thresholds.findIndex((_, s) => value <= (thresholds[s + 1] as number));
        expect(stateAt(locatorFor(thresholds), value)).toBe(expected);
      }
    }),
  );
});

it("sums products to the bit as the plain twin does", () => {
  const random = stream(3, "products");
  const [kernel, plain] = [products(3, 100), plainProducts(3, 100)];
  for (let column = 0; column < 3; column++) {
    for (let at = 0; at < 100; at++) {
      const value = random.normal();
      (kernel.columns[column] as Float64Array)[at] = value;
      (plain.columns[column] as Float64Array)[at] = value;
    }
  }
  for (let count = 0; count <= 100; count++) {
    expect(kernel.dot(0, 2, count)).toBe(plain.dot(0, 2, count));
  }
  expect(kernel.dot(1, 1, 100)).toBeCloseTo(
    (kernel.columns[1] as Float64Array).reduce((sum, value) => sum + value * value, 0),
    9,
  );
});
