import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Progress } from "../../base/progress.js";
import type { SavedModel } from "../synthesizer.js";
import type { Training } from "../training.js";
import type { ColumnModel } from "./column-model.js";
import type { FitTask } from "./fit-task.js";
import { loadColumn } from "./tree-rows.js";

/** Rows × columns × predictors from which threads are worth starting: about a second of work. */
const worthThreads = 3e6;

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
  const shared: FitTask = { ...task, training: { ...training, cells: training.cells.map(share) } };
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

/** The same values in memory that threads share. */
function share(values: Float64Array | Int32Array): Float64Array | Int32Array {
  const buffer = new SharedArrayBuffer(values.byteLength);
  if (values instanceof Float64Array) {
    const copy = new Float64Array(buffer);
    copy.set(values);
    return copy;
  }
  const copy = new Int32Array(buffer);
  copy.set(values);
  return copy;
}
