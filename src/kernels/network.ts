import { networkWasm } from "./network-wasm.js";

/** Sizes of a causal attention: rows of `width` features, a multiple of 4 × `heads`; `tokens` to an example. */
export interface Attention {
  readonly width: number;
  readonly examples: number;
  readonly tokens: number;
  readonly heads: number;
}

/** A factor of a product, row-major; `turned` where its transpose is meant. */
export interface Factor {
  readonly values: Float32Array;
  readonly turned: boolean;
}

/** What is used of the WebAssembly global, for which Node's types have no declaration. */
interface WasmGlobal {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

type Kernel = (...args: number[]) => void;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  first(): number;
  readonly multiply: Kernel;
  readonly attend: Kernel;
  readonly attendBack: Kernel;
  readonly normalise: Kernel;
  readonly normaliseBack: Kernel;
}

const PAGE = 65_536;
/** Floats that the product's panels are deep; as in assembly/network.ts. */
const DEPTH = 256;

let exports: Exports | undefined;

/** Space for so many arrays of floats, one behind the other; the first are filled, the others zero. */
function laidOut(filled: readonly Float32Array[], empty: readonly number[]) {
  if (exports === undefined) {
    const wasm = (globalThis as unknown as { WebAssembly: WasmGlobal }).WebAssembly;
    const bytes = Buffer.from(networkWasm, "base64");
    exports = new wasm.Instance(new wasm.Module(bytes)).exports as Exports;
  }
  const kernels = exports;
  const lengths = [...filled.map(({ length }) => length), ...empty];
  const places: number[] = [];
  let end = kernels.first();
  for (const length of lengths) {
    places.push(end);
    end += Math.ceil(length / 4) * 16;
  }
  const short = end - kernels.memory.buffer.byteLength;
  if (short > 0) kernels.memory.grow(Math.ceil(short / PAGE));
  const { buffer } = kernels.memory;
  const view = (at: number) =>
    new Float32Array(buffer, places[at] as number, lengths[at] as number);
  filled.forEach((values, at) => {
    view(at).set(values);
  });
  empty.forEach((_, at) => {
    view(filled.length + at).fill(0);
  });
  return { kernels, places, read: (at: number) => view(at).slice(), view };
}

/**
 * The product of two matrices in 32-bit floats, m × n row-major, into `into`: m × k times k × n.
 * About 25 billion products a second and core.
 */
export function multiply(
  m: number,
  k: number,
  n: number,
  a: Factor,
  b: Factor,
  into: Float32Array,
): void {
  const { kernels, places, view } = laidOut(
    [a.values, b.values],
    [m * n, DEPTH * 8 * Math.ceil(n / 8)],
  );
  const [left, right, product, room] = places as [number, number, number, number];
  kernels.multiply(m, k, n, left, Number(a.turned), right, Number(b.turned), product, room);
  into.set(view(2));
}

/**
 * Causal scaled dot-product attention (Vaswani et al. 2017, section 3.2.2) over rows that hold query,
 * key and value side by side: what is mixed, and the shares (examples × heads × tokens × tokens).
 */
export function attend(
  packed: Float32Array,
  { width, examples, tokens, heads }: Attention,
): { readonly mixed: Float32Array; readonly shares: Float32Array } {
  const sizes = [examples * tokens * width, examples * heads * tokens * tokens];
  const { kernels, places, read } = laidOut([packed], sizes);
  const [from, mixed, shares] = places as [number, number, number];
  kernels.attend(from, width, examples, tokens, heads, mixed, shares);
  return { mixed: read(1), shares: read(2) };
}

/** The gradient of `attend` with respect to the packed rows, from that of what was mixed. */
export function attendBack(
  packed: Float32Array,
  shares: Float32Array,
  up: Float32Array,
  { width, examples, tokens, heads }: Attention,
): Float32Array {
  const { kernels, places, read } = laidOut([packed, shares, up], [packed.length, tokens]);
  const [from, table, dy, slopes, pull] = places as [number, number, number, number, number];
  kernels.attendBack(from, width, examples, tokens, heads, table, dy, slopes, pull);
  return read(3);
}

/** Each row to mean 0 and mean square 1, and the factor of each row (Ba, Kiros & Hinton 2016). */
export function normalise(
  values: Float32Array,
  width: number,
): { readonly values: Float32Array; readonly scales: Float32Array } {
  const rows = values.length / width;
  const { kernels, places, read } = laidOut([values], [values.length, rows]);
  const [from, out, scales] = places as [number, number, number];
  kernels.normalise(from, rows, width, out, scales);
  return { values: read(1), scales: read(2) };
}

/** The gradient of `normalise` with respect to its input, from that of its output. */
export function normaliseBack(
  up: Float32Array,
  normal: Float32Array,
  scales: Float32Array,
): Float32Array {
  const rows = scales.length;
  const { kernels, places, read } = laidOut([up, normal, scales], [up.length]);
  const [dy, y, factors, out] = places as [number, number, number, number];
  kernels.normaliseBack(dy, y, factors, rows, up.length / rows, out);
  return read(3);
}
