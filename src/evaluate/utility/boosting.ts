import { type Aim, boostedScores, fitBoosted } from "../model/boosted-trees.js";
import type { Binned } from "../model/tree.js";
import { softmax } from "./design.js";
import type { Examples, Task } from "./examples.js";
import { type Method, outputs } from "./predictor.js";

const mostBins = 255;

/**
 * Gradient boosted trees with scikit-learn's defaults, on at most 255 bins a column; a missing value is
 * a bin of its own.
 */
export const boosting: Method = {
  name: "boosted trees",
  atMost: 20_000,
  train(task, examples) {
    const cuts = cutsOf(examples, task);
    const aim: Aim =
      task.kind === "number" ? { kind: "number" } : { kind: "classes", count: task.classes.length };
    const model = fitBoosted(binned(examples, task, cuts), examples.target, aim);
    return (rows) => {
      const scores = boostedScores(model, binned(rows, task, cuts));
      return task.kind === "number" ? scores : chancesOf(scores, rows.rows, outputs(task));
    };
  },
};

/** Scores to chances; two classes have one score, that of the second. */
function chancesOf(scores: Float64Array, rows: number, count: number): Float64Array {
  const each = scores.length / Math.max(1, rows);
  const chances = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    const own = scores.subarray(row * each, (row + 1) * each);
    chances.set(own, row * count + count - each);
    softmax(chances, row * count, count);
  }
  return chances;
}

/** Inner boundaries of each numeric column, at equal shares of the training rows. */
function cutsOf(examples: Examples, task: Task): readonly Float64Array[] {
  const width = task.numeric.length;
  return task.numeric.map((_, place) => {
    const values = Float64Array.from(
      { length: examples.rows },
      (_, row) => examples.numeric[row * width + place] as number,
    );
    const sorted = values.filter((value) => !Number.isNaN(value)).sort();
    const different = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
    if (different.length < mostBins) {
      return different.slice(1).map((value, i) => (value + (different[i] as number)) / 2);
    }
    const cuts = new Set<number>();
    for (let b = 1; b < mostBins - 1; b++) {
      cuts.add(sorted[Math.floor((b * sorted.length) / (mostBins - 1))] as number);
    }
    return Float64Array.from(cuts).sort();
  });
}

function binned(examples: Examples, task: Task, cuts: readonly Float64Array[]): Binned {
  const numbers = task.numeric.length;
  const bins: Uint8Array[] = [];
  const sizes: number[] = [];
  cuts.forEach((cut, place) => {
    const own = new Uint8Array(examples.rows);
    for (let row = 0; row < examples.rows; row++) {
      const value = examples.numeric[row * numbers + place] as number;
      own[row] = Number.isNaN(value) ? cut.length + 1 : binOf(cut, value);
    }
    bins.push(own);
    sizes.push(cut.length + 2);
  });
  const codes = task.codes.length;
  task.levels.forEach((levels, place) => {
    const most = Math.min(levels.length, mostBins - 1);
    const own = new Uint8Array(examples.rows);
    for (let row = 0; row < examples.rows; row++) {
      const code = examples.codes[row * codes + place] as number;
      own[row] = code < 0 || code >= most ? most : code;
    }
    bins.push(own);
    sizes.push(most + 1);
  });
  const unordered = [...task.numeric.map(() => false), ...task.codes.map(() => true)];
  return { rows: examples.rows, bins, sizes, unordered };
}

/** How many boundaries lie at or below a value. */
function binOf(cuts: Float64Array, value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cuts[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
