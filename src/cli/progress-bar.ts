import type { Progress, ProgressEvent } from "../index.js";
import type { Shell } from "./shell.js";

/** Progress that ends: `stop` takes the bar away. */
export interface BarProgress extends Progress {
  stop(): void;
}

/** A bar on standard error where a person watches; where nobody does one line a phase, and of training two a minute. */
export async function progressBar(shell: Shell, quiet: boolean): Promise<BarProgress> {
  const { report, stop } = quiet
    ? { report: () => {}, stop: () => {} }
    : shell.watched
      ? await drawnBar()
      : phaseLines(shell);
  const { again } = shell;
  return {
    report,
    stop,
    get signal() {
      return shell.signal;
    },
    ...(again === undefined ? {} : { resume: again }),
  };
}

type Bar = Pick<BarProgress, "report" | "stop">;

/** What is being done, and for training how well it goes. */
function said({ phase, losses }: ProgressEvent): string {
  const last = losses?.at(-1);
  if (last === undefined) return phase;
  const held = last.held === undefined ? "" : `, held out ${last.held.toFixed(2)}`;
  return `${phase}, epoch ${losses?.length}: loss ${last.trained.toFixed(2)}${held}`;
}

async function drawnBar(): Promise<Bar> {
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
    report: (event: ProgressEvent) => {
      const payload = { phase: said(event), unit: event.unit ?? "" };
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

/** Seconds between two lines of a training that nobody watches. */
const patience = 30;

function phaseLines(shell: Shell): Bar {
  let last = "";
  let next = 0;
  return {
    report: (event) => {
      const phase = event.phase.split(" ")[0] ?? event.phase;
      const now = Date.now();
      const isNew = phase !== last;
      if (!isNew && (event.losses === undefined || now < next)) return;
      const share = event.total === undefined ? 0 : Math.floor((100 * event.done) / event.total);
      shell.err(isNew ? `… ${event.phase}` : `… ${said(event)} (${share}%)`);
      next = now + 1000 * patience;
      last = phase;
    },
    stop: () => {},
  };
}
