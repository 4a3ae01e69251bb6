// Causal attention in plain TypeScript: what the kernel is held against.
import type { Batch } from "../../src/synth/neural/operations.js";

/** What a causal attention gives, and the shares that its gradient needs (examples × heads × t × t). */
export interface Attended {
  readonly mixed: Float32Array;
  readonly shares: Float32Array;
}

/** Where one head of one example lies: its first query, its first share, its first feature going out. */
interface Head {
  readonly base: number;
  readonly table: number;
  readonly out: number;
}

function forEachHead(width: number, batch: Batch, visit: (head: Head) => void): void {
  const { examples, tokens, heads } = batch;
  for (let example = 0; example < examples; example++) {
    for (let head = 0; head < heads; head++) {
      const shift = (head * width) / heads;
      visit({
        base: example * tokens * 3 * width + shift,
        table: (example * heads + head) * tokens * tokens,
        out: example * tokens * width + shift,
      });
    }
  }
}

/**
 * Causal scaled dot-product attention (Vaswani et al. 2017, section 3.2.2) over rows that hold query,
 * key and value of `width` features each, side by side.
 */
export function attendForward(packed: Float32Array, width: number, batch: Batch): Attended {
  const { examples, tokens, heads } = batch;
  const mixed = new Float32Array(examples * tokens * width);
  const shares = new Float32Array(examples * heads * tokens * tokens);
  forEachHead(width, batch, (head) => {
    for (let i = 0; i < tokens; i++) {
      shareOut(packed, shares, width, batch, head, i);
      mix(packed, shares, mixed, width, batch, head, i);
    }
  });
  return { mixed, shares };
}

/** The softmax of token i's scores over itself and those before it. */
function shareOut(
  packed: Float32Array,
  shares: Float32Array,
  width: number,
  { tokens, heads }: Batch,
  { base, table }: Head,
  i: number,
): void {
  const size = width / heads;
  const scale = 1 / Math.sqrt(size);
  const row = 3 * width;
  const query = base + i * row;
  const line = table + i * tokens;
  let top = -Infinity;
  for (let j = 0; j <= i; j++) {
    const key = base + j * row + width;
    let dot = 0;
    for (let k = 0; k < size; k++) dot += packed[query + k]! * packed[key + k]!;
    dot *= scale;
    shares[line + j] = dot;
    if (dot > top) top = dot;
  }
  let sum = 0;
  for (let j = 0; j <= i; j++) {
    const weight = Math.exp(shares[line + j]! - top);
    shares[line + j] = weight;
    sum += weight;
  }
  for (let j = 0; j <= i; j++) shares[line + j]! /= sum;
}

function mix(
  packed: Float32Array,
  shares: Float32Array,
  mixed: Float32Array,
  width: number,
  { tokens, heads }: Batch,
  { base, table, out }: Head,
  i: number,
): void {
  const size = width / heads;
  const to = out + i * width;
  for (let j = 0; j <= i; j++) {
    const share = shares[table + i * tokens + j]!;
    const value = base + j * 3 * width + 2 * width;
    for (let k = 0; k < size; k++) mixed[to + k]! += share * packed[value + k]!;
  }
}

/** The gradient with respect to the packed rows. */
export function attendBackward(
  packed: Float32Array,
  shares: Float32Array,
  up: Float32Array,
  width: number,
  batch: Batch,
): Float32Array {
  const slopes = new Float32Array(packed.length);
  const pull = new Float64Array(batch.tokens);
  forEachHead(width, batch, (head) => {
    for (let i = 0; i < batch.tokens; i++) {
      backToValues(packed, shares, up, slopes, pull, width, batch, head, i);
      backToScores(packed, slopes, pull, width, batch, head, i);
    }
  });
  return slopes;
}

/** Slopes of the values; into `pull` those of the scaled scores. */
function backToValues(
  packed: Float32Array,
  shares: Float32Array,
  up: Float32Array,
  slopes: Float32Array,
  pull: Float64Array,
  width: number,
  { tokens, heads }: Batch,
  { base, table, out }: Head,
  i: number,
): void {
  const size = width / heads;
  const line = table + i * tokens;
  const from = out + i * width;
  let mean = 0;
  for (let j = 0; j <= i; j++) {
    const value = base + j * 3 * width + 2 * width;
    const share = shares[line + j]!;
    let dot = 0;
    for (let k = 0; k < size; k++) {
      dot += up[from + k]! * packed[value + k]!;
      slopes[value + k]! += share * up[from + k]!;
    }
    pull[j] = dot;
    mean += share * dot;
  }
  for (let j = 0; j <= i; j++) pull[j] = shares[line + j]! * (pull[j]! - mean);
}

function backToScores(
  packed: Float32Array,
  slopes: Float32Array,
  pull: Float64Array,
  width: number,
  { heads }: Batch,
  { base }: Head,
  i: number,
): void {
  const size = width / heads;
  const scale = 1 / Math.sqrt(size);
  const query = base + i * 3 * width;
  for (let j = 0; j <= i; j++) {
    const key = base + j * 3 * width + width;
    const weight = pull[j]! * scale;
    for (let k = 0; k < size; k++) {
      slopes[query + k]! += weight * packed[key + k]!;
      slopes[key + k]! += weight * packed[query + k]!;
    }
  }
}
