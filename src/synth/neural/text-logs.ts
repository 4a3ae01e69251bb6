import { type Batch, isSettled, slotOrder } from "./batch.js";
import { featuresOf } from "./forward.js";
import { logitsOf } from "./heads.js";
import { GONE, type Letters } from "./letters.js";
import type { Network } from "./network.js";

/** A text column of a trained network. */
export interface Reading {
  readonly network: Network;
  readonly parameters: Float32Array;
  readonly column: number;
  readonly codec: Letters;
}

/** Texts that go through the network together. */
const together = 128;

/** Of each text the log-probability (nats) that the column holds it, no other column being told. */
export function textLogs(reading: Reading, texts: readonly string[]): Float64Array {
  const logs = new Float64Array(texts.length);
  for (let from = 0; from < texts.length; from += together) {
    logs.set(logsOf(reading, texts.slice(from, from + together)), from);
  }
  return logs;
}

function logsOf({ network, parameters, column, codec }: Reading, texts: readonly string[]) {
  const { layout } = network;
  const slots = layout.columnOf.length;
  const words = new Int32Array(texts.length * slots);
  const first = layout.firstOf[column] as number;
  const logs = Float64Array.from(texts, (text, i) =>
    codec.spellText(text, words, i * slots + first) ? 0 : Number.NEGATIVE_INFINITY,
  );
  const batch: Batch = { examples: texts.length, words, order: slotOrder(layout, [column]) };
  const { width } = layout.shape;
  const features = featuresOf(network, parameters, batch);
  batch.order.forEach((slot, t) => {
    const own = new Float32Array(texts.length * width);
    for (let i = 0; i < texts.length; i++) {
      const from = (i * batch.order.length + t) * width;
      own.set(features.subarray(from, from + width), i * width);
    }
    const logits = logitsOf(network.tf, layout, parameters, slot, own);
    for (let i = 0; i < texts.length; i++) {
      if (isSettled(layout, words, i * slots, slot)) continue;
      const line = logits.subarray(i * codec.words, (i + 1) * codec.words);
      // Only the first slot may say that there is no text.
      if (t > 0) line[GONE] = Number.NEGATIVE_INFINITY;
      logs[i]! += logShare(line, words[i * slots + slot] as number);
    }
  });
  return logs;
}

/** The log of a word's share in the softmax of a line. */
function logShare(line: Float32Array, word: number): number {
  const top = line.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const sum = line.reduce((total, logit) => total + Math.exp(logit - top), 0);
  return (line[word] as number) - top - Math.log(sum);
}
