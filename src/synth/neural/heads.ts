import { type Batch, isSettled } from "./batch.js";
import { type Layout, partOf, pieceOf } from "./layout.js";
import { type Tensors, valuesOf } from "./tensors.js";

/** The features behind one slot and the gradient of its logits: all that its head's gradient needs. */
export interface HeadTrace {
  readonly slot: number;
  /** Examples × width. */
  readonly features: Float32Array;
  /** Examples × words of the column. */
  readonly slopes: Float32Array;
}

/** Logits of one slot for each row of features. */
export function logitsOf(
  tf: Tensors,
  layout: Layout,
  parameters: Float32Array,
  slot: number,
  features: Float32Array,
): Float32Array {
  const { width } = layout.shape;
  const column = layout.columnOf[slot] as number;
  const head = pieceOf(layout, `head.${column}`);
  const bias = partOf(parameters, pieceOf(layout, `head.${column}.bias`));
  const logits = valuesOf(tf, () => {
    const h = tf.tensor2d(features, [features.length / width, width]);
    const w = tf.tensor2d(partOf(parameters, head).slice(), [head.rows, width]);
    return tf.matMul(h, w, false, true);
  });
  const out = new Float32Array(logits.length);
  for (let at = 0, i = 0; i < logits.length; i++, at = at + 1 === bias.length ? 0 : at + 1) {
    out[i] = (logits[i] as number) + (bias[at] as number);
  }
  return out;
}

/**
 * Cross-entropy of every slot's word, summed over slots and examples, with the gradient with respect to
 * the features. `keep` receives what the heads' own gradients need.
 */
export function headLoss(
  tf: Tensors,
  layout: Layout,
  parameters: Float32Array,
  batch: Batch,
  features: Float32Array,
  keep?: (trace: HeadTrace) => void,
): { readonly loss: number; readonly slopes: Float32Array; readonly bySlot: Float64Array } {
  const { width } = layout.shape;
  const { examples, order } = batch;
  const tokens = order.length;
  const slopes = new Float32Array(features.length);
  const bySlot = new Float64Array(layout.columnOf.length);
  let loss = 0;
  order.forEach((slot, t) => {
    const own = new Float32Array(examples * width);
    for (let example = 0; example < examples; example++) {
      const from = (example * tokens + t) * width;
      own.set(features.subarray(from, from + width), example * width);
    }
    const logits = logitsOf(tf, layout, parameters, slot, own);
    bySlot[slot] = crossEntropy(layout, batch, slot, logits);
    loss += bySlot[slot] as number;
    if (keep === undefined) return;
    keep({ slot, features: own, slopes: logits });
    const head = pieceOf(layout, `head.${layout.columnOf[slot]}`);
    const back = valuesOf(tf, () => {
      const dy = tf.tensor2d(logits, [examples, head.rows]);
      const w = tf.tensor2d(partOf(parameters, head).slice(), [head.rows, width]);
      return tf.matMul(dy, w);
    });
    for (let example = 0; example < examples; example++) {
      const row = back.subarray(example * width, (example + 1) * width);
      slopes.set(row, (example * tokens + t) * width);
    }
  });
  return { loss, slopes, bySlot };
}

/** The loss of one slot; logits become their gradient: probabilities less the word that is there. */
function crossEntropy(layout: Layout, batch: Batch, slot: number, logits: Float32Array): number {
  const slots = layout.columnOf.length;
  const size = logits.length / batch.examples;
  let loss = 0;
  for (let example = 0; example < batch.examples; example++) {
    const line = logits.subarray(example * size, (example + 1) * size);
    if (isSettled(layout, batch.words, example * slots, slot)) {
      line.fill(0);
      continue;
    }
    const word = batch.words[example * slots + slot] as number;
    let top = -Infinity;
    for (const logit of line) if (logit > top) top = logit;
    const aim = (line[word] as number) - top;
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const weight = Math.exp((line[i] as number) - top);
      line[i] = weight;
      sum += weight;
    }
    for (let i = 0; i < size; i++) line[i] = (line[i] as number) / sum;
    line[word] = (line[word] as number) - 1;
    loss += Math.log(sum) - aim;
  }
  return loss;
}
