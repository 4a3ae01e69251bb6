import type { Training } from "../training.js";
import type { ColumnModel } from "./column-model.js";
import { fitColumn } from "./fit-column.js";
import type { GrowOptions } from "./grow.js";
import type { Predictor } from "./predictors.js";

/** Columns to be fitted, each on those before it in `order`; any of them may be done first. */
export interface FitTask {
  readonly training: Training;
  readonly order: readonly number[];
  readonly options: GrowOptions;
}

/** Fit the column whose turn it is. */
export function fitTurn(
  task: FitTask,
  predictors: readonly Predictor[],
  turn: number,
): ColumnModel {
  const before = task.order.slice(0, turn).map((column) => predictors[column] as Predictor);
  return fitColumn(task.training, task.order[turn] as number, before, task.options);
}
