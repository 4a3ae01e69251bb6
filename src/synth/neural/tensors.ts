import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import util from "node:util";
import { setFlagsFromString } from "node:v8";
import type * as core from "@tensorflow/tfjs-core";
import { failure } from "../../base/failure.js";
import { mendMatMul } from "./mend-matmul.js";

/** The TensorFlow.js API, whichever back end is behind it. */
export type Tensors = typeof core;

export type Backend = "node" | "wasm" | "cpu";

/** A back end that is ready, and whether our own kernels are to use relaxed instructions. */
export interface Engine {
  readonly tf: Tensors;
  readonly backend: Backend;
  readonly relaxed?: boolean;
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
 * `wanted` (or the environment variable PARABLE_TENSORS) names one of them, or `relaxed`: WebAssembly whose
 * products are added with one rounding where the machine does that, so that other machines may give other weights.
 *
 * @throws Failure P0918 where one is wanted that can't be had.
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
    if (native !== undefined) {
      return { tf: native, backend: "node", relaxed: knowsRelaxed() };
    }
    if (wanted === "node") throw failure("P0918", { backend: wanted });
  }
  const tf: Tensors = await import("@tensorflow/tfjs-core");
  if (wanted !== "cpu") {
    const relaxed = wanted === "relaxed" && relax();
    if ((wanted !== "relaxed" || relaxed) && (await webAssembly(tf))) {
      mendMatMul(tf);
      return { tf, backend: "wasm", relaxed };
    }
    if (wanted === "wasm" || wanted === "relaxed") throw failure("P0918", { backend: wanted });
  }
  await import("@tensorflow/tfjs-backend-cpu");
  await tf.setBackend("cpu");
  await tf.ready();
  return { tf, backend: "cpu" };
}

/** One function of one relaxed instruction: a product added to a sum. */
const relaxedModule = "AGFzbQEAAAABCAFgA3t7ewF7AwIBAAoNAQsAIAAgASAC/YUCCw==";

/** Whether the engine has relaxed instructions: Node 22 and later, or Node 20 by a flag. */
function knowsRelaxed(): boolean {
  const { WebAssembly: wasm } = globalThis as unknown as {
    readonly WebAssembly: { validate(bytes: Uint8Array): boolean };
  };
  return wasm.validate(Buffer.from(relaxedModule, "base64"));
}

/** Relaxed instructions, switched on by their flag where the engine has them only so. */
function relax(): boolean {
  if (!knowsRelaxed()) setFlagsFromString("--experimental-wasm-relaxed-simd");
  return knowsRelaxed();
}

/** True where WebAssembly is there and ready. */
async function webAssembly(tf: Tensors): Promise<boolean> {
  try {
    await import("@tensorflow/tfjs-backend-wasm");
    if (!(await tf.setBackend("wasm"))) return false;
    await tf.ready();
    return true;
  } catch {
    return false;
  }
}

/**
 * The native library: beside Parable, or in a `node_modules` at or above the working folder. Installed
 * without its library it throws; any throw means that it isn't there.
 */
async function nativeTensors(): Promise<Tensors | undefined> {
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  // It calls what Node 23 took away (tfjs issue 8609).
  const old = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean };
  old.isNullOrUndefined ??= (value) => value === null || value === undefined;
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), "notebook.js"))]) {
    try {
      const tf = createRequire(from)("@tensorflow/tfjs-node") as Tensors;
      await tf.setBackend("tensorflow");
      await tf.ready();
      return tf;
    } catch {
      // Not there.
    }
  }
  return undefined;
}
