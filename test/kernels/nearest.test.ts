import fc from "fast-check";
import { expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { type Compared, KernelNearest, PlainNearest } from "../../src/kernels/nearest.js";

function made(rows: number, numbers: number, codes: number, k: number, seed: number): Compared {
  const random = stream(seed, "nearest");
  const column = (make: () => number) => Float32Array.from({ length: rows }, make);
  return {
    // Few different values, so that there are ties.
    numbers: Array.from({ length: numbers }, () => column(() => random.below(5) / 4)),
    codes: Array.from({ length: codes }, () => column(() => random.below(3) - 1)),
    penalty: 0.1,
    k,
  };
}

it("finds the rows that the plain twin finds, ties and all, in any group", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(),
      (rows, numbers, codes, k, seed) => {
        const compared = made(rows, numbers, codes, k, seed);
        const [kernel, plain] = [new KernelNearest(compared), new PlainNearest(compared)];
        const every = Int32Array.from({ length: rows }, (_, row) => row);
        const odd = every.filter((row) => row % 2 === 1).reverse();
        for (const group of [every, odd, every]) {
          kernel.among(group);
          plain.among(group);
          for (const row of every) expect(kernel.of(row)).toEqual(plain.of(row));
        }
      },
    ),
    { numRuns: 60 },
  );
});
