import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { type Batch, gatherWords, slotOrder } from "../../../src/synth/neural/batch.js";
import { featuresOf, lossOf } from "../../../src/synth/neural/forward.js";
import { gradientOf } from "../../../src/synth/neural/gradient.js";
import { type Layout, layoutOf } from "../../../src/synth/neural/layout.js";
import { Network } from "../../../src/synth/neural/network.js";
import { type Engine, loadEngine } from "../../../src/synth/neural/tensors.js";
import type { Dropout, Weighting } from "../../../src/synth/neural/weighting.js";

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

function gradient(engine: Engine, parameters: Float32Array, batch: Batch, weighting: Weighting) {
  return gradientOf(new Network(engine, layout), parameters, batch, weighting);
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

const orders = [
  [0, 1, 2],
  [2, 0, 1],
  [1, 2, 0],
];

/** A mask that depends on nothing but the layer and the place. */
const thinned: Dropout = (name, count) => {
  const random = stream("thinned", name);
  return Float32Array.from({ length: count }, () => (random.below(4) === 0 ? 0 : 4 / 3));
};

/** The native back end where it is installed: see .ci/steps/tfjs-node.sh. */
const native = process.env["PARABLE_TENSORS"] === "node" ? (["node"] as const) : [];
const backends = ["wasm", "relaxed", "cpu", ...native] as const;

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
  const clipped = { kind: "clipped", norm: 1 } as const;
  for (const backend of backends) {
    const engine = await loadEngine(backend);
    await engine.tf.setBackend(backend === "node" ? "tensorflow" : engine.backend);
    for (const inTensors of backend === "cpu" ? [true] : [false, true]) {
      const network = new Network(engine, layout, inTensors);
      gradientOf(network, parameters, batch, clipped);
      const before = engine.tf.memory().numTensors;
      found.push(gradientOf(network, parameters, batch, clipped).values);
      expect(engine.tf.memory().numTensors).toBe(before);
    }
  }
  for (const other of found.slice(1)) {
    found[0]?.forEach((slope, i) => {
      expect(Math.abs(slope - (other[i] as number))).toBeLessThan(1e-4);
    });
  }
});

test("passes in kernels are those in tensors: losses, features, gradients and norms, with dropout, at any size", async () => {
  const engine = await loadEngine("wasm");
  await engine.tf.setBackend("wasm");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 2, max: 21 }), { minLength: 1, maxLength: 4 }),
      fc.record({ heads: fc.constantFrom(1, 2, 3), each: fc.constantFrom(4, 8) }),
      fc.record({ layers: fc.integer({ min: 1, max: 3 }), text: fc.integer({ min: 1, max: 5 }) }),
      fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 2, maxLength: 2 }),
      fc.nat(),
      async (words, { heads, each }, { layers, text }, sizes, seed) => {
        const width = heads * each;
        const slots = words.map((_, column) => (column === 0 ? text : 1));
        const other = layoutOf({ width, layers, heads, hidden: 2 * width, words, slots });
        const random = stream(seed, "passes");
        const parameters = Float32Array.from({ length: other.size }, () => 0.3 * random.normal());
        const columns = random.shuffle(words.map((_, column) => column));
        const [kernels, tensors] = [false, true].map((each) => new Network(engine, other, each));
        // Two batches after one another: what the first left behind must not tell.
        for (const examples of sizes) {
          const all = other.columnOf.length;
          const batch = {
            examples,
            order: slotOrder(other, columns),
            words: Int32Array.from({ length: examples * all }, (_, at) =>
              random.below(words[other.columnOf[at % all]!]!),
            ),
          };
          const ask = (network: Network | undefined, kind: "even" | "clipped") => {
            const weighting =
              kind === "even" ? { kind, weight: 1 / examples } : { kind, norm: 0.5 };
            const dropout = kind === "even" ? thinned : undefined;
            return gradientOf(network!, parameters, batch, weighting, dropout);
          };
          for (const kind of ["even", "clipped"] as const) {
            const [own, wanted] = [ask(kernels, kind), ask(tensors, kind)];
            expect(Math.abs(own.loss / wanted.loss - 1)).toBeLessThan(1e-4);
            near(own.values, wanted.values, kind === "even" ? 2e-4 : 1e-3);
            near(own.norms ?? [], wanted.norms ?? [], 5e-3);
          }
          const tokens = 1 + random.below(all);
          const [own, wanted] = [kernels, tensors].map((network) =>
            featuresOf(network!, parameters, batch, tokens),
          );
          near(own!, wanted!, 1e-3);
          const losses = [kernels, tensors].map((network) => lossOf(network!, parameters, batch));
          expect(Math.abs(losses[0]! / losses[1]! - 1)).toBeLessThan(1e-4);
        }
      },
    ),
    { seed: 8, numRuns: 40 },
  );
});

function near(a: ArrayLike<number>, b: ArrayLike<number>, gap: number): void {
  expect(a.length).toBe(b.length);
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  expect(worst).toBeLessThan(gap);
}
