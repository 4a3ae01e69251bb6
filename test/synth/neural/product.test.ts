import { describe, expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { NetworkMemory } from "../../../src/kernels/network-memory.js";
import { type Lying, productIn } from "../../../src/synth/neural/product.js";
import { loadEngine } from "../../../src/synth/neural/tensors.js";

/** Large enough to go to the library, and too small for it. */
const sizes = [
  [512, 512, 256],
  [9, 20, 12],
] as const;

describe.each(sizes)("a product of %i × %i × %i", (m, k, n) => {
  test.each([
    [false, false, false, false],
    [true, false, true, false],
    [false, true, false, true],
    [true, true, true, true],
  ])(
    "is the same by kernel and library: turned %s %s, with a row %s, added %s",
    async (turnedA, turnedB, biased, adds) => {
      const { tf } = await loadEngine("wasm");
      const random = stream("product", m);
      const some = (length: number) => Float32Array.from({ length }, () => random.normal());
      const [a, b, bias, before] = [some(m * k), some(k * n), some(n), some(m * n)];
      const found = [undefined, tf].map((native) => {
        const memory = new NetworkMemory();
        const space = memory.claim(memory.kernels.room(n));
        const spare = memory.claim(m * n);
        const left: Lying = turnedA ? [memory.put(a), 1, m] : [memory.put(a), k, 1];
        const right: Lying = turnedB ? [memory.put(b), 1, k] : [memory.put(b), n, 1];
        const [row, out] = [biased ? memory.put(bias) : 0, memory.put(before)];
        productIn(memory, space, spare, native)([m, k, n], left, right, [out, n, row, adds]);
        return memory.floats(out, m * n).slice();
      });
      let worst = 0;
      for (let i = 0; i < m * n; i++)
        worst = Math.max(worst, Math.abs(found[0]![i]! - found[1]![i]!));
      expect(worst).toBeLessThan(1e-3);
      const [i, j] = [m - 1, n - 2];
      let wanted = (biased ? bias[j]! : 0) + (adds ? before[i * n + j]! : 0);
      for (let p = 0; p < k; p++) {
        wanted +=
          (turnedA ? a[p * m + i]! : a[i * k + p]!) * (turnedB ? b[j * k + p]! : b[p * n + j]!);
      }
      expect(Math.abs(found[0]![i * n + j]! - wanted)).toBeLessThan(1e-3);
    },
  );
});
