import type { Progress } from "../../base/progress.js";
import { stream } from "../../base/random.js";
import type { ColumnDomain } from "../../table/domain.js";
import type { Table } from "../../table/table.js";
import type { LearnedColumn } from "../synthesizer.js";
import { wholeRows, wordsOf } from "./base.js";
import { gatherWords, slotOrder } from "./batch.js";
import { calibrated } from "./calibrate.js";
import type { ColumnCodec } from "./codec.js";
import { gradientOf } from "./gradient.js";
import { LanguageRows, networkShape } from "./language-rows.js";
import { firstParameters, type Layout, layoutOf } from "./layout.js";
import { mixedWords, type RowWords } from "./mixed-words.js";
import { Network } from "./network.js";
import { Adam, rateAt } from "./optimiser.js";
import { type LanguageOptions, languageOptions } from "./options.js";
import { RunningMean } from "./running-mean.js";
import { StatedField } from "./stated-field.js";
import { loadEngine } from "./tensors.js";
import { trainWatched } from "./train-watched.js";

/** A column that is public: its type, and the words or letters that its values may be. */
export interface PrivateField {
  readonly column: LearnedColumn;
  readonly codec: ColumnCodec;
  /** Labels of categories, without the one that says missing. */
  readonly levels: readonly string[] | undefined;
}

/** A column of words from its domain. */
export function statedColumn(domain: ColumnDomain): PrivateField {
  const { name, type, edges, labels, missingCode, size } = domain;
  return {
    column: { name, type, optional: missingCode !== undefined },
    codec: new StatedField(domain),
    levels: edges === undefined ? labels.slice(0, missingCode ?? size) : undefined,
  };
}

/** Rows that may be seen without noise. */
export interface Base {
  readonly rows: Table;
  /** How many are seen, over all epochs; default: as without a budget. */
  readonly sights?: number;
  /** Drawn from noisy counts, so that they say how frequent each value is: the heads end as those rows have it. */
  readonly isCounted?: true;
  /** Other rows to see among them: that share of all that are seen. */
  readonly among?: { readonly rows: Table; readonly share: number };
}

/** What private training gets to see: public columns, and noisy sums of clipped gradients. */
export interface PrivateTask {
  readonly table: string;
  readonly fields: readonly PrivateField[];
  /** The order of drawing, as positions of `fields`. */
  readonly order: readonly number[];
  readonly options: LanguageOptions;
  readonly steps: number;
  /** Rows that a sample is expected to have: from a noisy count. */
  readonly expected: number;
  /** One noisy step: see `Descent` in privacy/descent. */
  readonly noisySum: (
    clip: number,
    sum: (words: Int32Array, rows: number, most: number) => Float32Array,
  ) => Float64Array;
  /** Rows to train on first, freely, one after the other: public ones, or made from noisy answers. */
  readonly bases: readonly Base[];
  readonly progress: Progress;
}

/** Rows that go through the network together. */
const chunk = 256;
/** The parameters that are kept are a running mean over about this share of the steps. */
const meanShare = 0.1;

/** What a network over these columns begins with: nothing of the rows is in it. */
function publicStart(
  fields: readonly PrivateField[],
  options: LanguageOptions,
): { readonly layout: Layout; readonly parameters: Float32Array } {
  const layout = layoutOf(networkShape(fields.map(codecOf), options));
  return { layout, parameters: firstParameters(layout, stream("parameters"), () => undefined) };
}

/**
 * Train by noisy gradients (Abadi et al. 2016): the sum of clipped gradients of a Poisson sample, with noise, over the
 * expected size of the sample, goes into Adam. Everything but the sum is computed from noisy answers; so
 * are the weights at every step, and an interrupt may keep those of the last.
 */
