const PAGE = 65_536;

/** What is used of the WebAssembly global, for which Node's types have no declaration. */
interface WasmGlobal {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

/** What every kernel exports beside its functions. */
export interface KernelMemory {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
}

const compiled = new Map<string, object>();

/** A fresh instance of a kernel (base64) whose memory, all zeros, holds at least `bytes`. */
export function instantiate<Exports extends KernelMemory>(base64: string, bytes: number): Exports {
  const wasm = (globalThis as unknown as { WebAssembly: WasmGlobal }).WebAssembly;
  let module = compiled.get(base64);
  if (module === undefined) {
    module = new wasm.Module(Buffer.from(base64, "base64"));
    compiled.set(base64, module);
  }
  const exports = new wasm.Instance(module).exports as Exports;
  const missing = bytes - exports.memory.buffer.byteLength;
  if (missing > 0) exports.memory.grow(Math.ceil(missing / PAGE));
  return exports;
}
