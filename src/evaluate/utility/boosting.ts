import { softmax } from "./design.js";
import type { Examples, Task } from "./examples.js";
import { type Method, outputs } from "./predictor.js";
import { type Binned, growTree, type Node, treeValue } from "./tree.js";

const rounds = 100;
const rate = 0.1;
const limits = { leaves: 31, leastRows: 20 };
const mostBins = 255;

/**
 * Gradient boosted trees on histograms with scikit-learn's defaults for them: 100 rounds, learning rate
 * 0.1, 31 leaves, 20 rows a leaf, 255 bins; a missing value is a bin of its own.
 */
export const boosting: Method = {
  name: "boosted trees",
  atMost: 20_000,
  train(task, examples) {
    const cuts = cutsOf(examples, task);
    const data = binned(examples, task, cuts);
    const count = outputs(task);
    // Two classes need one score: that of the second.
    const scores = count === 2 ? 1 : count;
    const start = startOf(task, examples, scores);
    const trees = boost(task, examples, data, start, scores);
    return (rows) => predict(binned(rows, task, cuts), trees, start, task, scores);
  },
};

function boost(
  task: Task,
  examples: Examples,
  data: Binned,
  start: Float64Array,
  scores: number,
): readonly Node[][] {
  const { rows } = examples;
  const current = Float64Array.from(
    { length: rows * scores },
    (_, i) => start[i % scores] as number,
  );
  const gradient = new Float64Array(rows);
  const curvature = new Float64Array(rows);
  const trees: Node[][] = [];
  for (let round = 0; round < rounds; round++) {
    const chances = scores > 1 ? chancesOf(current, rows, scores) : current;
    const grown: Node[] = [];
    for (let k = 0; k < scores; k++) {
      slopes(task, examples, chances, k, scores, gradient, curvature);
      grown.push(growTree(data, gradient, curvature, limits));
    }
    grown.forEach((tree, k) => {
      for (let row = 0; row < rows; row++) {
        const at = row * scores + k;
        current[at] = (current[at] as number) + rate * treeValue(tree, data, row);
      }
    });
    trees.push(grown);
  }
  return trees;
}

/** First and second derivative of the loss by the score of one class, for every row. */
function slopes(
  task: Task,
  examples: Examples,
  current: Float64Array,
  k: number,
  scores: number,
  gradient: Float64Array,
  curvature: Float64Array,
): void {
  for (let row = 0; row < examples.rows; row++) {
    const target = examples.target[row] as number;
    const score = current[row * scores + k] as number;
    if (task.kind === "number") {
      gradient[row] = score - target;
      curvature[row] = 1;
      continue;
    }
    const chance = scores === 1 ? 1 / (1 + Math.exp(-score)) : score;
    gradient[row] = chance - Number(target === (scores === 1 ? 1 : k));
    curvature[row] = Math.max(1e-16, chance * (1 - chance));
  }
}

function predict(
  data: Binned,
  trees: readonly Node[][],
  start: Float64Array,
  task: Task,
  scores: number,
): Float64Array {
  const count = outputs(task);
  const predicted = new Float64Array(data.rows * count);
  for (let row = 0; row < data.rows; row++) {
    const at = row * count + (count - scores);
    for (let k = 0; k < scores; k++) {
      let sum = start[k] as number;
      for (const grown of trees) sum += rate * treeValue(grown[k] as Node, data, row);
      predicted[at + k] = sum;
    }
    if (task.kind === "classes") softmax(predicted, row * count, count);
  }
  return predicted;
}

function chancesOf(current: Float64Array, rows: number, scores: number): Float64Array {
  const chances = current.slice();
  for (let row = 0; row < rows; row++) softmax(chances, row * scores, scores);
  return chances;
}

/** The best constant scores. */
function startOf(task: Task, examples: Examples, scores: number): Float64Array {
  if (task.kind === "number") {
    let sum = 0;
    for (const value of examples.target) sum += value;
    return Float64Array.of(sum / Math.max(1, examples.rows));
  }
  const counts = new Float64Array(task.classes.length);
  for (const target of examples.target) counts[target] = (counts[target] as number) + 1;
  const logs = counts.map((count) => Math.log(Math.max(count, 1e-3) / examples.rows));
  return scores === 1 ? Float64Array.of((logs[1] as number) - (logs[0] as number)) : logs;
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
