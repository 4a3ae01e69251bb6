import { columnOf, type Table } from "../../table/table.js";
import { isComparable } from "../binned.js";
import { type Bins, binsOf } from "../bins.js";
import type { Binned } from "./tree.js";

/** Bins of a column for models: finer than those for comparing shares. */
const MODEL_BINS = 32;

/** How to cut every comparable column of a table, but those named in `without`, for a model. */
export function modelBins(table: Table, without: readonly string[] = []): readonly Bins[] {
  return table.columns
    .filter((column) => isComparable(column) && !without.includes(column.name))
    .map((column) => binsOf(column, String, MODEL_BINS));
}

/** The columns of a table cut by given bins; one that the table lacks is all missing. */
export function matrixOf(table: Table, bins: readonly Bins[]): Binned {
  return {
    rows: table.rows,
    bins: bins.map((of) => {
      const column = columnOf(table, of.column);
      return column === undefined
        ? new Uint8Array(table.rows).fill(of.labels.length - 1)
        : of.encode(column);
    }),
    sizes: bins.map((of) => of.labels.length),
    unordered: bins.map((of) => !of.ordered),
  };
}
