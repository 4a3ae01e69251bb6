// The thread side of fit-pool: fits the columns it is handed and sends their arrays back.
import { parentPort, workerData } from "node:worker_threads";
import type { FittedColumn } from "./fit-pool.js";
import { type FitTask, fitterOf } from "./fit-task.js";
import type { SavedArray } from "./save-parts.js";
import { saveColumn } from "./tree-rows.js";

const task = workerData as FitTask;
const learn = fitterOf(task);

parentPort?.on("message", (turn: number) => {
  const arrays: Record<string, SavedArray> = {};
  saveColumn(arrays, task.order[turn] as number, learn(turn));
  const message: FittedColumn = { turn, arrays };
  parentPort?.postMessage(message);
});
