import { addRow, type Design, designOf, dot, scalingOf, softmax } from "./design.js";
import type { Examples, Task } from "./examples.js";
import { type Bend, conjugateGradients, newton } from "./newton.js";
import { normalSolver } from "./normal-equations.js";
import { type Method, outputs } from "./predictor.js";

/**
 * Logistic regression for classes, ridge regression for numbers: numbers standardised, one place a
 * label, squared penalty ½‖w‖² on everything but the intercepts (scikit-learn's C = 1; for numbers
 * `alpha` 1). Both to the last digits, so that no figure hangs on where a search stopped.
 */
export const linear: Method = {
  name: "linear",
  atMost: 20_000,
  train(task, examples) {
    const scaling = scalingOf(examples, task);
    const design = designOf(examples, task, scaling);
    const count = outputs(task);
    const size = design.width + 1;
    // Two classes need one score; the other class has score 0.
    const scores = count === 2 ? 1 : count;
    const weights =
      task.kind === "number"
        ? ridge(design, examples)
        : newton(logistic(design, examples, count, scores), new Float64Array(size * scores));
    return (rows) => predict(designOf(rows, task, scaling), weights, task, scores);
  },
};

function predict(design: Design, weights: Float64Array, task: Task, scores: number): Float64Array {
  const size = design.width + 1;
  const count = outputs(task);
  const predicted = new Float64Array(design.rows * count);
  for (let row = 0; row < design.rows; row++) {
    const at = row * count + (count - scores);
    for (let k = 0; k < scores; k++) {
      predicted[at + k] =
        dot(design, row, weights, k * size) + (weights[k * size + design.width] as number);
    }
    if (task.kind === "classes") softmax(predicted, row * count, count);
  }
  return predicted;
}

/** The penalised loss of weights (row by row of `scores` outputs), with its first two derivatives. */
function logistic(design: Design, examples: Examples, count: number, scores: number) {
  const size = design.width + 1;
  return (weights: Float64Array): Bend => {
    const gradient = withoutIntercepts(weights, size);
    let loss = gradient.reduce((sum, weight) => sum + (weight * weight) / 2, 0);
    const chances = new Float64Array(design.rows * scores);
    const chance = new Float64Array(count);
    for (let row = 0; row < design.rows; row++) {
      chance.fill(0);
      for (let k = 0; k < scores; k++) {
        chance[count - scores + k] =
          dot(design, row, weights, k * size) + (weights[k * size + design.width] as number);
      }
      softmax(chance, 0, count);
      const truth = examples.target[row] as number;
      loss -= Math.log(Math.max(1e-300, chance[truth] as number));
      for (let k = 0; k < scores; k++) {
        const p = chance[count - scores + k] as number;
        chances[row * scores + k] = p;
        addAll(design, row, gradient, k * size, p - Number(truth === count - scores + k));
      }
    }
    return { value: loss, gradient, ...bendOf(design, chances, scores) };
  };
}

/**
 * Second derivatives of the loss: the sum over rows of (diag p − p pᵀ) ⊗ x xᵀ, and the penalty's. Their
 * inverse is taken output by output, which for two classes is all of it.
 */
function bendOf(
  design: Design,
  chances: Float64Array,
  scores: number,
): Pick<Bend, "times" | "inverse"> {
  const size = design.width + 1;
  const moved = new Float64Array(scores);
  const times = (direction: Float64Array) => {
    const image = withoutIntercepts(direction, size);
    for (let row = 0; row < design.rows; row++) {
      const at = row * scores;
      let mean = 0;
      for (let k = 0; k < scores; k++) {
        const move =
          dot(design, row, direction, k * size) + (direction[k * size + design.width] as number);
        moved[k] = move;
        mean += (chances[at + k] as number) * move;
      }
      for (let k = 0; k < scores; k++) {
        const weight = (chances[at + k] as number) * ((moved[k] as number) - mean);
        addAll(design, row, image, k * size, weight);
      }
    }
    return image;
  };
  let solvers: readonly ReturnType<typeof normalSolver>[] | undefined;
  const inverse = (right: Float64Array) => {
    solvers ??= Array.from({ length: scores }, (_, k) =>
      normalSolver(design, (row) => {
        const p = chances[row * scores + k] as number;
        return p * (1 - p);
      }),
    );
    const found = right.slice();
    for (const [k, solve] of solvers.entries()) solve(found, k * size);
    if (scores > 1) centre(found, scores, size);
    return found;
  };
  return { times, inverse };
}

/** The same taken from all outputs' weights of a place changes no chance: at the least point they sum to 0. */
function centre(weights: Float64Array, scores: number, size: number): void {
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let k = 0; k < scores; k++) sum += weights[k * size + i] as number;
    for (let k = 0; k < scores; k++) {
      weights[k * size + i] = (weights[k * size + i] as number) - sum / scores;
    }
  }
}

/** Ridge regression: its normal equations, searched on where a design is too wide to solve them at once. */
function ridge(design: Design, examples: Examples): Float64Array {
  const size = design.width + 1;
  const right = new Float64Array(size);
  for (let row = 0; row < design.rows; row++) {
    addAll(design, row, right, 0, examples.target[row] as number);
  }
  const times = (direction: Float64Array) => {
    const image = withoutIntercepts(direction, size);
    for (let row = 0; row < design.rows; row++) {
      const guess = dot(design, row, direction, 0) + (direction[design.width] as number);
      addAll(design, row, image, 0, guess);
    }
    return image;
  };
  const solve = normalSolver(design, () => 1);
  const inverse = (residual: Float64Array) => {
    const found = residual.slice();
    solve(found, 0);
    return found;
  };
  return conjugateGradients({ times, inverse }, right, 1e-26);
}

/** `sums` += `times` · row, the intercept's 1 included. */
function addAll(
  design: Design,
  row: number,
  sums: Float64Array,
  offset: number,
  times: number,
): void {
  addRow(design, row, sums, offset, times);
  const last = offset + design.width;
  sums[last] = (sums[last] as number) + times;
}

function withoutIntercepts(weights: Float64Array, size: number): Float64Array {
  return weights.map((weight, i) => ((i + 1) % size === 0 ? 0 : weight));
}
