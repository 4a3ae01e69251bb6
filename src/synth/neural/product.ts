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

/** Multiplications from which carrying the product back from the native library pays. */
const worthIt = 2 ** 25;

/** Room for a product on its way: its place and how many floats fit. */
export type Room = readonly [place: number, length: number];

/**
 * Products by the kernel; with a native library the large ones by that, where its factors lie without gaps.
 * `space` has room for the kernel, `spare` for products that are added to something.
 */
export function productIn(
  memory: NetworkMemory,
  space: number,
  [spare, most]: Room,
  native: Tensors | undefined,
): Product {
  const { kernels } = memory;
  return (sizes, a, b, to) => {
    const [m, k, n] = sizes;
    const [place, down, bias, adds] = to;
    const isPlain = bias === 0 && !adds;
    const fits = down === n && n % 4 === 0 && (isPlain || m * n <= most);
    const isCarried = fits && m * k * n >= worthIt && isDense(a, m, k) && isDense(b, k, n);
    if (native === undefined || !isCarried) {
      kernels.multiply(...sizes, ...a, ...b, place, down, bias, +adds, space);
      return;
    }
    native.tidy(() => {
      const [left, right] = [matrix(native, memory, a, m, k), matrix(native, memory, b, k, n)];
      const product = native.matMul(left.tensor, right.tensor, left.turned, right.turned);
      memory.floats(isPlain ? place : spare, m * n).set(product.dataSync() as Float32Array);
    });
    if (!isPlain) kernels.settle(spare, m, n, bias, place, +adds);
  };
}

/** Whether nothing lies between the lines of an m × n matrix, as it lies or turned. */
function isDense([, down, across]: Lying, m: number, n: number): boolean {
  return across === 1 ? down === n : down === 1 && across === m;
}

/** A dense matrix of the memory, as it lies or turned. */
function matrix(
  tf: Tensors,
  memory: NetworkMemory,
  [place, , across]: Lying,
  m: number,
  n: number,
) {
  const turned = across !== 1;
  // No copy: the library reads where the array lies, and has let go of it before anything else is written.
  const values = memory.floats(place, m * n);
  return { tensor: tf.tensor2d(values, turned ? [n, m] : [m, n]), turned };
}
