import type { FitRequest, Learner, RowModel } from "../synthesizer.js";
import { breathe, numberOption, trainingOf, visitOrder } from "../training.js";
import type { ColumnModel } from "./column-model.js";
import { fitColumn } from "./fit-column.js";
import type { GrowOptions } from "./grow.js";
import { type Predictor, predictorsOf } from "./predictors.js";
import { TreeRows } from "./tree-rows.js";

/**
 * Sequential trees, after Reiter (2005, "Using CART to generate partially synthetic public use
 * microdata") as synthpop made them known (Nowok, Raab & Dibben 2016): each column is fitted on those
 * before it, and drawn from the observed values of the leaf that a row falls into.
 *
 * Options: `leaf N` (fewest rows in a leaf, default 5), `worth X` (how many times the node's mean square
 * a split must be worth, default 2), `predictors N` (most columns that one tree asks about, default 40).
 */
export const trees: Learner = {
  name: "trees",
  summary: "decision trees, one a column, each on the columns before it",
  refuses: () => undefined,
  fit: fitTrees,
};

export function growOptions(options: FitRequest["options"]): GrowOptions {
  return {
    minLeaf: Math.max(1, Math.round(numberOption(options, "leaf", 5))),
    worth: Math.max(0, numberOption(options, "worth", 2)),
    mostPredictors: Math.max(1, Math.round(numberOption(options, "predictors", 40))),
  };
}

async function fitTrees(request: FitRequest): Promise<RowModel> {
  const { progress, columns } = request;
  const training = trainingOf(request);
  const order = visitOrder(columns, request.first);
  const options = growOptions(request.options);
  const predictors = predictorsOf(training.cells, training.levels);
  const models: ColumnModel[] = [];
  for (let turn = 0; turn < order.length; turn++) {
    const column = order[turn] as number;
    const phase = `learning ${columns[column]?.name}`;
    progress.report({ phase, done: turn, total: order.length, unit: "columns" });
    await breathe(progress.signal);
    const before = order.slice(0, turn).map((position) => predictors[position] as Predictor);
    models[column] = fitColumn(training, column, before, options);
  }
  const done = order.length;
  progress.report({ phase: "learning done", done, total: done, unit: "columns" });
  return new TreeRows("trees", columns, training.levels, order, models);
}
