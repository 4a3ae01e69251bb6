import type { Random } from "../../base/random.js";
import type { Examples, Task } from "./examples.js";

/** A kind of model that the report trains. */
export interface Method {
  readonly name: string;
  /** Most rows that it is trained on; more are sampled. */
  readonly atMost: number;
  train(task: Task, examples: Examples, random: Random): Predictor;
}

/**
 * Predictions row by row: for classes a probability each (row-major, summing to 1), for a number the
 * number.
 */
type Predictor = (examples: Examples) => Float64Array;

/** Numbers per row that a predictor returns. */
export function outputs(task: Task): number {
  return task.kind === "number" ? 1 : task.classes.length;
}
