import type * as core from "@tensorflow/tfjs-core";
import { mendMatMul } from "./mend-matmul.js";

/** The TensorFlow.js API, whichever back end is behind it. */
export type Tensors = typeof core;

export type Backend = "node" | "wasm" | "cpu";

/** A back end that is ready, and whether its own small operations are slow (see `fused-operations`). */
export interface Engine {
  readonly tf: Tensors;
  readonly backend: Backend;
}

/**
 * The values of a tensor that `make` computes; everything made on the way is let go. (`tidy` must not
 * return arrays: it would look at each element for tensors.)
 */
export function valuesOf(tf: Tensors, make: () => core.Tensor): Float32Array {
  let values = new Float32Array(0);
  tf.tidy(() => {
    values = make().dataSync() as Float32Array<ArrayBuffer>;
  });
  return values;
}

const engines = new Map<string, Promise<Engine>>();

/**
 * TensorFlow.js, loaded when first asked for: the native library where `@tensorflow/tfjs-node` is
 * installed, else WebAssembly with its transposed product mended, else plain JavaScript.
 * `wanted` (or the environment variable PARABLE_TENSORS) names one of them.
 */
export function loadEngine(wanted = process.env["PARABLE_TENSORS"]): Promise<Engine> {
  const key = wanted ?? "";
  const known = engines.get(key) ?? start(wanted);
  engines.set(key, known);
  return known;
}

async function start(wanted: string | undefined): Promise<Engine> {
  if (wanted === undefined || wanted === "node") {
    const native = await nativeTensors();
    if (native !== undefined) return { tf: native, backend: "node" };
  }
  const tf: Tensors = await import("@tensorflow/tfjs-core");
  if (wanted !== "cpu") {
    await import("@tensorflow/tfjs-backend-wasm");
    if (await tf.setBackend("wasm").catch(() => false)) {
      await tf.ready();
      mendMatMul(tf);
      return { tf, backend: "wasm" };
    }
  }
  await import("@tensorflow/tfjs-backend-cpu");
  await tf.setBackend("cpu");
  await tf.ready();
  return { tf, backend: "cpu" };
}

/** Installed without its library it throws; any throw means that it isn't there. */
async function nativeTensors(): Promise<Tensors | undefined> {
  const name = "@tensorflow/tfjs-node";
  try {
    const found = (await import(name)) as Tensors & { readonly default?: Tensors };
    const tf = found.default ?? found;
    await tf.setBackend("tensorflow");
    await tf.ready();
    return tf;
  } catch {
    return undefined;
  }
}
