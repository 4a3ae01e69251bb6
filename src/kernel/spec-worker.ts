import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type * as Library from "../index.js";
import { paramsBundle } from "./param-controls.js";
import { ProgressDisplay } from "./progress-display.js";
import { type MimeBundle, shared, type ToIo } from "./protocol.js";
import type {
  FromSpecWorker,
  SpecDone,
  SpecError,
  SpecJob,
  SpecOutcome,
  SpecWorkerStart,
} from "./spec-protocol.js";
import { heedHold } from "./worker-hold.js";

const start = workerData as SpecWorkerStart;
const main = parentPort as unknown as MessagePort;
heedHold(start.hold);
let library: Promise<typeof Library> | undefined;

/** The library, loaded once; a worker may be started before it is needed. */
function load(): Promise<typeof Library> {
  library ??= import("../index.js");
  return library;
}

function post(message: ToIo): void {
  start.io.postMessage(message);
}

function display(id: number, data: MimeBundle): void {
  post({
    kind: "iopub",
    id,
    type: "display_data",
    content: { data, metadata: {}, transient: {} },
  });
}

function progressOf(id: number): ProgressDisplay {
  return new ProgressDisplay((data, displayId, update) => {
    const content = { data, metadata: {}, transient: { display_id: displayId } };
    post({ kind: "iopub", id, type: update ? "update_display_data" : "display_data", content });
  });
}

/**
 * Hears an interrupt also in the middle of a loop, whenever the loop reports or looks at the signal, and
 * while it waits for others.
 */
class Interruptible {
  private controller = new AbortController();
  private before = Atomics.load(start.shared, shared.interrupts);
  private readonly timer = setInterval(() => this.look(), 40);

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  look(): void {
    if (Atomics.load(start.shared, shared.interrupts) === this.before) return;
    this.controller.abort(new Error("stopped by you"));
  }

  end(): void {
    clearInterval(this.timer);
  }

  /** The interrupt was obeyed by ending a part early; the next one counts anew. */
  resume(): void {
    this.before = Atomics.load(start.shared, shared.interrupts);
    this.controller = new AbortController();
  }
}

async function carryOut(job: SpecJob): Promise<SpecOutcome> {
  const lib = await load();
  const compiled = await lib.compileSpec(job.text, {
    origin: job.origin,
    folder: job.folder,
    params: job.params,
    frames: job.frames,
  });
  const { diagnostics, source, checked, plan } = compiled;
  if (checked === undefined || plan === undefined) {
    const error = await lib.renderDiagnostics(diagnostics, source, "jupyter");
    return { kind: "refused", error };
  }
  if (job.until === "quiet run") return runAndShow(lib, job, plan);
  if (diagnostics.length > 0) {
    display(job.id, {
      "text/html": await lib.renderDiagnostics(diagnostics, source, "html"),
      "text/plain": await lib.renderDiagnostics(diagnostics, source, "plain"),
    });
  }
  if (job.until === "check") return { kind: "checked", checked };
  // What was said above is not said again in the plan.
  display(job.id, await lib.showValue({ ...plan, warnings: [] }));
  const knobs = paramsBundle(checked, job.text);
  if (knobs !== undefined) display(job.id, knobs);
  if (job.until === "plan") return { kind: "checked", checked };
  return runAndShow(lib, job, plan);
}

async function runAndShow(
  lib: typeof Library,
  job: SpecJob,
  plan: Library.Plan,
): Promise<SpecOutcome> {
  const shown = progressOf(job.id);
  const stop = new Interruptible();
  try {
    const place = {
      folder: job.folder,
      frames: job.frames,
      progress: {
        get signal() {
          return stop.signal;
        },
        resume: () => {
          stop.resume();
          main.postMessage("goes on" satisfies FromSpecWorker);
        },
        report: (event: Library.ProgressEvent) => {
          stop.look();
          shown.report(event);
        },
      },
    };
    const release = await lib.runPlan(plan, place);
    const rows = release.outputs.reduce((sum, output) => sum + output.table.rows, 0);
    if (job.until === "quiet run") shown.vanish();
    else {
      for (const bundle of await lib.showRelease(release, place)) display(job.id, bundle);
      shown.end(`${rows.toLocaleString("en")} rows made`);
    }
    return { kind: "released", release, types: lib.rowTypes(plan.checked) };
  } catch (error) {
    if (stop.signal.aborted) {
      shown.end("Stopped", "after");
      return { kind: "stopped" };
    }
    shown.end("Failed", "after");
    throw error;
  } finally {
    stop.end();
  }
}

async function errorOf(thrown: unknown, job: SpecJob): Promise<SpecError> {
  const lib = await load();
  if (thrown instanceof lib.Failure) {
    const source = new lib.SourceText(job.origin, job.text);
    return lib.renderDiagnostics([thrown.diagnostic], source, "jupyter");
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const traceback = (error.stack ?? error.message).split("\n");
  return { ename: error.name, evalue: error.message, traceback };
}

/** The memory of the made tables, for handing it over without copying. Real rows may be kept elsewhere too. */
function buffersOf(release: Library.Release): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  for (const { table } of release.outputs) {
    for (const column of table.columns) {
      const { buffer } = column.kind === "number" ? column.values : column.codes;
      if (buffer instanceof ArrayBuffer) found.add(buffer);
    }
  }
  return [...found];
}

async function obey(job: SpecJob): Promise<void> {
  let outcome: SpecOutcome;
  try {
    outcome = await carryOut(job);
  } catch (error) {
    outcome = { kind: "failed", error: await errorOf(error, job) };
  }
  const done: SpecDone = { job: job.job, outcome };
  post({ kind: "mark", mark: job.job });
  const transferred = outcome.kind === "released" ? buffersOf(outcome.release) : [];
  main.postMessage(done, transferred);
}

/** Load what every spec needs before the first one comes; what it loads stays loaded. */
async function warm(): Promise<void> {
  const lib = await load();
  const { plan } = await lib.compileSpec("table t { x: int 1..6 }\ngenerate 1 rows seed 1", {});
  if (plan !== undefined) await lib.showRelease(await lib.runPlan(plan));
}

main.on("message", (job: SpecJob) => void obey(job));
// A library that does not load is said by the first spec that needs it.
warm()
  .catch(() => {})
  .finally(() => main.postMessage("ready" satisfies FromSpecWorker));
