import type { Batch } from "./batch.js";
import type { HeadTrace } from "./heads.js";
import type { Trace } from "./network.js";

/** The pieces of a batch's gradient before they are summed over its examples. */
export interface Pieces {
  readonly batch: Batch;
  /** Gradient with respect to the inputs: examples × tokens × width. */
  readonly inputs: Float32Array;
  readonly heads: readonly HeadTrace[];
  readonly trace: Trace;
}
