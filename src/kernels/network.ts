import { NetworkMemory } from "./network-memory.js";

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

let shared: NetworkMemory | undefined;

/** Memory for one call. */
function cleared(): NetworkMemory {
  shared ??= new NetworkMemory();
  shared.clear();
  return shared;
}

/**
 * The product of two matrices in 32-bit floats, m × n row-major, into `into`: m × k times k × n.
 * About 30 billion products a second and core.
 */
export function multiply(
  m: number,
  k: number,
  n: number,
  a: Factor,
  b: Factor,
  into: Float32Array,
): void {
  const memory = cleared();
  const { kernels } = memory;
  const [left, right] = [memory.put(a.values), memory.put(b.values)];
  const [product, space] = [memory.claim(m * n), memory.claim(kernels.room(n))];
  const [downA, acrossA] = a.turned ? [1, m] : [k, 1];
  const [downB, acrossB] = b.turned ? [1, k] : [n, 1];
  const [first, second] = [
    [left, downA, acrossA],
    [right, downB, acrossB],
  ] as const;
  kernels.multiply(m, k, n, ...first, ...second, product, n, 0, 0, space);
  into.set(memory.floats(product, m * n));
}

/** Floats of one line of shares: tokens, padded to a multiple of 4. */
export function lineOf(tokens: number): number {
  return 4 * Math.ceil(tokens / 4);
}

/**
 * Causal scaled dot-product attention (Vaswani et al. 2017, section 3.2.2) over rows that hold query,
 * key and value side by side: what is mixed, and the shares (examples × heads × tokens × `lineOf` tokens).
 */
export function attend(
  packed: Float32Array,
  { width, examples, tokens, heads }: Attention,
): { readonly mixed: Float32Array; readonly shares: Float32Array } {
  const memory = cleared();
  const line = lineOf(tokens);
  const sizes = [examples * tokens * width, examples * heads * tokens * line] as const;
  const from = memory.put(packed);
  const [mixed, shares] = [memory.claim(sizes[0]), memory.claim(sizes[1])];
  const space = memory.claim((width / heads) * line);
  memory.kernels.attend(from, width, examples, tokens, heads, mixed, shares, space);
  const read = (place: number, length: number) => memory.floats(place, length).slice();
  return { mixed: read(mixed, sizes[0]), shares: read(shares, sizes[1]) };
}

/** The gradient of `attend` with respect to the packed rows, from that of what was mixed. */
export function attendBack(
  packed: Float32Array,
  shares: Float32Array,
  up: Float32Array,
  { width, examples, tokens, heads }: Attention,
): Float32Array {
  const memory = cleared();
  const [from, table, dy] = [memory.put(packed), memory.put(shares), memory.put(up)];
  const slopes = memory.claim(packed.length);
  const space = memory.claim((width / heads + 1) * lineOf(tokens));
  const sizes = [width, examples, tokens, heads] as const;
  memory.kernels.attendBack(from, ...sizes, table, dy, slopes, space);
  return memory.floats(slopes, packed.length).slice();
}

/** Each row to mean 0 and mean square 1, and the factor of each row (Ba, Kiros & Hinton 2016). */
export function normalise(
  values: Float32Array,
  width: number,
): { readonly values: Float32Array; readonly scales: Float32Array } {
  const rows = values.length / width;
  const memory = cleared();
  const from = memory.put(values);
  const [out, scales] = [memory.claim(values.length), memory.claim(rows)];
  memory.kernels.normalise(from, rows, width, out, scales);
  const read = (place: number, length: number) => memory.floats(place, length).slice();
  return { values: read(out, values.length), scales: read(scales, rows) };
}

/** The gradient of `normalise` with respect to its input, from that of its output. */
export function normaliseBack(
  up: Float32Array,
  normal: Float32Array,
  scales: Float32Array,
): Float32Array {
  const rows = scales.length;
  const memory = cleared();
  const [dy, y, factors] = [memory.put(up), memory.put(normal), memory.put(scales)];
  const out = memory.claim(up.length);
  memory.kernels.normaliseBack(dy, y, factors, rows, up.length / rows, out, 0);
  return memory.floats(out, up.length).slice();
}
