import type * as core from "@tensorflow/tfjs-core";
import type { KernelConfig, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import { multiply } from "../../kernels/network.js";

/** As much of the WebAssembly back end as a kernel needs. */
interface Storage {
  makeOutput(shape: readonly number[], dtype: "float32"): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
}

/**
 * The WebAssembly back end multiplies fast only where neither factor is transposed, and every gradient
 * of a product has one that is: 10–50 times slower there. This puts a kernel of our own in its place, for
 * factors with the same leading sizes.
 */
export function mendMatMul(tf: typeof core): void {
  const stock = tf.getKernel("BatchMatMul", "wasm");
  if (stock === undefined) return;
  tf.unregisterKernel("BatchMatMul", "wasm");
  const kernelFunc: KernelConfig["kernelFunc"] = (call) => {
    const { inputs, backend, attrs } = call;
    const { a, b } = inputs as NamedTensorInfoMap & { a: TensorInfo; b: TensorInfo };
    const outer = a.shape.slice(0, -2);
    if (outer.join() !== b.shape.slice(0, -2).join()) return stock.kernelFunc(call);
    const storage = backend as unknown as Storage;
    const [turnedA, turnedB] = [attrs?.["transposeA"] === true, attrs?.["transposeB"] === true];
    const [m, k] = sidesOf(a, turnedA);
    const [, n] = sidesOf(b, turnedB);
    const product = storage.makeOutput([...outer, m, n], "float32");
    const [left, right, into] = [a, b, product].map((each) => storage.typedArrayFromHeap(each)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    for (let at = 0; at < into.length / (m * n); at++) {
      const part = (all: Float32Array, size: number) => all.subarray(at * size, (at + 1) * size);
      const first = { values: part(left, m * k), turned: turnedA };
      multiply(m, k, n, first, { values: part(right, k * n), turned: turnedB }, part(into, m * n));
    }
    return product;
  };
  tf.registerKernel({ ...stock, kernelFunc });
}

/** Rows and columns of a factor as it is meant. */
function sidesOf({ shape }: TensorInfo, turned: boolean): [number, number] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return turned ? [columns, rows] : [rows, columns];
}
