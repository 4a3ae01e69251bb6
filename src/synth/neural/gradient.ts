import type { Tensor2D } from "@tensorflow/tfjs-core";
import { type Batch, embed } from "./batch.js";
import { type HeadTrace, headLoss } from "./heads.js";
import { denseLayers, type Layout, partOf, pieceOf } from "./layout.js";
import type { Network } from "./network.js";
import { squaredNorms } from "./norms.js";
import type { Pieces } from "./pieces.js";
import { valuesOf } from "./tensors.js";
import { clippingShares, type Dropout, type Gradient, type Weighting } from "./weighting.js";

/**
 * Loss and gradient of a batch by book-keeping (Bu, Wang, Zha & Karypis 2023, "Differentially private
 * optimization on large model at small cost"): one pass there and back gives what went into each layer
 * and the slopes at its output. From these follow the norm of every example's own gradient, and then,
 * with the examples' weights, the sum; no example's gradient is ever laid out. In kernels of our own
 * where the network has such passes, else in tensors.
 */
export function gradientOf(
  network: Network,
  parameters: Float32Array,
  batch: Batch,
  weighting: Weighting,
  dropout?: Dropout,
): Gradient {
  if (network.passes !== undefined) {
    return network.passes.gradient(parameters, batch, weighting, dropout);
  }
  const { tf, layout } = network;
  const weights = network.weights(parameters);
  const heads: HeadTrace[] = [];
  const { loss, slopes, trace } = network.trace(
    embed(layout, parameters, batch),
    batch.examples,
    weights,
    (features) => headLoss(tf, layout, parameters, batch, features, (head) => heads.push(head)),
    dropout,
  );
  const pieces: Pieces = { batch, inputs: slopes, heads, trace };
  try {
    if (weighting.kind === "even") {
      const even = new Float32Array(batch.examples).fill(weighting.weight);
      return { loss, values: weightedSum(network, pieces, even) };
    }
    const norms = squaredNorms(network, pieces).map(Math.sqrt);
    const shares = clippingShares(norms, weighting.norm);
    return { loss, values: weightedSum(network, pieces, shares), norms };
  } finally {
    const made = [weights, trace.inputs, trace.slopes];
    for (const kept of made.flatMap((each) => [...each.values()])) kept.dispose();
  }
}

function weightedSum(network: Network, pieces: Pieces, shares: Float32Array): Float32Array {
  const { layout } = network;
  const values = new Float32Array(layout.size);
  addEmbeddings(layout, pieces, shares, values);
  addHeads(network, pieces, shares, values);
  addDense(network, pieces, shares, values);
  return values;
}

function addEmbeddings(
  layout: Layout,
  { batch, inputs }: Pieces,
  shares: Float32Array,
  values: Float32Array,
): void {
  const { width } = layout.shape;
  const { examples, order, words } = batch;
  const slots = layout.columnOf.length;
  const ask = partOf(values, pieceOf(layout, "ask"));
  order.forEach((slot, t) => {
    const told = t === 0 ? undefined : (order[t - 1] as number);
    const table =
      told === undefined
        ? undefined
        : partOf(values, pieceOf(layout, `embed.${layout.columnOf[told]}`));
    for (let example = 0; example < examples; example++) {
      const share = shares[example] as number;
      const from = (example * order.length + t) * width;
      const word = told === undefined ? 0 : (words[example * slots + told] as number) * width;
      for (let i = 0; i < width; i++) {
        const slope = share * (inputs[from + i] as number);
        ask[slot * width + i]! += slope;
        if (table !== undefined) table[word + i]! += slope;
      }
    }
  });
}

function addHeads(
  network: Network,
  { heads }: Pieces,
  shares: Float32Array,
  values: Float32Array,
): void {
  const { tf, layout } = network;
  const { width } = layout.shape;
  const examples = shares.length;
  for (const { slot, features, slopes } of heads) {
    const column = layout.columnOf[slot] as number;
    const head = pieceOf(layout, `head.${column}`);
    const bias = partOf(values, pieceOf(layout, `head.${column}.bias`));
    const scaled = new Float32Array(slopes.length);
    for (let example = 0; example < examples; example++) {
      const share = shares[example] as number;
      for (let word = 0; word < head.rows; word++) {
        const slope = share * (slopes[example * head.rows + word] as number);
        scaled[example * head.rows + word] = slope;
        bias[word]! += slope;
      }
    }
    const found = valuesOf(tf, () => {
      const dy = tf.tensor2d(scaled, [examples, head.rows]);
      const h = tf.tensor2d(features, [examples, width]);
      return tf.matMul(dy, h, true, false);
    });
    const into = partOf(values, head);
    for (let i = 0; i < into.length; i++) into[i]! += found[i] as number;
  }
}

function addDense(
  { tf, layout }: Network,
  { trace, batch }: Pieces,
  shares: Float32Array,
  values: Float32Array,
): void {
  const tokens = batch.order.length;
  const byToken = new Float32Array(shares.length * tokens);
  for (let i = 0; i < byToken.length; i++) byToken[i] = shares[Math.floor(i / tokens)] as number;
  tf.tidy(() => {
    const share = tf.tensor2d(byToken, [byToken.length, 1]);
    for (const [name] of denseLayers(layout.shape)) {
      const input = trace.inputs.get(name) as Tensor2D;
      const slopes = tf.mul(trace.slopes.get(name) as Tensor2D, share) as Tensor2D;
      const weight = tf.matMul(input, slopes, true, false).dataSync() as Float32Array;
      partOf(values, pieceOf(layout, name)).set(weight);
      const bias = tf.sum(slopes, 0).dataSync() as Float32Array;
      partOf(values, pieceOf(layout, `${name}.bias`)).set(bias);
    }
  });
}
