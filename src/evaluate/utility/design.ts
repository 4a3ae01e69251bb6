import type { Examples, Task } from "./examples.js";

/**
 * Rows as sparse vectors for linear models and networks: each number standardised, with a mark where
 * it is missing, then one place for each label of each category.
 */
export interface Design {
  /** Places in all. */
  readonly width: number;
  /** Dense part, row by row: standardised numbers (0 where missing) and marks of missing. */
  readonly dense: Float64Array;
  readonly denseWidth: number;
  /** Row by row, one place for each category that is known, else −1. */
  readonly hot: Int32Array;
  readonly hotWidth: number;
  readonly rows: number;
}

/** How numbers are standardised: learned from training rows, used for all. */
export interface Scaling {
  readonly mean: Float64Array;
  readonly spread: Float64Array;
}

export function scalingOf(examples: Examples, task: Task): Scaling {
  const width = task.numeric.length;
  const mean = new Float64Array(width);
  const spread = new Float64Array(width).fill(1);
  for (let place = 0; place < width; place++) {
    let count = 0;
    let sum = 0;
    for (let row = 0; row < examples.rows; row++) {
      const value = examples.numeric[row * width + place] as number;
      if (Number.isNaN(value)) continue;
      count++;
      sum += value;
    }
    mean[place] = count === 0 ? 0 : sum / count;
    let squares = 0;
    for (let row = 0; row < examples.rows; row++) {
      const value = examples.numeric[row * width + place] as number;
      if (!Number.isNaN(value)) squares += (value - (mean[place] as number)) ** 2;
    }
    const deviation = Math.sqrt(squares / Math.max(1, count));
    if (deviation > 0) spread[place] = deviation;
  }
  return { mean, spread };
}

export function designOf(examples: Examples, task: Task, scaling: Scaling): Design {
  const numbers = task.numeric.length;
  const denseWidth = numbers * 2;
  const dense = new Float64Array(examples.rows * denseWidth);
  const hotWidth = task.codes.length;
  const hot = new Int32Array(examples.rows * hotWidth);
  const starts: number[] = [];
  let width = denseWidth;
  for (const levels of task.levels) {
    starts.push(width);
    width += levels.length;
  }
  for (let row = 0; row < examples.rows; row++) {
    for (let place = 0; place < numbers; place++) {
      const value = examples.numeric[row * numbers + place] as number;
      const at = row * denseWidth + place * 2;
      if (Number.isNaN(value)) dense[at + 1] = 1;
      else
        dense[at] = (value - (scaling.mean[place] as number)) / (scaling.spread[place] as number);
    }
    for (let place = 0; place < hotWidth; place++) {
      const code = examples.codes[row * hotWidth + place] as number;
      hot[row * hotWidth + place] = code < 0 ? -1 : (starts[place] as number) + code;
    }
  }
  return { width, dense, denseWidth, hot, hotWidth, rows: examples.rows };
}

/** `weights` · row, with the weights of one output at `offset`. */
export function dot(design: Design, row: number, weights: Float64Array, offset: number): number {
  let sum = 0;
  const dense = row * design.denseWidth;
  for (let i = 0; i < design.denseWidth; i++) {
    sum += (design.dense[dense + i] as number) * (weights[offset + i] as number);
  }
  const hot = row * design.hotWidth;
  for (let i = 0; i < design.hotWidth; i++) {
    const place = design.hot[hot + i] as number;
    if (place >= 0) sum += weights[offset + place] as number;
  }
  return sum;
}

/** `sums` += `times` · row, for one output at `offset`. */
export function addRow(
  design: Design,
  row: number,
  sums: Float64Array,
  offset: number,
  times: number,
): void {
  const dense = row * design.denseWidth;
  for (let i = 0; i < design.denseWidth; i++) {
    sums[offset + i] = (sums[offset + i] as number) + times * (design.dense[dense + i] as number);
  }
  const hot = row * design.hotWidth;
  for (let i = 0; i < design.hotWidth; i++) {
    const place = design.hot[hot + i] as number;
    if (place >= 0) sums[offset + place] = (sums[offset + place] as number) + times;
  }
}

/** Scores to probabilities, in place, for `count` outputs at `at`. */
export function softmax(scores: Float64Array, at: number, count: number): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < count; k++) most = Math.max(most, scores[at + k] as number);
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const value = Math.exp((scores[at + k] as number) - most);
    scores[at + k] = value;
    sum += value;
  }
  for (let k = 0; k < count; k++) scores[at + k] = (scores[at + k] as number) / sum;
}
