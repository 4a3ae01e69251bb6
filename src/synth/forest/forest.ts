import { breathe } from "../../base/progress.js";
import { stream } from "../../base/random.js";
import { observedRows } from "../observed-rows.js";
import type { FitRequest, Learner, RowModel } from "../synthesizer.js";
import { numberOption, trainingOf, visitOrder } from "../training.js";
import { prepare } from "../tree/predictors.js";
import { type Contest, contest, donorsFrom } from "./adversary.js";
import { ForestRows } from "./forest-rows.js";
import type { Partition } from "./prune.js";
import { tiesOf } from "./ties.js";

/**
 * Adversarial random forest (Watson, Blesch, Kapar & Wright 2023, "Adversarial random forests for
 * density estimation and generative modeling"): a forest tells real rows from made-up ones, made from
 * its own leaves, until it can't; then the columns are all but independent within a leaf.
 *
 * Options: `trees N` (default 10), `leaf N` (fewest real rows in a leaf, default 5), `rounds N` (most
 * rounds, default 10), `tolerance X` (stop when the forest is right at most 0.5 + X, default 0).
 */
export const forest: Learner = {
  name: "forest",
  summary: "an adversarial random forest: a density over the leaves of many trees",
  refuses: () => undefined,
  fit: fitForest,
};

/** A round must lower the forest's accuracy by this, or it is the last. */
const leastGain = 0.003;

async function fitForest(request: FitRequest): Promise<RowModel> {
  const { columns, progress, options } = request;
  const training = trainingOf(request);
  const { predictors } = prepare(training.cells, training.levels);
  const rounds = Math.max(1, numberOption(options, "rounds", 10));
  const tolerance = numberOption(options, "tolerance", 0);
  const settings: Contest = {
    trees: Math.max(1, Math.round(numberOption(options, "trees", 10))),
    minLeaf: Math.max(1, Math.round(numberOption(options, "leaf", 5))),
    tryAt: Math.max(1, Math.floor(Math.sqrt(columns.length))),
  };
  const observed = observedRows(training);
  const order = visitOrder(columns, request.first);
  const ties = tiesOf(observed, order);
  const random = stream(request.seed, "forest");
  let donors = tied(
    columns.map(() => random.shuffle(Int32Array.from({ length: training.rows }, (_, row) => row))),
    ties,
  );
  let partitions: readonly Partition[] = [];
  let accuracy = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    progress.report({
      phase: "telling real from made up",
      done: round,
      total: rounds,
      unit: "rounds",
    });
    await breathe(progress.signal);
    const result = await contest(predictors, donors, settings, random, progress.signal);
    if (round > 0 && result.accuracy > accuracy - leastGain) break;
    partitions = result.partitions;
    accuracy = result.accuracy;
    if (accuracy <= 0.5 + tolerance) break;
    donors = tied(donorsFrom(partitions, columns.length, training.rows, random), ties);
  }
  progress.report({ phase: "learning done", done: rounds, total: rounds, unit: "rounds" });
  return new ForestRows({ columns, levels: training.levels, order, partitions, observed, ties });
}

/** The rows that made-up values come from, the same for columns that are tied. */
function tied(donors: readonly Int32Array[], ties: Int32Array): Int32Array[] {
  return donors.map((own, column) => donors[ties[column] as number] ?? own);
}
