import { describe, expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { type Batch, gatherWords, slotOrder } from "../../../src/synth/neural/batch.js";
import { gradientOf } from "../../../src/synth/neural/gradient.js";
import { type Layout, layoutOf } from "../../../src/synth/neural/layout.js";
import { Network } from "../../../src/synth/neural/network.js";
import { type Engine, loadEngine } from "../../../src/synth/neural/tensors.js";
import { lossOf } from "../../../src/synth/neural/train.js";

/** Two columns of one word and a text of three letters. */
const shape = { width: 8, layers: 2, heads: 2, hidden: 12, words: [5, 3, 6], slots: [1, 1, 3] };
const layout: Layout = layoutOf(shape);
const slots = layout.columnOf.length;

function someParameters(seed: string): Float32Array {
  const random = stream(seed, "parameters");
  return Float32Array.from({ length: layout.size }, () => 0.4 * random.normal());
}

function someBatch(examples: number, seed: string, columns: readonly number[]): Batch {
  const random = stream(seed, "words");
  const words = new Int32Array(examples * slots);
  for (let i = 0; i < words.length; i++) {
    words[i] = random.below(shape.words[layout.columnOf[i % slots] as number] as number);
  }
  return { examples, words, order: slotOrder(layout, columns) };
}

function gradient(
  engine: Engine,
  parameters: Float32Array,
  batch: Batch,
  weighting: Parameters<typeof gradientOf>[4],
) {
  const network = new Network(engine, layout);
  const weights = network.weights(parameters);
  const found = gradientOf(network, parameters, weights, batch, weighting);
  for (const weight of weights.values()) weight.dispose();
  return found;
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

const orders = [
  [0, 1, 2],
  [2, 0, 1],
  [1, 2, 0],
];

/** The native back end where it is installed: see .ci/steps/tfjs-node.sh. */
const native = process.env["PARABLE_TENSORS"] === "node" ? (["node"] as const) : [];
const backends = ["wasm", "cpu", ...native] as const;

describe.each(backends)("gradients on %s", (backend) => {
  test.each(orders)("agree with central differences in order %i %i %i", async (...columns) => {
    const engine = await loadEngine(backend);
    const parameters = someParameters(`differences ${columns}`);
    const batch = someBatch(6, "differences", columns);
    const { values } = gradient(engine, parameters, batch, { kind: "even", weight: 1 });
    const network = new Network(engine, layout);
    const random = stream("directions", ...columns);
    // Along random directions, so that every parameter is in every comparison.
    for (let trial = 0; trial < 6; trial++) {
      const direction = Float32Array.from(parameters, () => random.normal());
      const reach = 2e-3;
      const at = (side: number) =>
        lossOf(
          network,
          parameters.map((value, i) => value + (side * reach * direction[i]!) / norm(direction)),
          batch,
        );
      const slope = values.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      const measured = (at(1) - at(-1)) / (2 * reach);
      expect(Math.abs(slope / norm(direction) - measured)).toBeLessThan(
        0.02 * (1 + Math.abs(measured)),
      );
    }
  });

  test("norms by book-keeping are those of each example by itself", async () => {
    const engine = await loadEngine(backend);
    for (const columns of orders) {
      const parameters = someParameters(`norms ${columns}`);
      const batch = someBatch(7, "norms", columns);
      const { norms } = gradient(engine, parameters, batch, { kind: "clipped", norm: 1 });
      for (let example = 0; example < batch.examples; example++) {
        const alone = { ...batch, examples: 1, words: gatherWords(batch.words, slots, [example]) };
        const own = gradient(engine, parameters, alone, { kind: "even", weight: 1 });
        expect(norms?.[example]).toBeCloseTo(norm(own.values), 3);
      }
    }
  });

  test("the clipped sum is the sum of the examples' clipped gradients", async () => {
    const engine = await loadEngine(backend);
    const parameters = someParameters("sum");
    const batch = someBatch(9, "sum", [0, 1, 2]);
    const bound = 0.7;
    const { values } = gradient(engine, parameters, batch, { kind: "clipped", norm: bound });
    const wanted = new Float64Array(layout.size);
    for (let example = 0; example < batch.examples; example++) {
      const alone = { ...batch, examples: 1, words: gatherWords(batch.words, slots, [example]) };
      const own = gradient(engine, parameters, alone, { kind: "even", weight: 1 }).values;
      const share = Math.min(1, bound / norm(own));
      own.forEach((slope, i) => {
        wanted[i]! += share * slope;
      });
    }
    values.forEach((slope, i) => {
      expect(Math.abs(slope - wanted[i]!)).toBeLessThan(2e-5);
    });
  });
});

test("all back ends find the same gradient, and nothing stays behind in their memory", async () => {
  const parameters = someParameters("both");
  const batch = someBatch(5, "both", [0, 1, 2]);
  const found: Float32Array[] = [];
  for (const backend of backends) {
    const engine = await loadEngine(backend);
    await engine.tf.setBackend(backend === "node" ? "tensorflow" : backend);
    gradient(engine, parameters, batch, { kind: "clipped", norm: 1 });
    const before = engine.tf.memory().numTensors;
    found.push(gradient(engine, parameters, batch, { kind: "clipped", norm: 1 }).values);
    expect(engine.tf.memory().numTensors).toBe(before);
  }
  for (const other of found.slice(1)) {
    found[0]?.forEach((slope, i) => {
      expect(Math.abs(slope - (other[i] as number))).toBeLessThan(1e-4);
    });
  }
});
