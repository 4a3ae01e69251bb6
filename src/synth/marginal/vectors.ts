import { impossible } from "../../base/failure.js";
import type { Propagation } from "../../kernels/propagate.js";
import { viewOf } from "./layout.js";
import type { Vectors } from "./quasi-newton.js";

/** So many vectors in a kernel's memory, which are used again: a fit makes no garbage. */
export class KernelVectors implements Vectors {
  private readonly kernel: Propagation;
  private readonly free: Float64Array[];

  constructor(
    kernel: Propagation,
    { place, count, length }: { place: number; count: number; length: number },
  ) {
    this.kernel = kernel;
    this.free = Array.from({ length: count }, (_, i) =>
      viewOf(kernel, place + 8 * i * length, length),
    );
  }

  take(): Float64Array {
    const vector = this.free.pop();
    if (vector === undefined) throw impossible("a fit needs more vectors than it said", {});
    return vector;
  }

  give(vector: Float64Array): void {
    this.free.push(vector);
  }

  dot(a: Float64Array, b: Float64Array): number {
    return this.kernel.dot(a.byteOffset, b.byteOffset, a.length);
  }

  add(into: Float64Array, from: Float64Array, factor: number): void {
    this.kernel.addScaled(into.byteOffset, from.byteOffset, factor, into.length);
  }
}
