import { TreeGrower } from "../../kernels/tree-grower.js";
import type { Training } from "../training.js";
import type { ColumnModel } from "./column-model.js";
import { fitColumn } from "./fit-column.js";
import type { GrowOptions } from "./grow.js";
import { type Predictor, predictorsOf } from "./predictors.js";

/** Columns to be fitted, each on those before it in `order`; any of them may be done first. */
export interface FitTask {
  readonly training: Training;
  readonly order: readonly number[];
  readonly options: GrowOptions;
}

/** Fits the columns of a task as their turns are called. */
export function fitterOf(task: FitTask): (turn: number) => ColumnModel {
  const { training, order, options } = task;
  const all = predictorsOf(training.cells, training.levels);
  const grower = new TreeGrower(all);
  return (turn) => {
    const predictors = order.slice(0, turn).map((column) => all[column] as Predictor);
    return fitColumn(training, order[turn] as number, { grower, predictors, options });
  };
}
