import { distinctOf } from "../kernels/distinct.js";
import type { Observed } from "./observed.js";
import { ObservedCodes } from "./observed-codes.js";
import { numberFacts, ObservedNumbers } from "./observed-numbers.js";
import type { Training } from "./training.js";

/** The observed values of each column, one entry a row in the rows' order; −1 where missing. */
export function observedRows(training: Training): readonly Observed[] {
  return training.columns.map(({ type }, at) => {
    const values = training.cells[at] as Float64Array | Int32Array;
    const labels = training.levels[at];
    if (labels !== undefined) return new ObservedCodes(values as Int32Array, labels.length);
    const found = distinctOf(values as Float64Array);
    return new ObservedNumbers(found.positions, numberFacts(found, type));
  });
}
