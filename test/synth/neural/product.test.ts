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
        const product = productIn(memory, space, [spare, m * n], native);
        product([m, k, n], left, right, [out, n, row, adds]);
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

test("a product is the kernel's where a factor has gaps, or there is no room for what the library gives", async () => {
  const { tf } = await loadEngine("wasm");
  const [m, k, n] = [512, 512, 256];
  const random = stream("product", "gaps");
  const some = (length: number) => Float32Array.from({ length }, () => random.normal());
  const [a, b, bias] = [some(m * (k + 4)), some(k * n), some(n)];
  const asked = { ...tf, matMul: () => expect.fail("the library was asked") } as typeof tf;
  for (const [wide, room] of [
    [k + 4, m * n],
    [k, m * n - 1],
  ] as const) {
    const memory = new NetworkMemory();
    const space = memory.claim(memory.kernels.room(n));
    const [left, right, row] = [memory.put(a), memory.put(b), memory.put(bias)];
    const out = memory.claim(m * n);
    productIn(memory, space, [memory.claim(room), room], asked)(
      [m, k, n],
      [left, wide, 1],
      [right, n, 1],
      [out, n, row, false],
    );
    let wanted = bias[n - 1] as number;
    for (let p = 0; p < k; p++) wanted += a[(m - 1) * wide + p]! * b[p * n + n - 1]!;
    expect(Math.abs(memory.floats(out, m * n)[m * n - 1]! - wanted)).toBeLessThan(1e-3);
  }
});

test("arrays begin with a line of memory, so that a library need not copy them", () => {
  const memory = new NetworkMemory();
  for (const length of [1, 5, 16, 33]) expect(memory.claim(length) % 64).toBe(0);
});
