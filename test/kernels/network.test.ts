import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stream } from "../../src/base/random.js";
import {
  attend,
  attendBack,
  lineOf,
  multiply,
  normalise,
  normaliseBack,
} from "../../src/kernels/network.js";
import { attendBackward, attendForward } from "./attention.js";

function some(length: number, seed: number | string): Float32Array {
  const random = stream(seed, "network");
  return Float32Array.from({ length }, () => random.normal());
}

function near(a: ArrayLike<number>, b: ArrayLike<number>, gap: number): void {
  expect(a.length).toBe(b.length);
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    worst = Math.max(worst, Math.abs((a[i] as number) - (b[i] as number)));
  }
  expect(worst).toBeLessThan(gap);
}

/** Lines of shares padded with 0. */
function padded(shares: Float32Array, tokens: number): Float32Array {
  const line = lineOf(tokens);
  const out = new Float32Array((shares.length / tokens) * line);
  for (let from = 0, to = 0; from < shares.length; from += tokens, to += line) {
    out.set(shares.subarray(from, from + tokens), to);
  }
  return out;
}

const turnedOf = (values: Float32Array, rows: number, columns: number) =>
  Float32Array.from({ length: values.length }, (_, at) => {
    const [column, row] = [Math.floor(at / rows), at % rows];
    return values[row * columns + column] as number;
  });

const size = fc.integer({ min: 1, max: 40 });

describe("the network's kernels agree with plain loops", () => {
  test("products, whichever factor is turned, and deeper than a panel", () => {
    fc.assert(
      fc.property(
        fc.record({ m: size, n: size, k: fc.oneof(size, fc.integer({ min: 250, max: 600 })) }),
        fc.boolean(),
        fc.boolean(),
        fc.nat(),
        ({ m, n, k }, turnedA, turnedB, seed) => {
          const [a, b] = [some(m * k, seed), some(k * n, seed + 1)];
          const wanted = new Float64Array(m * n);
          for (let i = 0; i < m; i++) {
            for (let p = 0; p < k; p++) {
              for (let j = 0; j < n; j++) wanted[i * n + j]! += a[i * k + p]! * b[p * n + j]!;
            }
          }
          const left = { values: turnedA ? turnedOf(a, m, k) : a, turned: turnedA };
          const right = { values: turnedB ? turnedOf(b, k, n) : b, turned: turnedB };
          const into = new Float32Array(m * n).fill(Number.NaN);
          multiply(m, k, n, left, right, into);
          near(into, wanted, 2e-4);
        },
      ),
      { seed: 3, numRuns: 120 },
    );
  });

  test("causal attention, there and back", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 17 }),
        fc.constantFrom(1, 2, 3),
        fc.constantFrom(4, 8, 12),
        fc.nat(),
        (examples, tokens, heads, each, seed) => {
          const batch = { examples, tokens, heads };
          const width = heads * each;
          const packed = some(examples * tokens * 3 * width, seed);
          const up = some(examples * tokens * width, seed + 1);
          const plain = attendForward(packed, width, batch);
          const { mixed, shares } = attend(packed, { ...batch, width });
          near(mixed, plain.mixed, 1e-5);
          near(shares, padded(plain.shares, tokens), 1e-5);
          const slopes = attendBack(packed, shares, up, { ...batch, width });
          near(slopes, attendBackward(packed, plain.shares, up, width, batch), 5e-5);
        },
      ),
      { seed: 4, numRuns: 60 },
    );
  });

  test("normalisation, there and back", () => {
    const width = 12;
    const x = some(7 * width, "x");
    const { values, scales } = normalise(x, width);
    for (let row = 0; row < 7; row++) {
      const own = values.subarray(row * width, (row + 1) * width);
      expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 4);
      expect(own.reduce((a, b) => a + b * b, 0) / width).toBeCloseTo(1, 3);
    }
    const up = some(x.length, "up");
    const found = normaliseBack(up, values, scales);
    const reach = 1e-2;
    for (const at of [0, 5, 30, 83]) {
      const lossAt = (step: number): number => {
        const moved = x.slice();
        moved[at]! += step;
        return normalise(moved, width).values.reduce((sum, y, i) => sum + y * up[i]!, 0);
      };
      expect(found[at]).toBeCloseTo((lossAt(reach) - lossAt(-reach)) / (2 * reach), 2);
    }
  });
});
