import fc from "fast-check";
import { expect, test } from "vitest";
import { Choices } from "../../src/synth/choices.js";

test("values left out together are those left out one by one", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1, 5, 0.25),
      fc.uniqueArray(fc.integer({ min: -5, max: 45 })),
      fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 6 }),
      (step, indices, ends) => {
        const bounds = ends.slice(0, 2 * Math.floor(ends.length / 2)).sort((a, b) => a - b);
        const intervals = bounds.map((index) => index * step);
        const make = () =>
          new Choices(
            { missing: false, intervals },
            {
              type: { kind: "real", step, learned: false },
              optional: false,
              levels: undefined,
              step,
            },
          );
        const [one, all] = [make(), make()];
        const values = indices.map((index) => index * step);
        for (const value of values) one.remove(value);
        all.removeAll(values);
        expect(all.allowed).toEqual(one.allowed);
      },
    ),
    { seed: 4 },
  );
});
