import type { Tensor2D } from "@tensorflow/tfjs-core";
import { type Batch, embed } from "./batch.js";
import { type HeadTrace, headLoss } from "./heads.js";
import { denseLayers, type Layout, partOf, pieceOf } from "./layout.js";
import type { Dropout, Network } from "./network.js";
import { squaredNorms } from "./norms.js";
import type { Pieces } from "./pieces.js";
import { valuesOf } from "./tensors.js";

export interface Gradient {
  /** Sum over the examples of their losses. */
  readonly loss: number;
  /** The weighted sum of the examples' gradients, laid out as the parameters. */
  readonly values: Float32Array;
  /** Where asked for: the L2 norm of each example's own gradient. */
  readonly norms?: Float64Array;
}

/** How much each example's gradient counts; told their norms where it depends on them. */
export type Weighting =
  | { readonly kind: "even"; readonly weight: number }
  | { readonly kind: "clipped"; readonly norm: number };

/**
 * Loss and gradient of a batch by book-keeping (Bu, Wang, Zha & Karypis 2023, "Differentially private
 * optimization on large model at small cost"): one pass there and back gives what went into each layer
 * and the slopes at its output. From these follow the norm of every example's own gradient, and then,
 * with the examples' weights, the sum; no example's gradient is ever laid out.
 */
export function gradientOf(
  network: Network,
  parameters: Float32Array,
  weights: ReadonlyMap<string, Tensor2D>,
  batch: Batch,
  weighting: Weighting,
  dropout?: Dropout,
): Gradient {
  const { tf, layout } = network;
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
    const shares = Float32Array.from(norms, (norm) =>
      norm > weighting.norm ? weighting.norm / norm : Number(Number.isFinite(norm)),
    );
    return { loss, values: weightedSum(network, pieces, shares), norms };
  } finally {
    for (const kept of [...trace.inputs.values(), ...trace.slopes.values()]) kept.dispose();
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
