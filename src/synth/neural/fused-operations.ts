import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { attend, attendBack, normalise, normaliseBack } from "../../kernels/network.js";
import type { Batch, Operations } from "./operations.js";
import type { Tensors } from "./tensors.js";

/**
 * The same operations in one pass each, with gradients written out: on back ends whose small
 * operations cost more than the products between them.
 */
export function fusedOperations(tf: Tensors): Operations {
  const matrix = (values: Float32Array, like: Tensor): Tensor2D =>
    tf.tensor2d(values, like.shape as [number, number]);
  return {
    normalise: tf.customGrad((x, save) => {
      const [, width] = (x as Tensor2D).shape;
      const { values, scales } = normalise((x as Tensor).dataSync() as Float32Array, width);
      const value = matrix(values, x as Tensor);
      (save as (tensors: Tensor[]) => void)([value]);
      const gradFunc = (dy: Tensor, saved: Tensor[]) => {
        const normal = (saved[0] as Tensor).dataSync() as Float32Array;
        return matrix(normaliseBack(dy.dataSync() as Float32Array, normal, scales), dy);
      };
      return { value, gradFunc };
    }) as Operations["normalise"],
    rectify: tf.customGrad((x, save) => {
      const value = tf.relu(x as Tensor2D);
      (save as (tensors: Tensor[]) => void)([value]);
      const gradFunc = (dy: Tensor, saved: Tensor[]) => tf.mul(dy, tf.step(saved[0] as Tensor));
      return { value, gradFunc };
    }) as Operations["rectify"],
    add: tf.customGrad((a, b) => ({
      value: tf.add(a as Tensor2D, b as Tensor2D),
      gradFunc: (dy: Tensor) => [dy.clone(), dy.clone()],
    })) as Operations["add"],
    mask: (x, mask) =>
      tf.customGrad((value) => ({
        value: tf.mul(value as Tensor2D, matrix(mask, x)),
        gradFunc: (dy: Tensor) => tf.mul(dy, matrix(mask, x)),
      }))(x) as Tensor2D,
    attend(packed, batch) {
      return tf.customGrad((x) => attention(tf, x as Tensor2D, batch))(packed) as Tensor2D;
    },
  };
}

function attention(tf: Tensors, packed: Tensor2D, batch: Batch) {
  const values = packed.dataSync() as Float32Array;
  const sizes = { ...batch, width: packed.shape[1] / 3 };
  const { mixed, shares } = attend(values, sizes);
  const value = tf.tensor2d(mixed, [packed.shape[0], sizes.width]);
  const gradFunc = (dy: Tensor) =>
    tf.tensor2d(attendBack(values, shares, dy.dataSync() as Float32Array, sizes), packed.shape);
  return { value, gradFunc };
}
