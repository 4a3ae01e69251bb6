import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { attendBackward, attendForward } from "./attention.js";
import { type Batch, EPSILON, type Operations } from "./operations.js";
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
      const [values, scales] = normalised(x as Tensor2D);
      const value = matrix(values, x as Tensor);
      (save as (tensors: Tensor[]) => void)([value]);
      const gradFunc = (dy: Tensor, saved: Tensor[]) =>
        matrix(normaliseBackward(dy, saved[0] as Tensor, scales), dy);
      return { value, gradFunc };
    }) as Operations["normalise"],
    rectify: tf.customGrad((x, save) => {
      const values = ((x as Tensor).dataSync() as Float32Array).slice();
      for (let i = 0; i < values.length; i++) if ((values[i] as number) < 0) values[i] = 0;
      const value = matrix(values, x as Tensor);
      (save as (tensors: Tensor[]) => void)([value]);
      const gradFunc = (dy: Tensor, saved: Tensor[]) => {
        const slopes = (dy.dataSync() as Float32Array).slice();
        const on = (saved[0] as Tensor).dataSync() as Float32Array;
        for (let i = 0; i < slopes.length; i++) if (!((on[i] as number) > 0)) slopes[i] = 0;
        return matrix(slopes, dy);
      };
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
  const width = packed.shape[1] / 3;
  const { mixed, shares } = attendForward(values, width, batch);
  const value = tf.tensor2d(mixed, [packed.shape[0], width]);
  const gradFunc = (dy: Tensor) => {
    const slopes = attendBackward(values, shares, dy.dataSync() as Float32Array, width, batch);
    return tf.tensor2d(slopes, packed.shape);
  };
  return { value, gradFunc };
}

function normalised(x: Tensor2D): [Float32Array, Float32Array] {
  const [rows, width] = x.shape;
  const values = x.dataSync() as Float32Array;
  const out = new Float32Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const from = row * width;
    let sum = 0;
    for (let i = from; i < from + width; i++) sum += values[i] as number;
    const mean = sum / width;
    let squares = 0;
    for (let i = from; i < from + width; i++) squares += ((values[i] as number) - mean) ** 2;
    const scale = 1 / Math.sqrt(squares / width + EPSILON);
    for (let i = from; i < from + width; i++) out[i] = ((values[i] as number) - mean) * scale;
    scales[row] = scale;
  }
  return [out, scales];
}

function normaliseBackward(dy: Tensor, normal: Tensor, scales: Float32Array): Float32Array {
  const up = dy.dataSync() as Float32Array;
  const y = normal.dataSync() as Float32Array;
  const width = dy.shape[1] as number;
  const out = new Float32Array(up.length);
  for (let row = 0; row < scales.length; row++) {
    const from = row * width;
    let sum = 0;
    let along = 0;
    for (let i = from; i < from + width; i++) {
      sum += up[i] as number;
      along += (up[i] as number) * (y[i] as number);
    }
    const scale = scales[row] as number;
    for (let i = from; i < from + width; i++) {
      out[i] = scale * ((up[i] as number) - sum / width - ((y[i] as number) * along) / width);
    }
  }
  return out;
}
