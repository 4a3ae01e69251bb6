import type { Random } from "../../base/random.js";
import { areaUnderCurve } from "../model/area.js";
import type { Examples, Task } from "./examples.js";
import { outputs } from "./predictor.js";

/** How good predictions are; which of them there are depends on the task. */
export interface Quality {
  /** Area under the ROC curve for two classes, accuracy for more, R² for a number. */
  readonly main: number;
  /** Mean −ln of the probability of the truth; root of the mean squared error for a number. */
  readonly loss: number;
  /** Share of right classes; 0 for a number. */
  readonly accuracy: number;
  /** Brier's score (mean squared distance of probabilities from the truth); NaN for a number. */
  readonly brier: number;
  /** Expected calibration error of the top class over ten bins; NaN for a number. */
  readonly calibration: number;
}

/** What `Quality.main` is called. */
export function mainName(task: Task): string {
  if (task.kind === "number") return "R²";
  return task.classes.length === 2 ? "AUC" : "accuracy";
}

export function qualityOf(task: Task, truth: Examples, predicted: Float64Array): Quality {
  if (task.kind === "number") return numberQuality(truth, predicted);
  const count = outputs(task);
  let loss = 0;
  let right = 0;
  let brier = 0;
  const bins = Array.from({ length: 10 }, () => ({ rows: 0, right: 0, chance: 0 }));
  for (let row = 0; row < truth.rows; row++) {
    const chances = predicted.subarray(row * count, (row + 1) * count);
    const target = truth.target[row] as number;
    const top = topOf(chances);
    const chance = chances[top] as number;
    loss -= Math.log(Math.max(1e-15, chances[target] as number));
    right += Number(top === target);
    chances.forEach((value, k) => {
      brier += (value - Number(k === target)) ** 2;
    });
    const bin = bins[Math.min(9, Math.floor(chance * 10))];
    if (bin === undefined) continue;
    bin.rows++;
    bin.right += Number(top === target);
    bin.chance += chance;
  }
  const rows = Math.max(1, truth.rows);
  const gap = bins.reduce((sum, bin) => sum + Math.abs(bin.right - bin.chance), 0);
  const accuracy = right / rows;
  return {
    main: count === 2 ? areaOf(truth.target, predicted) : accuracy,
    loss: loss / rows,
    accuracy,
    // Of two classes the usual form counts one of them.
    brier: brier / rows / (count === 2 ? 2 : 1),
    calibration: gap / rows,
  };
}

/** Two sets of predictions of the same rows, with their interval and that of their difference. */
export interface Resampled {
  readonly low: number;
  readonly high: number;
}

/**
 * 95 % intervals of `Quality.main` of several predictions and of each one's difference from the first,
 * by resampling the rows that are predicted (the same resamples for all).
 */
export function intervals(
  task: Task,
  truth: Examples,
  predictions: readonly Float64Array[],
  random: Random,
  resamples = 200,
): readonly { readonly main: Resampled; readonly difference: Resampled }[] {
  const measures = predictions.map((predicted) => weighted(task, truth.target, predicted));
  const values = predictions.map(() => new Float64Array(resamples));
  const times = new Float64Array(truth.rows);
  for (let r = 0; r < resamples; r++) {
    times.fill(0);
    for (let i = 0; i < truth.rows; i++) {
      const row = random.below(truth.rows);
      times[row] = (times[row] as number) + 1;
    }
    measures.forEach((measure, p) => {
      (values[p] as Float64Array)[r] = measure(times);
    });
  }
  const first = values[0] ?? new Float64Array();
  return values.map((own) => ({
    main: ends(own),
    difference: ends(own.map((value, r) => value - (first[r] as number))),
  }));
}

/** `Quality.main` of a resample, given how often each row is in it. */
function weighted(
  task: Task,
  target: Float64Array,
  predicted: Float64Array,
): (times: Float64Array) => number {
  if (task.kind === "number") return (times) => explained(target, predicted, times);
  const count = outputs(task);
  if (count === 2) return weightedArea(target, predicted);
  const right = Float64Array.from(target, (truth, row) =>
    Number(topOf(predicted.subarray(row * count, (row + 1) * count)) === truth),
  );
  return (times) => {
    let sum = 0;
    for (let row = 0; row < right.length; row++) {
      sum += (right[row] as number) * (times[row] as number);
    }
    return sum / right.length;
  };
}

/** The area under the curve by one pass over the rows in the order of their scores, ties half. */
function weightedArea(target: Float64Array, predicted: Float64Array) {
  const score = (row: number): number => predicted[row * 2 + 1] as number;
  const order = Uint32Array.from({ length: target.length }, (_, row) => row).sort(
    (a, b) => score(a) - score(b),
  );
  return (times: Float64Array): number => {
    let noBelow = 0;
    let yesAll = 0;
    let pairs = 0;
    for (let from = 0; from < order.length; ) {
      let yes = 0;
      let no = 0;
      const level = score(order[from] as number);
      let to = from;
      for (; to < order.length && score(order[to] as number) === level; to++) {
        const row = order[to] as number;
        if (target[row] === 1) yes += times[row] as number;
        else no += times[row] as number;
      }
      pairs += yes * (noBelow + no / 2);
      noBelow += no;
      yesAll += yes;
      from = to;
    }
    return pairs / (yesAll * noBelow);
  };
}

function areaOf(target: Float64Array, predicted: Float64Array): number {
  const yes: number[] = [];
  const no: number[] = [];
  target.forEach((truth, row) => {
    (truth === 1 ? yes : no).push(predicted[row * 2 + 1] as number);
  });
  return areaUnderCurve(Float64Array.from(yes), Float64Array.from(no)).value;
}

function numberQuality(truth: Examples, predicted: Float64Array): Quality {
  let squares = 0;
  truth.target.forEach((value, row) => {
    squares += (value - (predicted[row] as number)) ** 2;
  });
  return {
    main: explained(truth.target, predicted),
    loss: Math.sqrt(squares / Math.max(1, truth.rows)),
    accuracy: 0,
    brier: Number.NaN,
    calibration: Number.NaN,
  };
}

/** R²: the share of the target's variance that is explained; below 0 when a constant does better. */
function explained(
  target: Float64Array,
  predicted: Float64Array,
  times: Float64Array = new Float64Array(target.length).fill(1),
): number {
  let rows = 0;
  let sum = 0;
  target.forEach((value, row) => {
    rows += times[row] as number;
    sum += value * (times[row] as number);
  });
  const mean = sum / rows;
  let left = 0;
  let all = 0;
  target.forEach((value, row) => {
    left += (times[row] as number) * (value - (predicted[row] as number)) ** 2;
    all += (times[row] as number) * (value - mean) ** 2;
  });
  return all === 0 ? 0 : 1 - left / all;
}

function topOf(chances: Float64Array): number {
  let top = 0;
  chances.forEach((chance, k) => {
    if (chance > (chances[top] as number)) top = k;
  });
  return top;
}

function ends(values: Float64Array): Resampled {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const last = sorted.length - 1;
  return {
    low: sorted[Math.floor(0.025 * last)] ?? Number.NaN,
    high: sorted[Math.ceil(0.975 * last)] ?? Number.NaN,
  };
}
