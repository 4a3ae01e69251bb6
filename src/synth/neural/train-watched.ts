import { Worker } from "node:worker_threads";
import type { Progress } from "../../base/progress.js";
import { type Trained, type TrainStep, type TrainTask, train } from "./train.js";

/** What the training thread says. */
export type FromTraining =
  | { readonly kind: "step"; readonly step: TrainStep }
  | { readonly kind: "done"; readonly trained: Trained };

/** Milliseconds between two looks at the training thread and for an interrupt. */
const lookEvery = 40;

/**
 * Train on a thread of its own where the code is compiled, else here. An interrupt ends it with the
 * best weights so far where the caller goes on after one (`progress.resume`), else it throws.
 */
export async function trainWatched(
  task: TrainTask,
  table: string,
  progress: Progress,
): Promise<Trained> {
  let last: TrainStep | undefined;
  const report = (step: TrainStep): void => {
    const { epochs } = step;
    last = step;
    progress.report({
      phase: `learning ${table}`,
      done: step.step,
      total: step.steps,
      unit: "steps",
      ...(epochs.length === 0 ? {} : { losses: epochs }),
    });
  };
  const trained = import.meta.url.endsWith(".ts")
    ? await train(task, report, () => isStopped(progress))
    : await onThread(task, report, progress);
  if (trained.ended === "interrupted" && progress.resume === undefined) {
    progress.signal.throwIfAborted();
  }
  const { epochs, ended } = trained;
  // What the last look missed: how the last epoch went.
  if (last !== undefined)
    report({ ...last, epochs, ...(ended === "done" ? { step: last.steps } : {}) });
  return trained;
}

/** Whether a stop was asked for; it is taken as obeyed at once, because the end of training is near. */
function isStopped(progress: Progress): boolean {
  if (!progress.signal.aborted) return false;
  progress.resume?.();
  return true;
}

function onThread(
  task: TrainTask,
  report: (step: TrainStep) => void,
  progress: Progress,
): Promise<Trained> {
  const worker = new Worker(new URL("./train-worker.js", import.meta.url), { workerData: task });
  let isAsked = false;
  const look = setInterval(() => {
    if (last !== undefined) report(last);
    if (isAsked || !isStopped(progress)) return;
    isAsked = true;
    worker.postMessage("stop");
  }, lookEvery);
  let last: TrainStep | undefined;
  const ended = new Promise<Trained>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`the training thread ended with code ${code}`)));
    worker.on("message", (message: FromTraining) => {
      if (message.kind === "done") resolve(message.trained);
      else last = message.step;
    });
  });
  return ended.finally(() => {
    clearInterval(look);
    void worker.terminate();
  });
}
