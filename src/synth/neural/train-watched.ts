import { Worker } from "node:worker_threads";
import type { Progress } from "../../base/progress.js";
import { type Trained, type TrainStep, type TrainTask, train } from "./train.js";

/** What the training thread says. */
export type FromTraining =
  | { readonly kind: "step"; readonly step: TrainStep }
  | { readonly kind: "done"; readonly trained: Trained };

/** Steps between two reports. */
const reportEvery = 5;

/**
 * Train on a thread of its own where the code is compiled, else here. An interrupt ends it with the
 * best weights so far where the caller goes on after one (`progress.resume`), else it throws.
 */
export async function trainWatched(
  task: TrainTask,
  table: string,
  progress: Progress,
): Promise<Trained> {
  const report = (step: TrainStep): void => {
    if (step.step % reportEvery !== 0 && step.step !== step.steps) return;
    const { epochs } = step;
    progress.report({
      phase: `learning ${table}`,
      done: step.step,
      total: step.steps,
      unit: "steps",
      ...(epochs.length === 0 ? {} : { losses: epochs }),
    });
  };
  const trained = import.meta.url.endsWith(".ts")
    ? await train(task, report, () => progress.signal.aborted)
    : await onThread(task, report, progress);
  if (trained.ended === "interrupted") {
    if (progress.resume === undefined) progress.signal.throwIfAborted();
    progress.resume?.();
  }
  return trained;
}

function onThread(
  task: TrainTask,
  report: (step: TrainStep) => void,
  progress: Progress,
): Promise<Trained> {
  const worker = new Worker(new URL("./train-worker.js", import.meta.url), { workerData: task });
  const stop = (): void => worker.postMessage("stop");
  const { signal } = progress;
  signal.addEventListener("abort", stop, { once: true });
  const ended = new Promise<Trained>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`the training thread ended with code ${code}`)));
    worker.on("message", (message: FromTraining) => {
      if (message.kind === "done") resolve(message.trained);
      else report(message.step);
    });
  });
  return ended.finally(() => {
    signal.removeEventListener("abort", stop);
    void worker.terminate();
  });
}
