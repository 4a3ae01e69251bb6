import { TreeGrower } from "../../kernels/tree-grower.js";
import type { Training } from "../training.js";
import type { ColumnModel } from "./column-model.js";
import { fitColumn } from "./fit-column.js";
import type { GrowOptions } from "./grow.js";
import type { Predictor, Prepared } from "./predictors.js";

/** Columns to be fitted, each on those before it in `order`; any of them may be done first. */
export interface FitTask {
  readonly training: Training;
  readonly prepared: Prepared;
  readonly order: readonly number[];
  readonly options: GrowOptions;
}

/** Fits the columns of a task as their turns are called. */
export function fitterOf(task: FitTask): (turn: number) => ColumnModel {
  const { training, prepared, order, options } = task;
  const grower = new TreeGrower(prepared.predictors, training.rows);
  return (turn) => {
    const before = order.slice(0, turn);
    const predictors = before.map((column) => prepared.predictors[column] as Predictor);
    const { found } = prepared;
    return fitColumn(training, order[turn] as number, { grower, found, predictors, options });
  };
}
