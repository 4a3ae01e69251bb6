import type { Random } from "../../base/random.js";
import { addRow, type Design, designOf, dot, scalingOf, softmax } from "./design.js";
import type { Examples, Task } from "./examples.js";
import { type Method, outputs } from "./predictor.js";

const hidden = 32;
const batch = 64;
const epochs = 15;
const rate = 0.003;

/** A network with one layer of 32 rectified units, trained by Adam (Kingma & Ba 2015). */
export const network: Method = {
  name: "small network",
  atMost: 10_000,
  train(task, examples, random) {
    const scaling = scalingOf(examples, task);
    const design = designOf(examples, task, scaling);
    const scale = task.kind === "number" ? targetScale(examples) : { mean: 0, spread: 1 };
    const net = new Net(design.width, outputs(task), random);
    const order = Uint32Array.from({ length: examples.rows }, (_, row) => row);
    for (let epoch = 0; epoch < epochs; epoch++) {
      random.shuffle(order);
      for (let from = 0; from < order.length; from += batch) {
        net.learn(design, examples, order.subarray(from, from + batch), task, scale);
      }
    }
    return (rows) => net.predict(designOf(rows, task, scaling), task, scale);
  },
};

interface TargetScale {
  readonly mean: number;
  readonly spread: number;
}

class Net {
  private readonly inner: Adam;
  private readonly outer: Adam;
  private readonly width: number;
  private readonly count: number;
  private readonly units = new Float64Array(hidden);

  /** Weights of unit u at u·(width + 1), the intercept last; then outputs over the units alike. */
  constructor(width: number, count: number, random: Random) {
    this.width = width;
    this.count = count;
    this.inner = new Adam(hidden * (width + 1), () => random.normal() * 0.1);
    this.outer = new Adam(count * (hidden + 1), () => random.normal() / Math.sqrt(hidden));
  }

  learn(
    design: Design,
    examples: Examples,
    rows: Uint32Array,
    task: Task,
    scale: TargetScale,
  ): void {
    this.inner.gradient.fill(0);
    this.outer.gradient.fill(0);
    const scores = new Float64Array(this.count);
    const errors = new Float64Array(this.count);
    for (const row of rows) {
      this.forward(design, row, scores, 0);
      const target = examples.target[row] as number;
      if (task.kind === "classes") {
        softmax(scores, 0, this.count);
        scores.forEach((chance, k) => {
          errors[k] = (chance - Number(target === k)) / rows.length;
        });
      } else {
        const aim = (target - scale.mean) / scale.spread;
        errors[0] = ((scores[0] as number) - aim) / rows.length;
      }
      this.backward(design, row, errors);
    }
    this.inner.step();
    this.outer.step();
  }

  predict(design: Design, task: Task, scale: TargetScale): Float64Array {
    const predicted = new Float64Array(design.rows * this.count);
    for (let row = 0; row < design.rows; row++) {
      const at = row * this.count;
      this.forward(design, row, predicted, at);
      if (task.kind === "classes") softmax(predicted, at, this.count);
      else predicted[at] = scale.mean + scale.spread * (predicted[at] as number);
    }
    return predicted;
  }

  private forward(design: Design, row: number, scores: Float64Array, at: number): void {
    const { units } = this;
    const size = this.width + 1;
    const weights = this.inner.values;
    for (let u = 0; u < hidden; u++) {
      const sum = dot(design, row, weights, u * size) + (weights[u * size + this.width] as number);
      units[u] = Math.max(0, sum);
    }
    const out = this.outer.values;
    for (let k = 0; k < this.count; k++) {
      const start = k * (hidden + 1);
      let sum = out[start + hidden] as number;
      for (let u = 0; u < hidden; u++) sum += (units[u] as number) * (out[start + u] as number);
      scores[at + k] = sum;
    }
  }

  private backward(design: Design, row: number, errors: Float64Array): void {
    const { units } = this;
    const out = this.outer.values;
    const gradient = this.outer.gradient;
    const size = this.width + 1;
    for (let u = 0; u < hidden; u++) {
      const active = units[u] as number;
      let back = 0;
      for (let k = 0; k < this.count; k++) {
        const at = k * (hidden + 1) + u;
        const error = errors[k] as number;
        back += error * (out[at] as number);
        gradient[at] = (gradient[at] as number) + error * active;
      }
      if (active <= 0) continue;
      addRow(design, row, this.inner.gradient, u * size, back);
      const last = u * size + this.width;
      this.inner.gradient[last] = (this.inner.gradient[last] as number) + back;
    }
    for (let k = 0; k < this.count; k++) {
      const at = k * (hidden + 1) + hidden;
      gradient[at] = (gradient[at] as number) + (errors[k] as number);
    }
  }
}

/** Weights with their gradient and Adam's moments. */
class Adam {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private steps = 0;

  constructor(size: number, start: () => number) {
    this.values = Float64Array.from({ length: size }, start);
    this.gradient = new Float64Array(size);
    this.first = new Float64Array(size);
    this.second = new Float64Array(size);
  }

  step(): void {
    this.steps++;
    const corrected = (rate * Math.sqrt(1 - 0.999 ** this.steps)) / (1 - 0.9 ** this.steps);
    for (let i = 0; i < this.values.length; i++) {
      const slope = this.gradient[i] as number;
      const mean = 0.9 * (this.first[i] as number) + 0.1 * slope;
      const square = 0.999 * (this.second[i] as number) + 0.001 * slope * slope;
      this.first[i] = mean;
      this.second[i] = square;
      this.values[i] = (this.values[i] as number) - (corrected * mean) / (Math.sqrt(square) + 1e-8);
    }
  }
}

function targetScale(examples: Examples): TargetScale {
  let sum = 0;
  for (const value of examples.target) sum += value;
  const mean = sum / Math.max(1, examples.rows);
  let squares = 0;
  for (const value of examples.target) squares += (value - mean) ** 2;
  return { mean, spread: Math.sqrt(squares / Math.max(1, examples.rows)) || 1 };
}
