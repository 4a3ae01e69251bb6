import fc from "fast-check";
import { expect, test } from "vitest";
import { isTold } from "../../../src/synth/marginal/workload.js";

/** Three of four codes of a key of four have one value each; the rest of rare values may have any. */
test.each([
  { key: 1, pair: [1, 2], sizes: [9, 4, 3] },
  { key: 2, pair: [1, 2], sizes: [9, 3, 4] },
] as const)(
  "zeros that leave a key's codes one value each tell what goes with it ($key)",
  (one) => {
    const { key, pair, sizes } = one;
    const allowed = (values: (code: number) => readonly number[]) =>
      Uint8Array.from({ length: 12 }, (_, cell) => {
        const [first, second] = [Math.floor(cell / sizes[2]), cell % sizes[2]];
        const [code, value] = key === 1 ? [first, second] : [second, first];
        return Number(values(code).includes(value));
      });
    const zeros = (values: (code: number) => readonly number[]) => [
      { clique: [...pair], allowed: allowed(values) },
    ];
    expect(
      isTold(
        one,
        zeros((code) => (code === 3 ? [0, 1, 2] : [code])),
        sizes,
      ),
    ).toBe(true);
    expect(
      isTold(
        one,
        zeros((code) => (code > 1 ? [0, 1, 2] : [code])),
        sizes,
      ),
    ).toBe(false);
    expect(isTold(one, [], sizes)).toBe(false);
    const other = [{ clique: [0, key], allowed: new Uint8Array(36) }];
    expect(isTold(one, other, sizes)).toBe(false);
  },
);

test("zeros of the other direction tell nothing of a key", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), (values) => {
      // Each of twice as many values goes with one code of the key: the key goes with two.
      const sizes = [values, 2 * values];
      const allowed = Uint8Array.from({ length: 2 * values * values }, (_, cell) =>
        Number(Math.floor(cell / sizes[1]!) === Math.floor((cell % sizes[1]!) / 2)),
      );
      const zeros = [{ clique: [0, 1], allowed }];
      expect(isTold({ key: 1, pair: [0, 1] }, zeros, sizes)).toBe(true);
      expect(isTold({ key: 0, pair: [0, 1] }, zeros, sizes)).toBe(false);
    }),
  );
});
