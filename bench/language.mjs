// The row language model's training on each tensor library that is here: steps and rows a second, and how far
// the time of one is from the other's, in turns. Needs a build.
// node bench/language.mjs [STEPS] [--large] [--json] [BACKEND …]
import { stream } from "../dist/src/base/random.js";
import { gatherWords, slotOrder } from "../dist/src/synth/neural/batch.js";
import { gradientOf } from "../dist/src/synth/neural/gradient.js";
import { firstParameters, layoutOf } from "../dist/src/synth/neural/layout.js";
import { Network } from "../dist/src/synth/neural/network.js";
import { Adam, clipNorm } from "../dist/src/synth/neural/optimiser.js";
import { loadEngine } from "../dist/src/synth/neural/tensors.js";

const args = process.argv.slice(2);
const steps = Number(args.find((each) => /^\d+$/.test(each)) ?? 20);
const asked = args.filter((each) => /^[a-z]+$/.test(each));
/** That of Adult (15 columns) as `learn with language` makes it, or a larger one. */
const shape = args.includes("--large")
  ? {
      width: 128,
      layers: 4,
      heads: 4,
      hidden: 512,
      words: Array(15).fill(160),
      slots: Array(15).fill(1),
    }
  : {
      ...{ width: 64, layers: 2, heads: 4, hidden: 128, slots: Array(15).fill(1) },
      words: [75, 9, 100, 16, 16, 8, 15, 6, 5, 2, 30, 30, 60, 43, 2],
    };
const examples = 256;
const layout = layoutOf(shape);
const random = stream("bench", "language");
const words = Int32Array.from({ length: examples * 15 }, (_, i) =>
  random.below(shape.words[i % 15]),
);
const order = slotOrder(
  layout,
  shape.words.map((_, column) => column),
);
const batch = {
  examples,
  order,
  words: gatherWords(
    words,
    15,
    Int32Array.from({ length: examples }, (_, i) => i),
  ),
};

async function trainer(backend, isPrivate) {
  const engine = await loadEngine(backend);
  if (backend !== "node") await engine.tf.setBackend(engine.backend);
  const network = new Network(engine, layout);
  const parameters = firstParameters(layout, stream("bench"), () => undefined);
  const adam = new Adam(layout.size);
  const weighting = isPrivate
    ? { kind: "clipped", norm: 1 }
    : { kind: "even", weight: 1 / examples };
  return () => {
    const { values, loss } = gradientOf(network, parameters, batch, weighting);
    clipNorm(values, 1);
    adam.apply(parameters, values, 1e-3);
    return loss;
  };
}

for (const backend of asked.length > 0 ? asked : ["wasm", process.env.PARABLE_TENSORS ?? "wasm"]) {
  for (const isPrivate of [false, true]) {
    const step = await trainer(backend, isPrivate);
    step();
    const took = Array.from({ length: steps }, () => {
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      step();
      const { user, system } = process.cpuUsage(cpu);
      return [(performance.now() - start) / 1000, (user + system) / 1e6];
    });
    const median = (at) => took.map((each) => each[at]).sort((a, b) => a - b)[steps >> 1];
    const [wall, cpu] = [median(0), median(1)];
    const figures = { backend, clipped: isPrivate, parameters: layout.size, wall, cpu };
    console.log(
      args.includes("--json")
        ? JSON.stringify(figures)
        : `${backend}${isPrivate ? ", each row clipped" : ""}: ${(1 / wall).toFixed(2)} steps/s, ${(examples / wall).toFixed(0)} rows/s, ${(1000 * cpu).toFixed(0)} ms of CPU a step (${layout.size} parameters)`,
    );
  }
}
