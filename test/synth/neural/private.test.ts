import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { CLIP_MARGIN } from "../../../src/privacy/descent.js";
import { slotOrder } from "../../../src/synth/neural/batch.js";
import { layoutOf, partOf, pieceOf } from "../../../src/synth/neural/layout.js";
import { Network } from "../../../src/synth/neural/network.js";
import { clippedSum } from "../../../src/synth/neural/private-train.js";
import { loadEngine } from "../../../src/synth/neural/tensors.js";

const shape = { width: 8, layers: 1, heads: 2, hidden: 8, words: [5, 3, 4], slots: [1, 1, 1] };
const layout = layoutOf(shape);
const order = slotOrder(layout, [0, 1, 2]);
const clip = 0.5;
const most = clip * (1 - CLIP_MARGIN);

/** The L2 distance that one more row makes. */
function moved(network: Network, seed: number, rows: number, scale: number, norm: number): number {
  const random = stream(seed, "neighbours");
  const parameters = Float32Array.from({ length: layout.size }, () => scale * random.normal());
  const words = Int32Array.from({ length: 3 * (rows + 1) }, (_, i) =>
    random.below(shape.words[i % 3] as number),
  );
  const more = clippedSum(network, parameters, words, rows + 1, order, norm);
  const fewer = clippedSum(network, parameters, words.subarray(0, 3 * rows), rows, order, norm);
  return Math.sqrt(more.reduce((sum, value, i) => sum + (value - fewer[i]!) ** 2, 0));
}

describe("the sum of clipped gradients", () => {
  test("is moved by one more row by no more than is charged, whatever the rows and weights", async () => {
    const network = new Network(await loadEngine("wasm"), layout);
    let largest = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 0, max: 40 }),
        fc.constantFrom(0.01, 0.3, 1, 4),
        (seed, rows, scale) => {
          const distance = moved(network, seed, rows, scale, most);
          largest = Math.max(largest, distance);
          expect(distance).toBeLessThanOrEqual(clip);
        },
      ),
      { numRuns: 40, seed: 7 },
    );
    // The bound is met: clipping is at work, and not far below what was asked.
    expect(largest).toBeGreaterThan(0.98 * most);
  });

  test("a mutant that clips to twice the norm is caught", async () => {
    const network = new Network(await loadEngine("wasm"), layout);
    const distances = [1, 2, 3].map((seed) => moved(network, seed, 10, 1, 2 * most));
    expect(Math.max(...distances)).toBeGreaterThan(clip);
  });

  test("a row without a finite gradient adds nothing, and spoils no other row's", async () => {
    const network = new Network(await loadEngine("wasm"), layout);
    const random = stream(3, "parameters");
    const parameters = Float32Array.from({ length: layout.size }, () => 0.3 * random.normal());
    const piece = pieceOf(layout, "embed.0");
    // Only rows with the last word of the first column ever look there.
    partOf(parameters, piece).fill(Number.POSITIVE_INFINITY, 4 * shape.width, 5 * shape.width);
    const others = Int32Array.of(0, 1, 2, 3, 2, 1);
    const spoilt = Int32Array.of(4, 0, 0);
    const sum = (words: Int32Array) =>
      clippedSum(network, parameters, words, words.length / 3, order, most);
    expect(sum(Int32Array.of(...others, ...spoilt))).toEqual(sum(others));
    expect(sum(spoilt).every((value) => value === 0)).toBe(true);
    expect(sum(others).some((value) => value !== 0)).toBe(true);
  });

  test("over more rows than go through the network together, nothing is lost between the parts", async () => {
    const network = new Network(await loadEngine("wasm"), layout);
    expect(moved(network, 5, 256, 1, most)).toBeLessThanOrEqual(clip);
    expect(moved(network, 5, 256, 1, most)).toBeGreaterThan(0.9 * most);
  });
});
