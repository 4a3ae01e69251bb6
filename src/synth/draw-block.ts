import type { Cells } from "../constraint/guide.js";
import type { EventProbability } from "./weight-tally.js";

/** Rows are drawn in blocks of this many, each from its own stream: the batch size changes nothing. */
export const blockRows = 4096;

/** A block of finished rows; the arrays are reused by the next block. */
export interface DrawnBlock {
  readonly cells: Cells;
  readonly rows: number;
  /** 1 for rows that were given up. */
  readonly lost: Uint8Array;
  /** Rows drawn again so far. */
  readonly redrawn: number;
  readonly probability?: EventProbability;
}
