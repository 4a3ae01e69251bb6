import { breathe } from "../base/progress.js";
import { TreeGrower } from "../kernels/tree-grower.js";
import type { FitRequest, Learner, RowModel } from "./synthesizer.js";
import { trainingOf, visitOrder } from "./training.js";
import { fitColumn } from "./tree/fit-column.js";
import { TreeRows } from "./tree/tree-rows.js";
import { growOptions } from "./tree/trees.js";

/** Each column by its own distribution, and nothing of how columns go together. */
export const independent: Learner = {
  name: "independent",
  summary:
    "each column by itself: a baseline, and for columns that have nothing to do with each other",
  refuses: () => undefined,
  fit: fitIndependent,
};

async function fitIndependent(request: FitRequest): Promise<RowModel> {
  const { columns, progress } = request;
  const training = trainingOf(request);
  const fitting = {
    grower: new TreeGrower([], training.rows),
    predictors: [],
    options: growOptions({}),
  };
  await breathe(progress.signal);
  const models = columns.map((_, column) => fitColumn(training, column, fitting));
  const done = columns.length;
  progress.report({ phase: "learning done", done, total: done, unit: "columns" });
  const order = visitOrder(columns, request.first);
  return new TreeRows("independent", { columns, levels: training.levels, order }, models);
}
