import type * as core from "@tensorflow/tfjs-core";
import type {
  KernelConfig,
  NamedAttrMap,
  NamedTensorInfoMap,
  TensorInfo,
} from "@tensorflow/tfjs-core";

/**
 * The WebAssembly back end multiplies fast only where neither factor is transposed, and every gradient
 * of a product has one that is: 10–50 times slower there. This puts a kernel in front that transposes
 * first and multiplies then.
 */
export function mendMatMul(tf: typeof core): void {
  const stock = tf.getKernel("BatchMatMul", "wasm");
  const transpose = tf.getKernel("Transpose", "wasm");
  if (stock === undefined || transpose === undefined) return;
  tf.unregisterKernel("BatchMatMul", "wasm");
  const kernelFunc: KernelConfig["kernelFunc"] = ({ inputs, backend, attrs }) => {
    const turned: TensorInfo[] = [];
    const upright = (factor: TensorInfo, isTransposed: unknown): TensorInfo => {
      if (isTransposed !== true) return factor;
      const last = factor.shape.length - 1;
      const perm = factor.shape.map((_, axis) => axis);
      [perm[last - 1], perm[last]] = [last, last - 1];
      const made = transpose.kernelFunc({ inputs: { x: factor }, backend, attrs: { perm } });
      turned.push(made as TensorInfo);
      return made as TensorInfo;
    };
    const { a, b } = inputs as NamedTensorInfoMap & { a: TensorInfo; b: TensorInfo };
    const straight: NamedAttrMap = { ...attrs, transposeA: false, transposeB: false };
    const product = stock.kernelFunc({
      inputs: { a: upright(a, attrs?.["transposeA"]), b: upright(b, attrs?.["transposeB"]) },
      backend,
      attrs: straight,
    });
    const storage = backend as { disposeData(id: TensorInfo["dataId"]): void };
    for (const made of turned) storage.disposeData(made.dataId);
    return product;
  };
  tf.registerKernel({ ...stock, kernelFunc });
}
