import type { Propagation } from "../../kernels/propagate.js";
import type { RunProjection } from "./index-map.js";

/** Hands out places in a memory that is made once all have been asked for. */
export class Layout {
  /** Bytes handed out. */
  end = 1024;

  /** The place of so many doubles. */
  cells(count: number): number {
    const place = this.end;
    this.end += 8 * count;
    return place;
  }

  /** Ready for `PlacedRuns.write`. */
  runs(projected: RunProjection): PlacedRuns {
    return { ...projected, place: this.cells(Math.ceil(projected.offsets.length / 2)) };
  }
}

/** A projection whose offsets lie in the kernel's memory. */
export interface PlacedRuns extends RunProjection {
  readonly place: number;
}

/** Doubles of a kernel's memory. */
export function viewOf(kernel: Propagation, place: number, cells: number): Float64Array {
  return new Float64Array(kernel.buffer, place, cells);
}
