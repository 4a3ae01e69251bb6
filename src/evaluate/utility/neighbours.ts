import { scalingOf } from "./design.js";
import type { Examples, Task } from "./examples.js";
import { type Method, outputs } from "./predictor.js";

const nearest = 15;

/**
 * The 15 nearest neighbours, all with the same say: numbers standardised, a category that differs
 * counts 2 (the squared distance of two one-hot labels), a missing value is at 1 from any other.
 */
export const neighbours: Method = {
  name: "nearest neighbours",
  atMost: 5_000,
  train(task, examples) {
    const scaling = scalingOf(examples, task);
    const known = scaled(examples, task, scaling);
    return (rows) => {
      const asked = scaled(rows, task, scaling);
      const count = outputs(task);
      const predicted = new Float64Array(rows.rows * count);
      const best = new Float64Array(nearest);
      const who = new Int32Array(nearest);
      for (let row = 0; row < rows.rows; row++) {
        const found = closest(known, asked, row, task, best, who);
        for (let i = 0; i < found; i++) {
          const target = examples.target[who[i] as number] as number;
          const at = row * count + (task.kind === "number" ? 0 : target);
          predicted[at] = (predicted[at] as number) + (task.kind === "number" ? target : 1) / found;
        }
      }
      return predicted;
    };
  },
};

/** The nearest rows into `best` (squared distances, ascending) and `who`; returns how many. */
function closest(
  known: Examples,
  asked: Examples,
  row: number,
  task: Task,
  best: Float64Array,
  who: Int32Array,
): number {
  best.fill(Number.POSITIVE_INFINITY);
  const numbers = task.numeric.length;
  const codes = task.codes.length;
  const last = nearest - 1;
  for (let other = 0; other < known.rows; other++) {
    let distance = 0;
    const a = row * numbers;
    const b = other * numbers;
    for (let i = 0; i < numbers; i++) {
      const difference = (asked.numeric[a + i] as number) - (known.numeric[b + i] as number);
      distance += Number.isNaN(difference) ? 1 : difference * difference;
    }
    if (distance >= (best[last] as number)) continue;
    for (let i = 0; i < codes; i++) {
      if (asked.codes[row * codes + i] !== known.codes[other * codes + i]) distance += 2;
    }
    if (distance >= (best[last] as number)) continue;
    let at = last;
    while (at > 0 && (best[at - 1] as number) > distance) {
      best[at] = best[at - 1] as number;
      who[at] = who[at - 1] as number;
      at--;
    }
    best[at] = distance;
    who[at] = other;
  }
  return Math.min(nearest, known.rows);
}

function scaled(
  examples: Examples,
  task: Task,
  scaling: { readonly mean: Float64Array; readonly spread: Float64Array },
): Examples {
  const width = task.numeric.length;
  const numeric = examples.numeric.map((value, i) => {
    const place = i % width;
    return (value - (scaling.mean[place] as number)) / (scaling.spread[place] as number);
  });
  return { ...examples, numeric };
}
