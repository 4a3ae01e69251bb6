import { stream } from "../../base/random.js";
import type { Table } from "../../table/table.js";
import { boosting } from "./boosting.js";
import {
  type Examples,
  examplesOf,
  joinExamples,
  someExamples,
  type Task,
  taskOf,
} from "./examples.js";
import { linear } from "./linear.js";
import { intervals, type Quality, qualityOf, type Resampled } from "./measures.js";
import { neighbours } from "./neighbours.js";
import { network } from "./network.js";
import type { Method } from "./predictor.js";

/** Kinds of models that generalise differently. */
export const methods: readonly Method[] = [linear, boosting, neighbours, network];

/** What a model was trained on. */
export interface Trained extends Quality {
  readonly on: "real" | "synthetic" | "both";
  readonly rows: number;
  readonly interval: Resampled;
  /** Of the difference from the model that was trained on real rows. */
  readonly difference: Resampled;
}

export interface Comparison {
  readonly task: Task;
  readonly method: string;
  readonly trained: readonly [real: Trained, synthetic: Trained, both: Trained];
  readonly tested: number;
}

const mostTested = 5_000;
const fewest = 10;

/** A task with the rows that it is learned from and tested on. */
export interface Exam {
  readonly task: Task;
  readonly real: Examples;
  readonly synthetic: Examples;
  readonly tested: Examples;
}

/** Lay out the rows for predicting a column; in words why not, where that can't be done. */
export function examOf(
  tables: { readonly synthetic: Table; readonly real: Table; readonly holdout: Table },
  target: string,
  seed: number | string,
): Exam | string {
  const { synthetic, real, holdout } = tables;
  const task = taskOf(real, [synthetic, holdout], target);
  if (typeof task === "string") return task;
  const exam = {
    task,
    real: examplesOf(real, task),
    synthetic: examplesOf(synthetic, task),
    tested: some(examplesOf(holdout, task), mostTested, seed, "tested"),
  };
  const sides = [
    ["real", exam.real],
    ["generated", exam.synthetic],
    ["held-out", exam.tested],
  ] as const;
  for (const [side, { rows }] of sides) {
    if (rows < fewest)
      return `only ${rows} ${side} rows have a known value of it, and ${fewest} are needed`;
  }
  if (new Set(exam.tested.target).size < 2) return "it has only one value in the held-out rows";
  return exam;
}

/**
 * Train on synthetic rows and test on real ones that were held out, beside the same model trained on
 * equally many real rows, and on both together. Nothing is tuned; all models see the same test rows.
 */
export function compareUtility(
  { task, real, synthetic, tested }: Exam,
  method: Method,
  seed: number | string,
): Comparison {
  const each = Math.min(real.rows, synthetic.rows, method.atMost);
  const learned = some(real, each, seed, "real");
  const made = some(synthetic, each, seed, "synthetic");
  const sets = [learned, made, joinExamples(learned, made)];
  const predictions = sets.map((rows, i) =>
    method.train(task, rows, stream(seed, "utility", method.name, i))(tested),
  );
  const found = intervals(task, tested, predictions, stream(seed, "utility", "resamples"));
  const trained = (["real", "synthetic", "both"] as const).map((on, i): Trained => {
    const spread = found[i] as (typeof found)[number];
    return {
      on,
      rows: (sets[i] as Examples).rows,
      ...qualityOf(task, tested, predictions[i] as Float64Array),
      interval: spread.main,
      difference: spread.difference,
    };
  });
  return {
    task,
    method: method.name,
    trained: trained as [Trained, Trained, Trained],
    tested: tested.rows,
  };
}

function some(examples: Examples, most: number, seed: number | string, what: string): Examples {
  if (examples.rows <= most) return examples;
  const rows = Uint32Array.from({ length: examples.rows }, (_, row) => row);
  return someExamples(examples, stream(seed, "utility", what).shuffle(rows).slice(0, most));
}
