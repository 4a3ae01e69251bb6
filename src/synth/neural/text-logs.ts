import { isSettled, slotOrder } from "./batch.js";
import { Decoder } from "./decoder.js";
import type { Layout } from "./layout.js";
import { GONE, type Letters } from "./letters.js";

/** A text column of a trained network. */
export interface Reading {
  readonly layout: Layout;
  readonly parameters: Float32Array;
  readonly column: number;
  readonly codec: Letters;
}

/** Texts that are read together. */
const together = 128;

/** Of each text the log-probability (nats) that the column holds it, no other column being told. */
export function textLogs(reading: Reading, texts: readonly string[]): Float64Array {
  const { layout, parameters, column } = reading;
  const order = slotOrder(layout, [column]);
  const decoder = new Decoder(layout, parameters, order);
  const logs = new Float64Array(texts.length);
  for (let from = 0; from < texts.length; from += together) {
    logs.set(logsOf(reading, decoder, order, texts.slice(from, from + together)), from);
  }
  return logs;
}

function logsOf(
  { layout, column, codec }: Reading,
  decoder: Decoder,
  order: readonly number[],
  texts: readonly string[],
): Float64Array {
  const slots = layout.columnOf.length;
  const first = layout.firstOf[column] as number;
  const state = decoder.begin(texts.length);
  const { words } = state;
  const logs = Float64Array.from(texts, (text, i) =>
    codec.spellText(text, words, i * slots + first) ? 0 : Number.NEGATIVE_INFINITY,
  );
  order.forEach((slot, t) => {
    const open = Int32Array.from(texts, (_, i) => i).filter(
      (i) => logs[i] !== Number.NEGATIVE_INFINITY && !isSettled(layout, words, i * slots, slot),
    );
    const logits = decoder.logits(state, open, t);
    open.forEach((i, at) => {
      const line = logits.subarray(at * codec.words, (at + 1) * codec.words);
      // Only the first slot may say that there is no text.
      if (t > 0) line[GONE] = Number.NEGATIVE_INFINITY;
      logs[i]! += logShare(line, words[i * slots + slot] as number);
    });
  });
  return logs;
}

/** The log of a word's share in the softmax of a line. */
function logShare(line: Float32Array, word: number): number {
  const top = line.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const sum = line.reduce((total, logit) => total + Math.exp(logit - top), 0);
  return (line[word] as number) - top - Math.log(sum);
}
