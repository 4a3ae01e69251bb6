import { countWasm } from "./count-wasm.js";
import { instantiate, type KernelMemory } from "./instance.js";

/** Columns of bytes fused into one: the code is ((c₀ · s₁ + c₁) · s₂ + c₂) …, below 256. */
export interface ByteGroup {
  /** Positions of the columns. */
  readonly members: readonly number[];
}

export interface ByteColumn {
  readonly codes: Uint8Array;
  /** Codes are 0 .. size−1; at most 256. */
  readonly size: number;
}

/** Rows copied to the kernel at a time: many, so that a pair's histograms stay in the cache for long. */
const BLOCK = 262_144;

/** Number of codes of a group. */
function groupSize(columns: readonly ByteColumn[], { members }: ByteGroup): number {
  return members.reduce((product, member) => product * (columns[member] as ByteColumn).size, 1);
}

/**
 * For each pair [g, h] of groups the counts of their codes, row-major with h fastest, by WebAssembly:
 * more than a billion increments a second and core.
 */
export function countBytePairs(
  columns: readonly ByteColumn[],
  groups: readonly ByteGroup[],
  pairs: readonly (readonly [number, number])[],
  rows: number,
): Float64Array[] {
  const sizes = groups.map((group) => groupSize(columns, group));
  const block = Math.min(BLOCK, (rows + 15) & ~15);
  const place = layOut(columns.length, sizes, pairs, block);
  const kernel = instantiate<Kernel>(countWasm, place.end);
  const memory = new Uint8Array(kernel.memory.buffer);
  for (let from = 0; from < rows; from += block) {
    const count = Math.min(block, rows - from);
    columns.forEach(({ codes }, c) => {
      memory.set(codes.subarray(from, from + count), place.raw + c * block);
    });
    fuseBlock(kernel, columns, groups, place, count);
    pairs.forEach(([g, h], p) => {
      const { even, odd } = place.histograms[p] as { even: number; odd: number };
      const [a, b] = [place.fused + g * block, place.fused + h * block];
      kernel.pairs(a, b, count, sizes[h] as number, even, odd);
    });
  }
  return pairs.map(([g, h], p) => {
    const cells = (sizes[g] as number) * (sizes[h] as number);
    const { even, odd } = place.histograms[p] as { even: number; odd: number };
    const first = new Uint32Array(kernel.memory.buffer, even, cells);
    const second = new Uint32Array(kernel.memory.buffer, odd, cells);
    const counts = new Float64Array(cells);
    for (let i = 0; i < cells; i++) counts[i] = (first[i] as number) + (second[i] as number);
    return counts;
  });
}

/** The same in plain TypeScript: what the kernel is held against. */
export function countPairsPlain(
  columns: readonly ByteColumn[],
  groups: readonly ByteGroup[],
  pairs: readonly (readonly [number, number])[],
  rows: number,
): Float64Array[] {
  const codeOf = ({ members }: ByteGroup, row: number) =>
    members.reduce((code, member) => {
      const { codes, size } = columns[member] as ByteColumn;
      return code * size + (codes[row] as number);
    }, 0);
  return pairs.map(([g, h]) => {
    const [a, b] = [groups[g] as ByteGroup, groups[h] as ByteGroup];
    const width = groupSize(columns, b);
    const counts = new Float64Array(groupSize(columns, a) * width);
    for (let row = 0; row < rows; row++) {
      const cell = codeOf(a, row) * width + codeOf(b, row);
      counts[cell] = (counts[cell] as number) + 1;
    }
    return counts;
  });
}

interface Place {
  readonly raw: number;
  readonly fused: number;
  readonly histograms: readonly { even: number; odd: number }[];
  readonly block: number;
  readonly end: number;
}

function layOut(
  columns: number,
  sizes: readonly number[],
  pairs: readonly (readonly [number, number])[],
  block: number,
): Place {
  const raw = 1024;
  const fused = raw + columns * block;
  let end = fused + sizes.length * block;
  const histograms = pairs.map(([g, h]) => {
    const bytes = 4 * (sizes[g] as number) * (sizes[h] as number);
    const even = end;
    const odd = even + bytes;
    end = odd + bytes;
    return { even, odd };
  });
  return { raw, fused, histograms, block, end };
}

function fuseBlock(
  kernel: Kernel,
  columns: readonly ByteColumn[],
  groups: readonly ByteGroup[],
  place: Place,
  count: number,
): void {
  const memory = new Uint8Array(kernel.memory.buffer);
  groups.forEach(({ members }, g) => {
    const into = place.fused + g * place.block;
    const [first, ...others] = members;
    const raw = place.raw + (first as number) * place.block;
    memory.copyWithin(into, raw, raw + count);
    for (const member of others) {
      const { size } = columns[member] as ByteColumn;
      kernel.fuse(into, place.raw + member * place.block, size, count);
    }
  });
}

interface Kernel extends KernelMemory {
  fuse(into: number, from: number, size: number, n: number): void;
  pairs(a: number, b: number, n: number, width: number, even: number, odd: number): void;
}
