import { instantiate, type KernelMemory } from "./instance.js";
import { networkRelaxedWasm } from "./network-relaxed-wasm.js";
import { networkWasm } from "./network-wasm.js";

type Kernel = (...args: number[]) => void;

/** The kernels of assembly/network.ts: places are byte offsets, sizes and strides are in floats. */
export interface NetworkKernels extends KernelMemory {
  first(): number;
  room(columns: number): number;
  crossEntropy(...args: number[]): number;
  readonly multiply: Kernel;
  readonly attend: Kernel;
  readonly attendBack: Kernel;
  readonly attendLast: Kernel;
  readonly normalise: Kernel;
  readonly normaliseBack: Kernel;
  readonly rectify: Kernel;
  readonly rectifyBack: Kernel;
  readonly mask: Kernel;
  readonly scale: Kernel;
  readonly settle: Kernel;
  readonly sumRows: Kernel;
  readonly tell: Kernel;
  readonly tellBack: Kernel;
  readonly pairNorms: Kernel;
}

const PAGE = 65_536;
/** Floats of a line of the machine's memory: native libraries copy an array that doesn't begin with one. */
const LINE = 16;

/** Arrays that lie in the kernels' own memory, so that one kernel goes on where the last one ended. */
export class NetworkMemory {
  readonly kernels: NetworkKernels;
  private end: number;

  /** `relaxed`: products are added with one rounding where the machine does that; else all machines compute the same. */
  constructor(relaxed = false) {
    this.kernels = instantiate<NetworkKernels>(relaxed ? networkRelaxedWasm : networkWasm, 0);
    this.end = beginning(this.kernels);
  }

  /** Let go of all arrays. */
  clear(): void {
    this.end = beginning(this.kernels);
  }

  /** The place of a new array of so many floats; what is in it is not defined. Views taken before end here. */
  claim(length: number): number {
    const place = this.end;
    this.end += Math.ceil(length / LINE) * LINE * 4;
    const { memory } = this.kernels;
    const short = this.end - memory.buffer.byteLength;
    if (short > 0) memory.grow(Math.ceil(short / PAGE));
    return place;
  }

  /** The place of a copy of these values. */
  put(values: Float32Array): number {
    const place = this.claim(values.length);
    this.floats(place, values.length).set(values);
    return place;
  }

  floats(place: number, length: number): Float32Array {
    return new Float32Array(this.kernels.memory.buffer, place, length);
  }

  integers(place: number, length: number): Int32Array {
    return new Int32Array(this.kernels.memory.buffer, place, length);
  }

  doubles(place: number, length: number): Float64Array {
    return new Float64Array(this.kernels.memory.buffer, place, length);
  }
}

/** Where the first array begins: with a line. */
function beginning(kernels: NetworkKernels): number {
  return Math.ceil(kernels.first() / (4 * LINE)) * 4 * LINE;
}
