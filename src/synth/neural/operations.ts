import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { Tensors } from "./tensors.js";

/** How tokens lie in a matrix of one row a token: example after example. */
export interface Batch {
  readonly examples: number;
  readonly tokens: number;
  readonly heads: number;
}

/** The parts of a block that are no matrix products. Each can be differentiated. */
export interface Operations {
  /** Each row to mean 0 and mean square 1 (layer normalisation without scale and shift). */
  normalise(x: Tensor2D): Tensor2D;
  /** Causal attention of several heads; a row holds query, key and value side by side. */
  attend(packed: Tensor2D, batch: Batch): Tensor2D;
  rectify(x: Tensor2D): Tensor2D;
  add(a: Tensor2D, b: Tensor2D): Tensor2D;
  /** Element by element; the mask is a constant. */
  mask(x: Tensor2D, mask: Float32Array): Tensor2D;
}

const EPSILON = 1e-5;

/** In TensorFlow's own operations and gradients: fast where these are native. */
export function plainOperations(tf: Tensors): Operations {
  return {
    normalise(x) {
      const centred = tf.sub(x, tf.mean(x, 1, true));
      const square = tf.mean(tf.square(centred), 1, true);
      return tf.mul(centred, tf.rsqrt(tf.add(square, EPSILON))) as Tensor2D;
    },
    rectify: (x) => tf.relu(x),
    add: (a, b) => tf.add(a, b),
    mask: (x, mask) => tf.mul(x, tf.tensor2d(mask, x.shape)),
    attend(packed, { examples, tokens, heads }) {
      const width = packed.shape[1] / 3;
      const size = width / heads;
      const split = tf.split(packed, 3, 1).map((part) => {
        const apart = tf.reshape(part, [examples, tokens, heads, size]);
        return tf.transpose(apart, [0, 2, 1, 3]);
      });
      const [query, key, value] = split as [Tensor2D, Tensor2D, Tensor2D];
      const scores = tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(size));
      const shares = tf.softmax(tf.add(scores, future(tf, tokens)));
      const mixed = tf.transpose(tf.matMul(shares, value), [0, 2, 1, 3]);
      return tf.reshape(mixed, [examples * tokens, width]);
    },
  };
}

/** −10⁹ where a token would look ahead. */
function future(tf: Tensors, tokens: number) {
  const mask = new Float32Array(tokens * tokens);
  for (let i = 0; i < tokens; i++) for (let j = i + 1; j < tokens; j++) mask[i * tokens + j] = -1e9;
  return tf.tensor2d(mask, [tokens, tokens]);
}
