import type { Progress, ProgressEvent } from "../index.js";
import type { Shell } from "./shell.js";

/** Progress that ends: `stop` takes the bar away. */
export interface BarProgress extends Progress {
  stop(): void;
}

/** A bar on standard error where a person watches, one line a phase where nobody does. */
export async function progressBar(shell: Shell, quiet: boolean): Promise<BarProgress> {
  if (quiet) return { report: () => {}, stop: () => {}, signal: shell.signal };
  return shell.watched ? drawnBar(shell) : phaseLines(shell);
}

async function drawnBar(shell: Shell): Promise<BarProgress> {
  const { SingleBar, Presets } = await import("cli-progress");
  const bar = new SingleBar(
    {
      format: " {bar} {phase}  {value}/{total} {unit}",
      hideCursor: true,
      fps: 4,
      clearOnComplete: true,
    },
    Presets.shades_grey,
  );
  let started = false;
  return {
    signal: shell.signal,
    report: (event: ProgressEvent) => {
      const payload = { phase: event.phase, unit: event.unit ?? "" };
      const total = event.total ?? Math.max(event.done, 1);
      if (!started) bar.start(total, event.done, payload);
      started = true;
      bar.setTotal(total);
      bar.update(event.done, payload);
    },
    stop: () => {
      if (started) bar.stop();
    },
  };
}

function phaseLines(shell: Shell): BarProgress {
  let last = "";
  return {
    signal: shell.signal,
    report: (event) => {
      const phase = event.phase.split(" ")[0] ?? event.phase;
      if (phase !== last) shell.err(`… ${event.phase}`);
      last = phase;
    },
    stop: () => {},
  };
}
