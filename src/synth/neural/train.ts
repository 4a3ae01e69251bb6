import type { Random } from "../../base/random.js";
import { stream } from "../../base/random.js";
import { type Batch, drawOrder, gatherWords, slotOrder } from "./batch.js";
import { calibrated } from "./calibrate.js";
import { lossOf } from "./forward.js";
import { gradientOf } from "./gradient.js";
import { type Layout, layoutOf, type Shape } from "./layout.js";
import { Network } from "./network.js";
import { Adam, clipNorm, rateAt, type Schedule } from "./optimiser.js";
import type { LanguageOptions } from "./options.js";
import { RunningMean } from "./running-mean.js";
import { loadEngine } from "./tensors.js";
import type { Dropout } from "./weighting.js";

/** Everything that training needs, as data: it may be done on another thread. */
export interface TrainTask {
  readonly shape: Shape;
  /** Rows × slots. */
  readonly words: Int32Array;
  readonly rows: number;
  /** Where others follow the table's own rows: how many own ones come first. Nothing is held out then. */
  readonly own?: number;
  /** The order of columns in which rows will be drawn. */
  readonly drawing: readonly number[];
  readonly options: LanguageOptions;
  readonly seed: number | string;
  /** Where to begin. */
  readonly parameters: Float32Array;
}

/** Mean loss of a row, in nats, after each epoch. */
export interface Epoch {
  readonly trained: number;
  /** On rows that training never saw; absent where there are too few to hold out. */
  readonly held?: number;
}

export interface Trained {
  readonly parameters: Float32Array;
  readonly epochs: readonly Epoch[];
  /** The epoch whose weights these are, counted from 1; 0 where none had ended. */
  readonly best: number;
  readonly ended: "done" | "early" | "interrupted";
}

/** A step forward of training. */
export interface TrainStep {
  readonly step: number;
  readonly steps: number;
  readonly epochs: readonly Epoch[];
}

/** Rows held out to tell when to stop, at most. */
const mostHeld = 2000;
const heldShare = 0.1;
/** With fewer rows nothing is held out. */
const fewestRows = 40;
/** Share of the steps over which the learning rate rises. */
const warmUpShare = 0.05;
const weightDecay = 0.01;
/** The mean of weights reaches over about this share of the steps so far. */
const meanShare = 0.1;

/**
 * Train on rows: shuffled batches, Adam with warm-up and a cosine, clipped gradients, dropout; after
 * each epoch the loss on held-out rows decides which weights are kept and when to stop. What is judged and kept is a
 * running mean of the weights (Polyak & Juditsky 1992; over a share of all steps, as Shamir & Zhang 2013): while the rate
 * is high the last step's are off to some side, and a training that is stopped early ends there.
 * `stopped` ends it early with the best weights so far.
 */
