import type { Batch } from "./batch.js";
import type { Layout } from "./layout.js";

/** The product of the i-th of `count` equal parts of two arrays. */
export function dot(a: Float32Array, b: Float32Array, i: number, count: number): number {
  const size = a.length / count;
  let sum = 0;
  for (let at = i * size; at < (i + 1) * size; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}

/**
 * What the embeddings add to each example's squared norm, from the slopes of the inputs. Every slot is
 * asked for once; a word of a text may be told more than once.
 */
export function addEmbeddingNorms(
  layout: Layout,
  { examples, order, words }: Batch,
  inputs: Float32Array,
  sums: Float64Array,
): void {
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
