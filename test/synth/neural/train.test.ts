import { beforeAll, describe, expect, test } from "vitest";
import { type Progress, silent } from "../../../src/base/progress.js";
import { type Random, stream } from "../../../src/base/random.js";
import { slotOrder } from "../../../src/synth/neural/batch.js";
import { lossOf } from "../../../src/synth/neural/forward.js";
import { firstParameters, layoutOf } from "../../../src/synth/neural/layout.js";
import { Network } from "../../../src/synth/neural/network.js";
import { languageOptions } from "../../../src/synth/neural/options.js";
import { loadEngine } from "../../../src/synth/neural/tensors.js";
import { type Trained, type TrainTask, train } from "../../../src/synth/neural/train.js";
import { trainWatched } from "../../../src/synth/neural/train-watched.js";

// Rows whose law is known: a is even over six, b is a in 7 of 10 rows, c is (a + b) mod 6 in 8 of 10, else any.
const sizes = [6, 6, 6];
const shape = { width: 16, layers: 1, heads: 2, hidden: 32, words: sizes, slots: [1, 1, 1] };
const layout = layoutOf(shape);
const shareOf = (isIt: boolean, known: number) => (isIt ? known : 0) + (1 - known) / 6;

function rowsOf(rows: number, random: Random): Int32Array {
  const words = new Int32Array(3 * rows);
  for (let row = 0; row < rows; row++) {
    const a = random.below(6);
    const b = random.below(10) < 7 ? a : random.below(6);
    const c = random.below(10) < 8 ? (a + b) % 6 : random.below(6);
    words.set([a, b, c], 3 * row);
  }
  return words;
}

/** Nats by which a row of fresh ones surprises these weights more than it would who knows the law. */
function excess(network: Network, parameters: Float32Array): number {
  const rows = 4000;
  const words = rowsOf(rows, stream("fresh", "train"));
  let known = 0;
  for (let row = 0; row < rows; row++) {
    const [a, b, c] = words.subarray(3 * row, 3 * row + 3) as unknown as [number, number, number];
    known -= Math.log(shareOf(a === b, 0.7) * shareOf((a + b) % 6 === c, 0.8) * (1 / 6));
  }
  const order = slotOrder(layout, [0, 1, 2]);
  return (lossOf(network, parameters, { examples: rows, words, order }) - known) / rows;
}

function taskOf(epochs: number, seed: number, patience = 6): TrainTask {
  const rows = 600;
  const options = {
    ...languageOptions({ epochs: [epochs], rate: [1e-2], batch: [32], patience: [patience] }, rows),
    ...{ width: 16, layers: 1, heads: 2 },
  };
  return {
    ...{ shape, rows, options, seed, drawing: [0, 1, 2] },
    words: rowsOf(rows, stream(seed, "train")),
    parameters: firstParameters(layout, stream(seed, "parameters"), () => undefined),
  };
}

function trained(
  epochs: number,
  seed: number,
  stopAfter = Infinity,
  patience = 6,
): Promise<Trained> {
  let steps = 0;
  return train(
    taskOf(epochs, seed, patience),
    () => {},
    () => steps++ >= stopAfter,
  );
}

test("the last losses that are shown are those of the last epoch, ended early or not", async () => {
  for (const [epochs, patience] of [
    [3, 6],
    [60, 1],
  ] as const) {
    let shown: unknown;
    const progress: Progress = {
      ...silent,
      report: ({ losses }) => {
        shown = losses ?? shown;
      },
    };
    const { epochs: all, ended } = await trainWatched(taskOf(epochs, 1, patience), "t", progress);
    expect(ended).toBe(patience === 1 ? "early" : "done");
    expect(shown).toEqual(all);
  }
});

describe("training", () => {
  let network: Network;
  beforeAll(async () => {
    network = new Network(await loadEngine("wasm"), layout);
  });

  // Seeds are fixed. With the last step's weights in place of their mean the longer training is worse, by 0.07 and 0.06.
  test.each([1, 2])("that may last longer leaves better weights (seed %i)", async (seed) => {
    const [short, long] = [await trained(6, seed), await trained(120, seed, Infinity, 3)];
    expect(long.ended).toBe("early");
    expect(excess(network, long.parameters)).toBeLessThan(excess(network, short.parameters) - 0.02);
  });

  test("keeps the weights of the epoch with the least held-out loss, and ends when none is better", async () => {
    const { epochs, best, ended } = await trained(60, 1);
    const held = epochs.map((epoch) => epoch.held as number);
    expect(held[best - 1]).toBe(Math.min(...held));
    expect(ended).toBe("early");
    expect(epochs.length - best).toBe(6);
  });

  test("that is stopped in its first epoch keeps what it has, in a later one the best", async () => {
    const first = await trained(6, 1, 10);
    expect(first).toMatchObject({ ended: "interrupted", best: 0, epochs: [] });
    const later = await trained(6, 1, 60);
    expect(later.ended).toBe("interrupted");
    expect(later.best).toBe(later.epochs.length);
    const [early, late] = [first, later].map(({ parameters }) => excess(network, parameters));
    expect(late).toBeLessThan(early as number);
  });
});
