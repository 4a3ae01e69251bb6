import { failure } from "../../base/failure.js";
import { stream } from "../../base/random.js";
import type { Table } from "../../table/table.js";
import type { FitRequest, Learner, RowModel } from "../synthesizer.js";
import { trainingOf, visitOrder } from "../training.js";
import { wordsOf } from "./base.js";
import { type ColumnCodec, codecsOf, encodeRows } from "./codec.js";
import { LanguageRows, networkShape } from "./language-rows.js";
import { firstParameters, type Layout, layoutOf } from "./layout.js";
import { Letters } from "./letters.js";
import { languageOptions } from "./options.js";
import { drawnRows, isSmall, leaning } from "./small-table.js";
import type { Trained, TrainTask } from "./train.js";
import { trainWatched } from "./train-watched.js";

/** Slots of a row, at most: attention looks at all pairs of them. */
const mostSlots = 400;

/**
 * Rows as language: a small autoregressive transformer over the fields of a row (Borisov et al. 2023 did
 * it with a large one, Tiwald et al. 2025 without attention). Trained in random orders of the columns.
 *
 * Options: `epochs N`, `rate R cosine|constant`, `batch N`, `clip C` (L2 norm of a batch's gradient),
 * `dropout P`, `patience N` (epochs without a better held-out loss; 0: never stop early), `width N`,
 * `layers N`, `heads N`, `bins N` (words of a number column).
 */
export const language: Learner = {
  name: "language",
  summary: "rows as language: a small transformer over the fields of a row; learns short texts too",
  refuses: () => undefined,
  fit: fitLanguage,
};

async function fitLanguage(request: FitRequest): Promise<RowModel> {
  const { columns, progress, first } = request;
  const training = trainingOf(request);
  progress.signal.throwIfAborted();
  const options = languageOptions(request.options, training.rows);
  const codecs = codecsOf(training, options.bins);
  const shape = networkShape(codecs, options);
  const layout = layoutOf(shape);
  if (layout.columnOf.length > mostSlots) {
    const slots = layout.columnOf.length;
    throw failure("P0915", { table: request.table.name, slots, most: mostSlots });
  }
  const order = visitOrder(columns, first);
  const task: TrainTask = {
    shape,
    words: encodeRows(codecs, layout, training.cells, training.rows),
    rows: training.rows,
    drawing: order,
    options,
    seed: request.seed,
    parameters: beginning(layout, codecs, request.seed),
  };
  const { base } = request;
  const begun = isSmall(request, codecs)
    ? await leaning(task, request, codecs, layout)
    : base === undefined || base.rows === 0
      ? task
      : await ground(task, wordsOf(base, columns, training.levels, codecs, layout), base, request);
  const trained = await trainWatched(begun, request.table.name, progress);
  const parts = {
    ...{
      columns,
      order,
      shape,
      parameters: trained.parameters,
      notes: notesOf(trained, begun),
    },
    levels: training.levels,
    codecs: codecs.map(forgetful),
  };
  return new LanguageRows(parts);
}

/** The task with the weights of a training on other rows to begin with. */
async function ground(
  task: TrainTask,
  words: Int32Array,
  base: Table,
  request: FitRequest,
): Promise<TrainTask> {
  const options = languageOptions(request.options, base.rows);
  const first = { ...task, words, rows: base.rows, options };
  const { parameters } = await trainWatched(first, `the base of ${base.name}`, request.progress);
  return { ...task, parameters };
}

/** Heads begin at each column's own distribution. */
function beginning(layout: Layout, codecs: readonly ColumnCodec[], seed: number | string) {
  return firstParameters(layout, stream(seed, "parameters"), (column) => {
    const codec = codecs[column] as ColumnCodec;
    return codec.kind === "letters" ? undefined : codec.shares?.map((p) => Math.log(p + 1e-6));
  });
}

/** Real texts are not kept: the model has letters, and the network what it learned of them. */
function forgetful(codec: ColumnCodec): ColumnCodec {
  return codec.kind === "letters" ? new Letters(codec.alphabet, codec.slots, []) : codec;
}

function notesOf({ epochs, best, ended }: Trained, { options, own }: TrainTask): string[] {
  const asked = options.epochs;
  const at = epochs[best - 1];
  const loss = at?.held ?? at?.trained;
  const kept =
    loss === undefined
      ? "the weights so far were kept, from before the first epoch's end"
      : `the weights of epoch ${best} were kept (${loss.toFixed(3)} nats a row ${at?.held === undefined ? "in training" : "on held-out rows"})`;
  const end = {
    done: `trained for all ${asked} epochs`,
    early: `training ended early after ${epochs.length} of ${asked} epochs: the held-out loss no longer fell`,
    interrupted: `training was stopped by you after ${epochs.length} of ${asked} epochs`,
  }[ended];
  const others =
    own === undefined
      ? []
      : [`so few rows (${own}) were learned among ${drawnRows} that trees draw from them`];
  return [...others, `${end}; ${kept}`];
}
