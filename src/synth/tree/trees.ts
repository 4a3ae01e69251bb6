import type { Progress } from "../../base/progress.js";
import { breathe } from "../../base/progress.js";
import type { FitRequest, Learner, RowModel } from "../synthesizer.js";
import { numberOption, trainingOf, visitOrder } from "../training.js";
import type { ColumnModel } from "./column-model.js";
import { fitOnThreads, threadsFor } from "./fit-pool.js";
import { type FitTask, fitterOf } from "./fit-task.js";
import type { GrowOptions } from "./grow.js";
import { prepare } from "./predictors.js";
import { TreeRows } from "./tree-rows.js";

/**
 * Sequential trees, after Reiter (2005, "Using CART to generate partially synthetic public use
 * microdata") as synthpop made them known (Nowok, Raab & Dibben 2016): each column is fitted on those
 * before it, and drawn from the observed values of the leaf that a row falls into.
 *
 * Options: `leaf N` (fewest rows in a leaf, default 5), `worth X` (how many times the node's mean square
 * a split must be worth, default 2), `predictors N` (most columns that one tree asks about, default 40),
 * `threads N` (default: by cores and size; the result is the same for any number).
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
  progress.report({ phase: "learning columns", done: 0, total: order.length, unit: "columns" });
  await breathe(progress.signal);
  const prepared = prepare(training.cells, training.levels);
  const task: FitTask = { training, prepared, order, options: growOptions(request.options) };
  const threads = threadsFor(training, numberOption(request.options, "threads", 0));
  const models =
    threads > 1 ? await fitOnThreads(task, threads, progress) : await fitHere(task, progress);
  const done = order.length;
  progress.report({ phase: "learning done", done, total: done, unit: "columns" });
  return new TreeRows("trees", { columns, levels: training.levels, order }, models);
}

/** Column after column on this thread. */
async function fitHere(task: FitTask, progress: Progress): Promise<readonly ColumnModel[]> {
  const { training, order } = task;
  const models: ColumnModel[] = [];
  const learn = fitterOf(task);
  for (let turn = 0; turn < order.length; turn++) {
    const column = order[turn] as number;
    const phase = `learning ${training.columns[column]?.name}`;
    progress.report({ phase, done: turn, total: order.length, unit: "columns" });
    await breathe(progress.signal);
    models[column] = learn(turn);
  }
  return models;
}
