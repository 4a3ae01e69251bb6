import { stream } from "../base/random.js";
import type { Cells } from "../constraint/guide.js";
import { blockRows } from "./draw-block.js";
import type { RowDrawer } from "./row-drawer.js";

/** What became of a block. */
export interface BlockDone {
  /** Rows of this block that were drawn again. */
  readonly redrawn: number;
  /** The first row of the block that could not be drawn, or −1. */
  readonly failed: number;
}

/** Draw block `index` of an output of `rows` rows, and leave it in `into`, one array a column. */
export function fillBlock(
  drawer: RowDrawer,
  {
    rows,
    seed,
    name,
  }: { readonly rows: number; readonly seed: number | string; readonly name: string },
  index: number,
  into: Cells,
): BlockDone {
  const offset = index * blockRows;
  const before = drawer.redrawn;
  const count = Math.min(blockRows, rows - offset);
  const failed = drawer.draw(count, stream(seed, name, "draw", index), offset);
  into.forEach((values, column) => {
    (values as Float64Array).set(drawer.cells[column] as Float64Array);
  });
  return { redrawn: drawer.redrawn - before, failed };
}
