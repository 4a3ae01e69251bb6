import fc from "fast-check";
import { expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { distinctOf, distinctPlain } from "../../src/kernels/distinct.js";

const shapes: Record<string, (random: ReturnType<typeof stream>) => number> = {
  whole: (random) => random.below(40) - 9,
  wide: (random) => (random.below(1000) - 500) * 1e6,
  cents: (random) => (random.below(5000) - 2500) / 100,
  any: (random) => random.normal() * 10 ** (random.below(600) - 300),
  zeros: (random) => [0, -0, 1, -1][random.below(4)] as number,
  ends: (random) => [Infinity, -Infinity, 5, Number.MAX_VALUE, 5e-324][random.below(5)] as number,
  nothing: () => Number.NaN,
};

it("finds what the plain twin finds, to the sign of a zero", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(shapes)),
      fc.constantFrom(64, 65, 500, 3000),
      fc.boolean(),
      fc.nat(),
      (shape, rows, gaps, seed) => {
        const random = stream(seed, shape);
        const values = Float64Array.from({ length: rows }, () =>
          gaps && random.below(4) === 0 ? Number.NaN : (shapes[shape]?.(random) as number),
        );
        const [found, expected] = [distinctOf(values), distinctPlain(values)];
        expect(found).toEqual(expected);
        const sameSigns = found.values.every((value, at) => Object.is(value, expected.values[at]));
        expect(sameSigns).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
});
