import { instantiate, type KernelMemory } from "./instance.js";
import { propagateWasm } from "./propagate-wasm.js";

/**
 * Passes of belief propagation over doubles in one memory. Places are byte offsets; tables are made of
 * runs (the innermost axes) of `length` cells, and `offsets` are 32-bit integers, one a run, in cells.
 */
export interface Propagation {
  readonly buffer: ArrayBuffer;
  /** into[run, i] += from[offsets[run] + i · stride]. */
  addRuns(
    into: number,
    from: number,
    offsets: number,
    runs: number,
    length: number,
    stride: number,
  ): void;
  /** into[offsets[run] + i · stride] += from[run, i]. */
  sumRuns(
    from: number,
    into: number,
    offsets: number,
    runs: number,
    length: number,
    stride: number,
  ): void;
  /** Runs of logs become e^(log − most of the run); sums and largest logs are left, one a run. */
  exponentiateRuns(logs: number, sums: number, most: number, runs: number, length: number): void;
  /** Each run times scales[run] / sums[run]; runs of sum 0 stay 0. */
  scaleRuns(values: number, scales: number, sums: number, runs: number, length: number): void;
  /** Σ a[i] · b[i]. */
  dot(a: number, b: number, length: number): number;
  /** into[i] += factor · from[i]. */
  addScaled(into: number, from: number, factor: number, length: number): void;
}

interface Exports extends Omit<Propagation, "buffer">, KernelMemory {}

/** A fresh WebAssembly instance whose memory, all zeros, holds `bytes`. */
export function propagation(bytes: number): Propagation {
  const exports = instantiate<Exports>(propagateWasm, bytes);
  return Object.freeze({ ...exports, buffer: exports.memory.buffer });
}

/** The same in plain TypeScript: what the kernel is held against. */
export function plainPropagation(bytes: number): Propagation {
  const buffer = new ArrayBuffer(Math.ceil(bytes / 8) * 8);
  const cells = new Float64Array(buffer);
  const at = (place: number): number => place / 8;
  const offsetsAt = (place: number, runs: number): Int32Array =>
    new Int32Array(buffer, place, runs);
  const get = (cell: number): number => cells[cell] as number;
  return {
    buffer,
    addRuns: (into, from, offsets, runs, length, stride) => {
      for (const [run, offset] of offsetsAt(offsets, runs).entries()) {
        for (let i = 0; i < length; i++) {
          const cell = at(into) + run * length + i;
          cells[cell] = get(cell) + get(at(from) + offset + i * stride);
        }
      }
    },
    sumRuns: (from, into, offsets, runs, length, stride) => {
      for (const [run, offset] of offsetsAt(offsets, runs).entries()) {
        for (let i = 0; i < length; i++) {
          const cell = at(into) + offset + i * stride;
          cells[cell] = get(cell) + get(at(from) + run * length + i);
        }
      }
    },
    exponentiateRuns: (logs, sums, most, runs, length) => {
      for (let run = 0; run < runs; run++) {
        const values = cells.subarray(at(logs) + run * length, at(logs) + (run + 1) * length);
        const top = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
        values.forEach((value, i) => {
          values[i] = top === Number.NEGATIVE_INFINITY ? 0 : Math.exp(value - top);
        });
        cells[at(sums) + run] = values.reduce((a, b) => a + b, 0);
        cells[at(most) + run] = top;
      }
    },
    scaleRuns: (values, scales, sums, runs, length) => {
      for (let run = 0; run < runs; run++) {
        const sum = get(at(sums) + run);
        const scale = sum === 0 ? 0 : get(at(scales) + run) / sum;
        for (let i = at(values) + run * length; i < at(values) + (run + 1) * length; i++) {
          cells[i] = get(i) * scale;
        }
      }
    },
    dot: (a, b, length) => {
      let sum = 0;
      for (let i = 0; i < length; i++) sum += get(at(a) + i) * get(at(b) + i);
      return sum;
    },
    addScaled: (into, from, factor, length) => {
      for (let i = 0; i < length; i++) {
        cells[at(into) + i] = get(at(into) + i) + factor * get(at(from) + i);
      }
    },
  };
}
