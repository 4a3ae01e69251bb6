// The thread side of train-watched: trains, tells how far it is, and stops when told to.
import { parentPort, workerData } from "node:worker_threads";
import { type TrainTask, train } from "./train.js";
import type { FromTraining } from "./train-watched.js";

let isStopped = false;
parentPort?.on("message", () => {
  isStopped = true;
});

function say(message: FromTraining): void {
  parentPort?.postMessage(message);
}

const trained = train(
  workerData as TrainTask,
  (step) => say({ kind: "step", step }),
  () => isStopped,
);
trained.then(
  (result) => say({ kind: "done", trained: result }),
  (error: unknown) => {
    throw error;
  },
);