export async function trainPrivately(task: PrivateTask): Promise<LanguageRows> {
  const { fields, options, steps, expected, progress, order } = task;
  const engine = await loadEngine();
  const start = publicStart(fields, options);
  const { layout } = start;
  const network = new Network(engine, layout);
  const parameters = await grounded(task, layout, start.parameters);
  const mean = new RunningMean(parameters);
  const adam = new Adam(layout.size);
  const slots = slotOrder(layout, order);
  const warmUp = Math.max(1, Math.round(0.05 * steps));
  const schedule = { peak: options.rate, steps, warmUp, shape: options.shape };
  let done = 0;
  for (; done < steps && !progress.signal.aborted; done++) {
    const noisy = task.noisySum(options.clip, (words, rows, most) =>
      clippedSum(network, parameters, words, rows, slots, most),
    );
    for (let i = 0; i < noisy.length; i++) noisy[i]! /= expected;
    adam.apply(parameters, noisy, rateAt(schedule, done));
    mean.add(parameters, Math.max(1 / (done + 1), 1 / (1 + meanShare * steps)));
    const unit = "noisy steps";
    progress.report({ phase: `learning ${task.table}`, done: done + 1, total: steps, unit });
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  if (done < steps) {
    if (progress.resume === undefined) progress.signal.throwIfAborted();
    progress.resume?.();
  }
  return rowsOf(task, layout, asCounted(task, network, mean.values()), done);
}

/** Noisy gradients blur how frequent values are; counts tell it better. */
function asCounted(task: PrivateTask, network: Network, parameters: Float32Array): Float32Array {
  const counted = task.bases.find(({ isCounted }) => isCounted);
  if (counted === undefined || counted.rows.rows === 0) return parameters;
  const taught = wordsToSee(counted, task, network.layout);
  return calibrated(network, parameters, { ...taught, drawing: task.order });
}

/** The weights to begin with: where there are open rows, those of a training on them. */
async function grounded(
  task: PrivateTask,
  layout: Layout,
  parameters: Float32Array,
): Promise<Float32Array> {
  let known: Float32Array = parameters.slice();
  for (const base of task.bases) {
    if (base.rows.rows > 0) known = await trainedOn(base, task, layout, known);
  }
  return known;
}

async function trainedOn(
  base: Base,
  task: PrivateTask,
  layout: Layout,
  parameters: Float32Array,
): Promise<Float32Array> {
  const { order, progress, table } = task;
  const { words, rows } = wordsToSee(base, task, layout);
  const epochs = base.sights === undefined ? {} : { epochs: [epochsFor(base.sights, rows)] };
  const options = { ...languageOptions(epochs, rows), dropout: 0 };
  const first = { shape: layout.shape, words, rows, drawing: order, options };
  const trained = await trainWatched(
    { ...first, seed: "base", parameters },
    `the base of ${table}`,
    progress,
  );
  return trained.parameters.slice();
}

/** The base's rows, and those among them, as words. */
function wordsToSee(
  { rows: base, among }: Base,
  { fields }: PrivateTask,
  layout: Layout,
): RowWords {
  const columns = fields.map(({ column }) => column);
  const levels = fields.map((field) => field.levels);
  const spelt = (rows: Table): RowWords => {
    const free = columns.map((column) => ({ ...column, optional: true }));
    return { words: wordsOf(rows, free, levels, fields.map(codecOf), layout), rows: rows.rows };
  };
  if (among === undefined) return spelt(base);
  const open = wholeRows(among.rows, columns, levels);
  const sizes = layout.columnOf.map((column) => layout.shape.words[column] as number);
  return mixedWords(spelt(base), spelt(open), sizes, among.share, stream("base", "among"));
}

function epochsFor(sights: number, rows: number): number {
  return Math.min(30, Math.max(5, Math.round(sights / rows)));
}

function codecOf({ codec }: PrivateField): ColumnCodec {
  return codec;
}

function rowsOf(
  task: PrivateTask,
  layout: Layout,
  parameters: Float32Array,
  done: number,
): LanguageRows {
  const { fields, order, steps } = task;
  const kept =
    done < steps
      ? `training was stopped by you after ${done} of ${steps} noisy steps, all of which were paid for; the weights so far were kept`
      : `trained for ${steps} noisy steps`;
  return new LanguageRows({
    columns: fields.map(({ column }) => column),
    levels: fields.map(({ levels }) => levels),
    codecs: fields.map(codecOf),
    ...{ order, shape: layout.shape, parameters, notes: [kept] },
  });
}

/**
 * The sum of the rows' gradients, each clipped to that norm; a row whose gradient is not finite adds nothing.
 * Exported for the audits.
 */
export function clippedSum(
  network: Network,
  parameters: Float32Array,
  words: Int32Array,
  rows: number,
  order: readonly number[],
  norm: number,
): Float32Array {
  const { layout } = network;
  const sum = new Float64Array(layout.size);
  const clipped = (positions: Int32Array) => {
    const batch = {
      examples: positions.length,
      words: gatherWords(words, layout.columnOf.length, positions),
      order,
    };
    return gradientOf(network, parameters, batch, { kind: "clipped", norm });
  };
  for (let from = 0; from < rows; from += chunk) {
    const all = Int32Array.from({ length: Math.min(chunk, rows - from) }, (_, i) => from + i);
    const { values: summed, norms } = clipped(all);
    // Zero times infinity is no number: one such row would show in the whole sum.
    const finite = all.filter((_, i) => Number.isFinite(norms?.[i]));
    if (finite.length === 0) continue;
    const values = finite.length === all.length ? summed : clipped(finite).values;
    for (let i = 0; i < sum.length; i++) sum[i]! += values[i] as number;
  }
  return Float32Array.from(sum);
}
