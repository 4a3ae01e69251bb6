import { makeGuide } from "../../constraint/make-guide.js";
import { drawRows } from "../draw.js";
import { leanRows, leanSights } from "../language-time.js";
import type { FitRequest } from "../synthesizer.js";
import { type ColumnCodec, encodeRows } from "./codec.js";
import type { Layout } from "./layout.js";
import { languageOptions } from "./options.js";
import type { TrainTask } from "./train.js";

/** Rows that trees draw for the network to see, and the table's own among all that it sees. */
export const drawnRows = 4000;
const ownShare = 0.25;

/** Whether a table has so few rows that what trees count in them is learned, too. */
export function isSmall(request: FitRequest, codecs: readonly ColumnCodec[]): boolean {
  const { table, options, base } = request;
  return (
    table.rows < leanRows &&
    options["epochs"] === undefined &&
    (base === undefined || base.rows === 0) &&
    codecs.every(({ kind }) => kind !== "letters")
  );
}

/**
 * The task with the rows of a small table among many that `trees` draw from it: a network that sees a few hundred rows
 * alone knows them by heart before it knows which columns go together, and some tens of them held out tell hardly when.
 * (Under a budget rows of noisy counts do the same.) Nothing is held out then.
 */
export async function leaning(
  task: TrainTask,
  request: FitRequest,
  codecs: readonly ColumnCodec[],
  layout: Layout,
): Promise<TrainTask> {
  const { columns, progress } = request;
  const { trees } = await import("../tree/trees.js");
  const model = await trees.fit({ ...request, options: {} });
  const guide = makeGuide({ columns, levels: model.levels, rules: [] });
  const asked = { model, columns, guide, rows: drawnRows, name: "drawn", progress };
  const { cells } = await drawRows({ ...asked, seed: request.seed });
  const often = Math.max(1, Math.round((drawnRows * ownShare) / (1 - ownShare) / task.rows));
  const rows = often * task.rows + drawnRows;
  const words = new Int32Array(rows * layout.columnOf.length);
  for (let time = 0; time < often; time++) words.set(task.words, time * task.words.length);
  words.set(encodeRows(codecs, layout, cells, drawnRows), often * task.words.length);
  const epochs = Math.max(1, Math.round(leanSights(columns.length) / rows));
  const options = languageOptions({ ...request.options, epochs: [epochs] }, rows);
  return { ...task, words, rows, own: task.rows, options };
}
