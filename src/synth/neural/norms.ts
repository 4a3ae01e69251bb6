import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import { addEmbeddingNorms, dot } from "./embedding-norms.js";
import type { HeadTrace } from "./heads.js";
import { denseLayers, type Layout } from "./layout.js";
import type { Network } from "./network.js";
import type { Pieces } from "./pieces.js";
import { valuesOf } from "./tensors.js";

/**
 * The squared L2 norm of each example's own gradient, from what is known of the whole batch (Goodfellow
 * 2015; Li, Tramèr, Liang & Hashimoto 2022, section 4): of a dense layer Σₜₛ (aₜ·aₛ + 1)(δₜ·δₛ), the 1
 * for its bias; of an embedding the same with one-hot a.
 */
export function squaredNorms(network: Network, pieces: Pieces): Float64Array {
  const { layout } = network;
  const sums = new Float64Array(pieces.batch.examples);
  addDenseNorms(network, pieces, sums);
  addHeadNorms(layout, pieces.heads, sums);
  addEmbeddingNorms(layout, pieces.batch, pieces.inputs, sums);
  return sums;
}

function addDenseNorms(
  { tf, layout }: Network,
  { trace, batch }: Pieces,
  sums: Float64Array,
): void {
  const { examples, order } = batch;
  const tokens = order.length;
  for (const [name] of denseLayers(layout.shape)) {
    const found = valuesOf(tf, () => {
      const apart = (matrix: Tensor2D): Tensor3D =>
        tf.reshape(matrix, [examples, tokens, matrix.shape[1]]);
      const input = apart(trace.inputs.get(name) as Tensor2D);
      const slopes = apart(trace.slopes.get(name) as Tensor2D);
      const near = tf.add(tf.matMul(input, input, false, true), 1);
      const both = tf.mul(near, tf.matMul(slopes, slopes, false, true));
      return tf.sum(tf.reshape(both, [examples, tokens * tokens]), 1);
    });
    for (let i = 0; i < examples; i++) sums[i]! += Math.max(0, found[i] as number);
  }
}

function addHeadNorms(layout: Layout, heads: readonly HeadTrace[], sums: Float64Array): void {
  for (const group of grouped(layout, heads)) {
    group.forEach((a, at) => {
      for (let other = at; other < group.length; other++) {
        const b = group[other] as HeadTrace;
        const times = other === at ? 1 : 2;
        for (let i = 0; i < sums.length; i++) {
          const features = dot(a.features, b.features, i, sums.length);
          const slopes = dot(a.slopes, b.slopes, i, sums.length);
          sums[i]! += times * (features + 1) * slopes;
        }
      }
    });
  }
}

function grouped(layout: Layout, heads: readonly HeadTrace[]): HeadTrace[][] {
  const groups = new Map<number, HeadTrace[]>();
  for (const head of heads) {
    const column = layout.columnOf[head.slot] as number;
    const group = groups.get(column) ?? [];
    group.push(head);
    groups.set(column, group);
  }
  return [...groups.values()];
}
