import type { Observed } from "../observed.js";
import type { Shape } from "../tree/save-parts.js";
import type { Partition } from "./prune.js";

/** A fitted forest. */
export interface ForestParts extends Shape {
  readonly partitions: readonly Partition[];
  /** By column, what each real row has: an entry, or −1 where missing. */
  readonly observed: readonly Observed[];
  /** By column, the one whose real row it takes its value from, or −1 (`tiesOf`). */
  readonly ties: Int32Array;
}
