import { addRow, type Design, designOf, dot, scalingOf, softmax } from "./design.js";
import type { Examples, Task } from "./examples.js";
import { minimise } from "./minimise.js";
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
    const start = new Float64Array(size * scores);
    const loss =
      task.kind === "number"
        ? squared(design, examples)
        : logistic(design, examples, count, scores);
    const weights = minimise(loss, start, { tolerance: 1e-8 * examples.rows });
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

function squared(design: Design, examples: Examples) {
  return (weights: Float64Array, gradient: Float64Array): number => {
    let loss = penalty(weights, gradient, design.width + 1);
    for (let row = 0; row < design.rows; row++) {
      const guess = dot(design, row, weights, 0) + (weights[design.width] as number);
      const error = guess - (examples.target[row] as number);
      loss += (error * error) / 2;
      addRow(design, row, gradient, 0, error);
      gradient[design.width] = (gradient[design.width] as number) + error;
    }
    return loss;
  };
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
