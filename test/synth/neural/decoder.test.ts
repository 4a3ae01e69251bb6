import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { Decoder } from "../../../src/synth/neural/decoder.js";
import { featuresOf } from "../../../src/synth/neural/forward.js";
import { logitsOf } from "../../../src/synth/neural/heads.js";
import { layoutOf } from "../../../src/synth/neural/layout.js";
import { Network } from "../../../src/synth/neural/network.js";
import { loadEngine } from "../../../src/synth/neural/tensors.js";

/** More rows than go through the kernels together. */
const rows = 300;

test("logits read slot by slot, with rows told anew on the way, are those of a whole pass", async () => {
  const layout = layoutOf({
    ...{ width: 16, layers: 2, heads: 2, hidden: 32 },
    ...{ words: [5, 7, 3, 11], slots: [1, 3, 1, 1] },
  });
  const random = stream("decoder");
  const parameters = Float32Array.from({ length: layout.size }, () => 0.5 * random.normal());
  const order = [4, 1, 2, 3, 0, 5];
  const decoder = new Decoder(layout, parameters, order);
  const network = new Network(await loadEngine("cpu"), layout);
  // As letters that never end: no slot is settled by the one before.
  const anyWord = (slot: number) => {
    const words = layout.shape.words[layout.columnOf[slot] as number] as number;
    return Math.min(words - 1, 2 + random.below(words));
  };
  let state = decoder.begin(rows);
  for (let round = 0; round < 2; round++) {
    for (const [at, some] of [...plan(), [4, 40], [5, 3]] as const) {
      const chosen = random.shuffle(Int32Array.from({ length: rows }, (_, i) => i)).slice(0, some);
      for (const row of chosen) {
        // A word that was told changes, and what is remembered behind it is out of date.
        const from = random.below(at + 1);
        for (let t = from; t < at; t++) state.words[row * 6 + order[t]!] = anyWord(order[t]!);
        state.told[row] = Math.min(state.told[row] as number, from + 1);
      }
      const words = new Int32Array(chosen.length * 6);
      for (const [i, row] of chosen.entries()) {
        words.set(state.words.subarray(row * 6, row * 6 + 6), i * 6);
      }
      const batch = { examples: chosen.length, words, order };
      const features = featuresOf(network, parameters, batch, at + 1);
      const last = new Float32Array(chosen.length * 16);
      chosen.forEach((_, i) => {
        const end = (i + 1) * (at + 1) * 16;
        last.set(features.subarray(end - 16, end), i * 16);
      });
      const wanted = logitsOf(network.tf, layout, parameters, order[at] as number, last);
      const found = decoder.logits(state, chosen, at);
      expect(found.length).toBe(wanted.length);
      const gaps = found.map((logit, i) => Math.abs(logit - (wanted[i] as number)));
      expect(Math.max(...gaps)).toBeLessThan(2e-4);
    }
    // The memory of rows that are over may serve others.
    state = decoder.begin(rows, state);
  }
});

function plan(): [number, number][] {
  return [0, 1, 2, 3, 4, 5].map((at) => [at, rows]);
}
