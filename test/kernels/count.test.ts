import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { countBytePairs, countPairsPlain } from "../../src/kernels/count.js";

describe("counting pairs of bytes", () => {
  it("agrees with the plain twin, cell by cell", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 0, max: 70 }),
        fc.integer(),
        (sizes, rows, seed) => {
          const random = stream(seed, "count");
          const columns = sizes.map((size) => ({
            size,
            codes: Uint8Array.from({ length: rows }, () => random.below(size)),
          }));
          const groups = [
            { members: [0, 1] },
            ...sizes.slice(2).map((_, i) => ({ members: [i + 2] })),
          ];
          const pairs = groups.flatMap((_, g) => groups.map((__, h) => [g, h] as const));
          expect(countBytePairs(columns, groups, pairs, rows)).toEqual(
            countPairsPlain(columns, groups, pairs, rows),
          );
        },
      ),
    );
  });

  it("holds across blocks and for full bytes", () => {
    const rows = 270_001;
    const random = stream(2, "blocks");
    const columns = [256, 256, 2, 128].map((size) => ({
      size,
      codes: Uint8Array.from({ length: rows }, () => random.below(size)),
    }));
    const groups = [{ members: [0] }, { members: [1] }, { members: [2, 3] }];
    const pairs = [
      [0, 1],
      [2, 2],
      [1, 2],
    ] as const;
    expect(countBytePairs(columns, groups, pairs, rows)).toEqual(
      countPairsPlain(columns, groups, pairs, rows),
    );
  });
});
