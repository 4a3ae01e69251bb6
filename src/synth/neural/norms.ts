import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
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
  addEmbeddingNorms(layout, pieces, sums);
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

/** The product of the i-th of `count` equal parts of two arrays. */
function dot(a: Float32Array, b: Float32Array, i: number, count: number): number {
  const size = a.length / count;
  let sum = 0;
  for (let at = i * size; at < (i + 1) * size; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}

/** Every slot is asked for once; a word of a text may be told more than once. */
function addEmbeddingNorms(layout: Layout, { batch, inputs }: Pieces, sums: Float64Array): void {
  const { examples, order, words } = batch;
  const tokens = order.length;
  const slots = layout.columnOf.length;
  for (let t = 0; t < tokens; t++) {
    for (let i = 0; i < examples; i++) {
      const own = dot(inputs, inputs, i * tokens + t, examples * tokens);
      sums[i]! += t === 0 ? own : 2 * own;
    }
  }
  for (let t = 1; t < tokens; t++) {
    const told = order[t - 1] as number;
    for (let s = t + 1; s < tokens; s++) {
      const other = order[s - 1] as number;
      if (layout.columnOf[told] !== layout.columnOf[other]) continue;
      for (let i = 0; i < examples; i++) {
        if (words[i * slots + told] !== words[i * slots + other]) continue;
        sums[i]! += 2 * cross(inputs, i * tokens + t, i * tokens + s, layout.shape.width);
      }
    }
  }
}

function cross(values: Float32Array, a: number, b: number, width: number): number {
  let sum = 0;
  for (let i = 0; i < width; i++) {
    sum += (values[a * width + i] as number) * (values[b * width + i] as number);
  }
  return sum;
}
