import { addRow, type Design, designOf, dot, scalingOf, softmax } from "./design.js";
import type { Examples, Task } from "./examples.js";
import { minimise, product } from "./minimise.js";
import { type Method, outputs } from "./predictor.js";

/**
 * Logistic regression for classes, ridge regression for numbers: numbers standardised, one place a
 * label, squared penalty ½‖w‖² on everything but the intercepts (scikit-learn's C = 1; for numbers
 * `alpha` 1).
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
        : minimise(logistic(design, examples, count, scores), new Float64Array(size * scores), {
            tolerance: 1e-8 * examples.rows,
          });
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

function logistic(design: Design, examples: Examples, count: number, scores: number) {
  const size = design.width + 1;
  return (weights: Float64Array, gradient: Float64Array): number => {
    let loss = penalty(weights, gradient, size);
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
        const label = count - scores + k;
        const error = (chance[label] as number) - Number(truth === label);
        addRow(design, row, gradient, k * size, error);
        const last = k * size + design.width;
        gradient[last] = (gradient[last] as number) + error;
      }
    }
    return loss;
  };
}

/**
 * Ridge regression to the last digits: its normal equations by conjugate gradients (Hestenes & Stiefel
 * 1952), scaled by their diagonal. A search that only looks at slopes stops early where columns say the
 * same thing twice.
 */
function ridge(design: Design, examples: Examples): Float64Array {
  const size = design.width + 1;
  const diagonal = new Float64Array(size).fill(1, 0, design.width);
  const residual = new Float64Array(size);
  for (let row = 0; row < design.rows; row++) {
    addSquares(design, row, diagonal);
    addAll(design, row, residual, examples.target[row] as number);
  }
  const weights = new Float64Array(size);
  const scaled = () => residual.map((value, i) => value / ((diagonal[i] as number) || 1));
  let direction = scaled();
  let left = product(residual, direction);
  const enough = left * 1e-26;
  for (let step = 0; step < MOST_STEPS && left > enough; step++) {
    const image = direction.slice();
    image[design.width] = 0;
    for (let row = 0; row < design.rows; row++) {
      const guess = dot(design, row, direction, 0) + (direction[design.width] as number);
      addAll(design, row, image, guess);
    }
    const length = left / product(direction, image);
    for (let i = 0; i < size; i++) {
      weights[i] = (weights[i] as number) + length * (direction[i] as number);
      residual[i] = (residual[i] as number) - length * (image[i] as number);
    }
    const next = scaled();
    const now = product(residual, next);
    direction = next.map((value, i) => value + (now / left) * (direction[i] as number));
    left = now;
  }
  return weights;
}

const MOST_STEPS = 1_000;

/** `sums` += `times` · row, the intercept's 1 included. */
function addAll(design: Design, row: number, sums: Float64Array, times: number): void {
  addRow(design, row, sums, 0, times);
  sums[design.width] = (sums[design.width] as number) + times;
}

function addSquares(design: Design, row: number, sums: Float64Array): void {
  const dense = row * design.denseWidth;
  for (let i = 0; i < design.denseWidth; i++) {
    sums[i] = (sums[i] as number) + (design.dense[dense + i] as number) ** 2;
  }
  for (let i = 0; i < design.hotWidth; i++) {
    const place = design.hot[row * design.hotWidth + i] as number;
    if (place >= 0) sums[place] = (sums[place] as number) + 1;
  }
  sums[design.width] = (sums[design.width] as number) + 1;
}

/** ½‖w‖² without intercepts; starts the gradient. */
function penalty(weights: Float64Array, gradient: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = (i + 1) % size === 0 ? 0 : (weights[i] as number);
    gradient[i] = weight;
    sum += (weight * weight) / 2;
  }
  return sum;
}
