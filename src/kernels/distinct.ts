import { distinctWasm } from "./distinct-wasm.js";
import { instantiate, type KernelMemory } from "./instance.js";

/** The different numbers of a column. */
export interface Distinct {
  /** Ascending. */
  readonly values: Float64Array;
  /** How often each occurs. */
  readonly counts: Float64Array;
  /** By row, the position in `values`; −1 where missing. */
  readonly positions: Int32Array;
}

interface Kernel extends KernelMemory {
  survey(values: number, n: number, into: number): void;
  countWhole(
    values: number,
    n: number,
    low: number,
    span: number,
    seen: number,
    found: number,
    counts: number,
    positions: number,
  ): number;
  sortAll(
    values: number,
    n: number,
    keys: number,
    otherKeys: number,
    rows: number,
    otherRows: number,
    tallies: number,
    found: number,
    counts: number,
    positions: number,
  ): number;
}

const few = 64;
const mostRows = 2 ** 25;
/** Memory of an instance that is kept for the next column. */
const keptBytes = 2 ** 24;
let kept: Kernel | undefined;

/** Find them: by counting where the numbers are whole and close together, else by sorting. NaN is missing. */
export function distinctOf(values: Float64Array): Distinct {
  const n = values.length;
  if (n < few || n > mostRows) return distinctPlain(values);
  const at = layOut(n);
  const kernel = kept ?? instantiate<Kernel>(distinctWasm, at.end);
  make(kernel, at.end);
  new Float64Array(kernel.memory.buffer, at.values, n).set(values);
  kernel.survey(at.values, n, at.facts);
  const [low, high, isWhole] = new Float64Array(kernel.memory.buffer, at.facts, 3);
  const span = (high as number) - (low as number) + 1;
  const isCounted = isWhole === 1 && span <= longestSpan(n);
  const count = isCounted
    ? byCounting(kernel, at, n, low as number, Math.max(0, span))
    : kernel.sortAll(
        ...([at.values, n, at.keys, at.otherKeys, at.rows, at.otherRows] as const),
        ...([at.tallies, at.found, at.counts, at.positions] as const),
      );
  const { buffer } = kernel.memory;
  kept = buffer.byteLength > keptBytes ? undefined : kernel;
  return {
    values: new Float64Array(buffer, at.found, count).slice(),
    counts: new Float64Array(buffer, at.counts, count).slice(),
    positions: new Int32Array(buffer, at.positions, n).slice(),
  };
}

type Layout = ReturnType<typeof layOut>;

function layOut(n: number) {
  let end = 1024;
  const take = (bytes: number): number => {
    const at = end;
    end += Math.ceil(bytes / 16) * 16;
    return at;
  };
  return {
    facts: take(24),
    tallies: take(8192),
    values: take(8 * n),
    found: take(8 * n),
    counts: take(8 * n),
    positions: take(4 * n),
    keys: take(8 * n),
    otherKeys: take(8 * n),
    rows: take(4 * n),
    otherRows: take(4 * n),
    end,
  };
}

/** Have at least so much memory. */
function make({ memory }: Kernel, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
}

/** Beyond this, counting would take more than sorting. */
function longestSpan(n: number): number {
  return 65536 + 4 * n;
}

/** What is counted stands where the keys would. */
function byCounting(kernel: Kernel, at: Layout, n: number, low: number, span: number): number {
  make(kernel, at.keys + 4 * span);
  new Int32Array(kernel.memory.buffer, at.keys, span).fill(0);
  return kernel.countWhole(
    ...([at.values, n, low, span, at.keys, at.found, at.counts, at.positions] as const),
  );
}

/** The plain twin. */
export function distinctPlain(values: Float64Array): Distinct {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const found: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    const last = found.length - 1;
    if (last >= 0 && found[last] === value) counts[last] = (counts[last] as number) + 1;
    else {
      // A zero has no sign here.
      found.push(value + 0);
      counts.push(1);
    }
  }
  const place = new Map(found.map((value, at) => [value, at]));
  const positions = Int32Array.from(values, (value) => place.get(value) ?? -1);
  return { values: Float64Array.from(found), counts: Float64Array.from(counts), positions };
}
