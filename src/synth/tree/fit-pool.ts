import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Progress } from "../../base/progress.js";
import type { SavedModel } from "../synthesizer.js";
import type { Training } from "../training.js";
import type { ColumnModel } from "./column-model.js";
import type { FitTask } from "./fit-task.js";
import { loadColumn } from "./tree-rows.js";

/** Rows × columns × predictors from which threads are worth starting: nearly two seconds of work; half a second took longer on two. */
const worthThreads = 2e7;

/** How many threads to fit on; 1 is this one. Only compiled code can start others. */
export function threadsFor(training: Training, asked: number): number {
  if (import.meta.url.endsWith(".ts")) return 1;
  const columns = training.columns.length;
  if (asked > 0) return Math.min(asked, columns);
  const work = training.rows * columns * Math.min(40, columns / 2);
  return work < worthThreads ? 1 : Math.min(availableParallelism(), 8, columns);
}

/** What a thread sends back for one column. */
export interface FittedColumn {
  readonly turn: number;
  readonly arrays: SavedModel["arrays"];
}

/**
 * Fit the columns on worker threads, one at a time each, dearest first. Columns are fitted on real
 * columns, never on each other's results, so neither order nor number of threads changes anything.
 */
export async function fitOnThreads(
  task: FitTask,
  threads: number,
  progress: Progress,
): Promise<readonly ColumnModel[]> {
  const { training, order } = task;
  const shared = sharedTask(task);
  const models: ColumnModel[] = [];
  let next = order.length;
  let done = 0;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL("./fit-worker.js", import.meta.url), {
        workerData: shared,
      });
      const stop = () => reject(progress.signal.reason);
      progress.signal.addEventListener("abort", stop, { once: true });
      const finish = () => {
        progress.signal.removeEventListener("abort", stop);
        void worker.terminate();
      };
      const hand = () => {
        next--;
        if (next < 0) resolve();
        else worker.postMessage(next);
      };
      worker.on("error", reject);
      worker.on("message", ({ turn, arrays }: FittedColumn) => {
        const column = order[turn] as number;
        models[column] = loadColumn(arrays, column, training.levels);
        const phase = `learned ${training.columns[column]?.name}`;
        progress.report({ phase, done: ++done, total: order.length, unit: "columns" });
        hand();
      });
      hand();
      workers.push(finish);
    });
  const workers: (() => void)[] = [];
  try {
    await Promise.all(Array.from({ length: threads }, one));
  } finally {
    for (const finish of workers) finish();
  }
  return models;
}

/** The task with all that is by row in memory that threads share. */
function sharedTask(task: FitTask): FitTask {
  const { training, prepared } = task;
  const predictors = prepared.predictors.map((each) => ({ ...each, codes: share(each.codes) }));
  const found = prepared.found.map((each) =>
    each === undefined ? undefined : { ...each, positions: share(each.positions) },
  );
  const cells = training.cells.map((values) => share<Float64Array | Int32Array>(values));
  return { ...task, training: { ...training, cells }, prepared: { predictors, found } };
}

/** The same values in memory that threads share. */
function share<Values extends Float64Array | Int32Array | Uint8Array>(values: Values): Values {
  const copy = Reflect.construct(values.constructor, [
    new SharedArrayBuffer(values.byteLength),
  ]) as Values;
  copy.set(values);
  return copy;
}
