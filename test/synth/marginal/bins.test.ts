import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../../src/base/random.js";
import { BinDrawer } from "../../../src/synth/marginal/bins.js";
import { binned } from "../../../src/table/domain.js";

const of = (edges: readonly number[], masses: readonly number[], step?: number) => {
  const type = { kind: "real", min: edges[0]!, max: edges.at(-1)!, learned: false };
  const stepped = step === undefined ? type : { ...type, step };
  const domain = binned({ name: "x", type: stepped as never, optional: false }, edges);
  return new BinDrawer(domain, Float64Array.from(masses));
};

describe("values within bins", () => {
  it("are the shortest number of a bin that was cut around one value, where the rules leave it", () => {
    const random = stream(2, "bins");
    const cell = 3400 / 2 ** 24;
    const edges = [0, cell, 40, 40 + cell, 2400.0199, 2400.0199 + cell, 3400];
    const drawer = of(edges, [0.5, 0.1, 0.1, 0.1, 0.1, 0.1]);
    const drawn = (bin: number, within?: number[]) => drawer.draw(bin, within, random);
    expect([drawn(0), drawn(2), drawn(4)]).toEqual([0, 40, 2400.02]);
    expect(drawn(0, [0, 3400])).toBe(0);
    const above = drawn(0, [1e-6, 3400]);
    expect(above >= 1e-6 && above <= cell).toBe(true);
    expect(of([-2, -1.1000001, -1.1, 0, 1e-7, 1], [1, 1, 1, 1, 1]).draw(1, undefined, random)).toBe(
      -1.1000001,
    );
  });

  it("are the upper end of the last bin where it was cut around that", () => {
    const random = stream(2, "bins");
    for (const [low, high] of [[0, 1] as const, [-2, 4] as const, [0, 3400] as const]) {
      const last = high - (high - low) / 2 ** 24;
      const drawer = of([low, (low + high) / 2, last, high], [1, 1, 1]);
      expect(drawer.draw(2, undefined, random)).toBe(high);
      expect(drawer.draw(2, [low, last], random)).toBe(last);
    }
  });

  it("lie in their bin, and its parts' masses sum to one, whatever the masses (200 cases)", () => {
    const masses = fc.array(
      fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1, noNaN: true })),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    const law = fc.property(
      masses,
      fc.array(fc.double({ min: 0.01, max: 1e4, noNaN: true }), { minLength: 6, maxLength: 6 }),
      (own, widths) => {
        const edges = [-3];
        for (const width of widths.slice(0, own.length)) edges.push(edges.at(-1)! + width);
        const drawer = of(edges, own);
        const random = stream(1, "bins");
        for (let bin = 0; bin < own.length; bin++) {
          const [low, high] = [edges[bin]!, edges[bin + 1]!];
          const middle = low + (high - low) / 3;
          const parts =
            drawer.openShare(bin, [low, middle]) + drawer.openShare(bin, [middle, high]);
          expect(parts).toBeCloseTo(1, 9);
          for (let i = 0; i < 5; i++) {
            const value = drawer.draw(bin, undefined, random);
            expect(value >= low && value <= high).toBe(true);
          }
        }
      },
    );
    fc.assert(law, { numRuns: 200, seed: 7 });
  });

  it("of an outer bin much thinner than its neighbour fall off as a tail does, on both sides", () => {
    // 0 .. 2 with density 1/4 each, then a tail of mass 1/2 whose density starts at 1/4: mean 2 of e^(−x/2).
    const right = of([0, 1, 2, 200], [0.25, 0.25, 0.5]);
    const left = of([-200, -2, -1, 0], [0.5, 0.25, 0.25]);
    for (const [drawer, bin, sign] of [
      [right, 2, 1],
      [left, 0, -1],
    ] as const) {
      const random = stream(3, "tails");
      const beyond = Array.from(
        { length: 4000 },
        () => sign * drawer.draw(bin, undefined, random) - 2,
      );
      const mean = beyond.reduce((a, b) => a + b, 0) / beyond.length;
      // Six standard errors of a mean of 2: a false alarm in 10⁸.
      expect(Math.abs(mean - 2)).toBeLessThan((6 * 2) / Math.sqrt(4000));
      expect(drawer.openShare(bin, sign > 0 ? [2, 4] : [-4, -2])).toBeCloseTo(1 - Math.exp(-1), 6);
    }
  });

  it("on a step are its grid points, in a tail too", () => {
    const drawer = of([0, 5, 10, 100], [0.5, 0.4, 0.1], 5);
    const random = stream(5, "steps");
    const drawn = Array.from({ length: 500 }, () => drawer.draw(2, undefined, random));
    expect(drawn.every((value) => value % 5 === 0 && value >= 10 && value <= 100)).toBe(true);
    expect(drawn.filter((value) => value === 10).length).toBeGreaterThan(
      drawn.filter((value) => value >= 55).length,
    );
  });
});
