import { breathe } from "../../base/progress.js";
import { observedRows } from "../observed-rows.js";
import type { FitRequest, Learner, RowModel } from "../synthesizer.js";
import { numberOption, trainingOf, visitOrder } from "../training.js";
import { InterpolationRows } from "./interpolation-rows.js";

/**
 * SMOTE (Chawla, Bowyer, Hall & Kegelmeyer 2002) for any table: a new row lies between a real row and
 * one of its nearest neighbours; categories and missing values are put to the vote of the neighbours.
 * Under `given`, row and neighbours are all of the group asked for, so any minority can be enlarged.
 *
 * Options: `neighbours N` (default 5), `vote majority` (as SMOTE-NC; default `vote share`: a category
 * is drawn by its share of the votes, which keeps rare ones alive).
 */
export const interpolation: Learner = {
  name: "interpolation",
  summary: "new rows between a real row and its neighbours: to enlarge a small group",
  refuses: () => undefined,
  fit: fitInterpolation,
};

async function fitInterpolation(request: FitRequest): Promise<RowModel> {
  const { columns, options, progress } = request;
  const training = trainingOf(request);
  await breathe(progress.signal);
  const model = new InterpolationRows({
    columns,
    levels: training.levels,
    order: visitOrder(columns, request.first),
    observed: observedRows(training),
    neighbours: Math.max(1, Math.round(numberOption(options, "neighbours", 5))),
    majority: options["vote"]?.[0] === "majority",
  });
  const done = columns.length;
  progress.report({ phase: "learning done", done, total: done, unit: "columns" });
  return model;
}
