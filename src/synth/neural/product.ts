import type { NetworkMemory } from "../../kernels/network-memory.js";
import type { Tensors } from "./tensors.js";

/** A factor where it lies, with its strides from row to row and from column to column. */
export type Lying = readonly [place: number, down: number, across: number];

/** Where a product goes: its place, the stride of its rows, a row that is added (none: 0), and whether it is added to what is there. */
export type Target = readonly [place: number, down: number, bias: number, adds: boolean];

/** A product of m × k and k × n within the memory. */
export type Product = (
  sizes: readonly [m: number, k: number, n: number],
  a: Lying,
  b: Lying,
  to: Target,
) => void;

/** Multiplications from which carrying the factors to the native library and back pays. */
const worthIt = 2 ** 26;

/**
 * Products by the kernel; with a native library the large ones by that. `space` has room for the kernel,
 * `spare` for the largest product.
 */
export function productIn(
  memory: NetworkMemory,
  space: number,
  spare: number,
  native: Tensors | undefined,
): Product {
  const { kernels } = memory;
  return (sizes, a, b, to) => {
    const [m, k, n] = sizes;
    const [place, down, bias, adds] = to;
    if (native === undefined || m * k * n < worthIt || down !== n || n % 4 > 0) {
      kernels.multiply(...sizes, ...a, ...b, place, down, bias, +adds, space);
      return;
    }
    const isPlain = bias === 0 && !adds;
    native.tidy(() => {
      const [left, right] = [matrix(native, memory, a, m, k), matrix(native, memory, b, k, n)];
      const product = native.matMul(left.tensor, right.tensor, left.turned, right.turned);
      memory.floats(isPlain ? place : spare, m * n).set(product.dataSync() as Float32Array);
    });
    if (!isPlain) kernels.settle(spare, m, n, bias, place, +adds);
  };
}

/** A matrix of the memory, as it lies or turned. */
function matrix(
  tf: Tensors,
  memory: NetworkMemory,
  [place, , across]: Lying,
  m: number,
  n: number,
) {
  const turned = across !== 1;
  // A copy: the library keeps what it is given.
  const values = memory.floats(place, m * n).slice();
  return { tensor: tf.tensor2d(values, turned ? [n, m] : [m, n]), turned };
}