export async function train(
  task: TrainTask,
  report: (step: TrainStep) => void,
  stopped: () => boolean,
): Promise<Trained> {
  const trainer = new Trainer(task, new Network(await loadEngine(), layoutOf(task.shape)));
  const { steps } = trainer;
  for (let step = 0; step < steps; step++) {
    if (stopped()) return trainer.result("interrupted");
    trainer.step(step);
    if (trainer.epochEnded(step) && trainer.closeEpoch() && step + 1 < steps) {
      return trainer.result("early");
    }
    report({ step: step + 1, steps, epochs: trainer.epochs });
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return trainer.result("done");
}

class Trainer {
  readonly steps: number;
  readonly epochs: Epoch[] = [];
  private readonly task: TrainTask;
  private readonly network: Network;
  private readonly layout: Layout;
  private readonly random: Random;
  private readonly parameters: Float32Array;
  private readonly adam: Adam;
  private readonly mean: RunningMean;
  private readonly seen: Int32Array;
  private readonly held: Int32Array;
  private readonly perEpoch: number;
  private readonly schedule: Schedule;
  private best: {
    readonly parameters: Float32Array;
    readonly loss: number;
    readonly epoch: number;
  };
  private sum = 0;
  private count = 0;

  constructor(task: TrainTask, network: Network) {
    const { options, rows, parameters } = task;
    this.task = task;
    this.network = network;
    this.layout = network.layout;
    this.random = stream(task.seed, "train");
    this.parameters = parameters.slice();
    this.adam = new Adam(parameters.length, weightDecay);
    this.mean = new RunningMean(parameters);
    const all = this.random.shuffle(Int32Array.from({ length: rows }, (_, row) => row));
    const isLeft = rows < fewestRows || task.own !== undefined;
    const held = isLeft ? 0 : Math.min(mostHeld, Math.round(rows * heldShare));
    this.held = all.slice(0, held);
    this.seen = all.slice(held);
    this.perEpoch = Math.max(1, Math.ceil(this.seen.length / options.batch));
    this.steps = options.epochs * this.perEpoch;
    const warmUp = Math.max(1, Math.round(warmUpShare * this.steps));
    this.schedule = { peak: options.rate, steps: this.steps, warmUp, shape: options.shape };
    this.best = { parameters, loss: Infinity, epoch: 0 };
  }

  step(step: number): void {
    const { network, task, layout, random } = this;
    const { batch: size, clip } = task.options;
    const at = step % this.perEpoch;
    if (at === 0) random.shuffle(this.seen);
    const positions = this.seen.subarray(at * size, (at + 1) * size);
    const batch: Batch = {
      examples: positions.length,
      words: gatherWords(task.words, layout.columnOf.length, positions),
      order: drawOrder(layout, task.drawing, random),
    };
    const even = { kind: "even", weight: 1 / positions.length } as const;
    const found = gradientOf(network, this.parameters, batch, even, this.dropout());
    clipNorm(found.values, clip);
    this.adam.apply(this.parameters, found.values, rateAt(this.schedule, step));
    this.mean.add(this.parameters, 1 / (1 + meanShare * step));
    this.sum += found.loss;
    this.count += positions.length;
  }

  private dropout(): Dropout | undefined {
    const { dropout } = this.task.options;
    return dropout === 0 ? undefined : (_, count) => maskOf(count, dropout, this.random);
  }

  epochEnded(step: number): boolean {
    return (step + 1) % this.perEpoch === 0;
  }

  /** Judge the weights; true where it is time to stop. */
  closeEpoch(): boolean {
    const trained = this.sum / this.count;
    this.sum = 0;
    this.count = 0;
    const parameters = this.mean.values();
    const held = this.held.length === 0 ? undefined : this.heldLoss(parameters);
    this.epochs.push(held === undefined ? { trained } : { trained, held });
    const loss = held ?? trained;
    const epoch = this.epochs.length;
    if (loss < this.best.loss) this.best = { parameters, loss, epoch };
    const { patience } = this.task.options;
    return held !== undefined && patience > 0 && epoch - this.best.epoch >= patience;
  }

  private heldLoss(parameters: Float32Array): number {
    const { layout, task } = this;
    const order = slotOrder(layout, task.drawing);
    let sum = 0;
    for (let from = 0; from < this.held.length; from += 512) {
      const positions = this.held.subarray(from, from + 512);
      const words = gatherWords(task.words, layout.columnOf.length, positions);
      sum += lossOf(this.network, parameters, { examples: positions.length, words, order });
    }
    return sum / this.held.length;
  }

  result(ended: Trained["ended"]): Trained {
    const { parameters, epoch } = this.best;
    // Before the first epoch has ended nothing was judged yet: what there is is kept.
    const last = epoch === 0 ? this.mean.values() : parameters;
    const { words, rows, own, drawing } = this.task;
    const kept = calibrated(this.network, last, { words, rows: own ?? rows, drawing });
    return { parameters: kept, epochs: this.epochs, best: epoch, ended };
  }
}

/** 0 with that probability, else what keeps the mean (Srivastava et al. 2014). */
function maskOf(count: number, probability: number, random: Random): Float32Array {
  const bar = Math.round(256 * probability);
  const kept = 256 / (256 - bar);
  const mask = new Float32Array(count);
  for (let i = 0; i < count; i += 4) {
    let bytes = random.uint32();
    for (let j = i; j < Math.min(i + 4, count); j++) {
      mask[j] = (bytes & 255) < bar ? 0 : kept;
      bytes >>>= 8;
    }
  }
  return mask;
}
