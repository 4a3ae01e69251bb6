import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type * as Library from "../index.js";
import type { CellOutcome, CellOutput } from "./cell.js";
import { framesOf } from "./frames.js";
import { whileLoading } from "./guard.js";
import { declarationOf, isBindable, remember } from "./handover.js";
import { Marks } from "./marks.js";
import type { MimeBundle } from "./protocol.js";
import type { SpecCell } from "./spec-magic.js";
import type {
  FromSpecWorker,
  SpecError,
  SpecJob,
  SpecOutcome,
  SpecWorkerStart,
} from "./spec-protocol.js";
import { firstLineAdded, wholeText } from "./spec-text.js";
import { staleness } from "./staleness.js";
import { interruption } from "./traceback.js";
import { newHold, released } from "./worker-hold.js";

/** How long a worker may take to stop by itself before it is ended. */
const patience = 150;

/** The outcome when a worker ends by itself, as when it runs out of memory. */
const lost: SpecOutcome = {
  kind: "failed",
  error: {
    ename: "ParableError",
    evalue: "the thread that runs specs ended before the spec did",
    traceback: [
      "The thread that runs specs ended before the spec did.",
      "Its last words are above.",
    ],
  },
};

type Settings = Readonly<Record<string, number | string | boolean>>;

/** The TypeScript cells beside the specs. */
export interface TypeScriptSide {
  /** The value of a variable, or undefined. */
  valueOf(name: string): unknown;
  /** Declare a variable before the next cell of TypeScript: by the code, or as the value. */
  declare(name: string, code: string, value: unknown): void;
  /** Hears what each name of a spec stands for. */
  specs?(texts: ReadonlyMap<string, string>): void;
}

/** Cells that hold a spec. They run in a worker thread, so the kernel stays awake meanwhile. */
export class SpecCells {
  readonly marks = new Marks();
  private readonly attach: (port: MessagePort, end: number) => void;
  private readonly shared: Int32Array;
  private readonly loading: <T>(work: () => Promise<T>) => Promise<T>;
  private readonly folder: string;
  private readonly typescript: TypeScriptSide;
  private worker: Worker | undefined;
  private hold = newHold();
  /** The job that was begun last, and the mark behind all that it shows. */
  private latest = 0;
  /** The mark behind all that the worker will ever show. */
  private lastOfWorker = 0;
  /** The cell that is running: where a spec of a TypeScript cell shows itself. */
  private readonly currentCell: () => { readonly id: number; readonly signal: AbortSignal };
  /** The text that each name stands for, for cells that add to it. */
  private readonly texts = new Map<string, string>();

  /**
   * `attach` is given a port through which a worker shows things, as messages of type `ToIo`, and the mark that is to
   * be passed when it closes.
   */
  constructor(
    attach: (port: MessagePort, end: number) => void,
    shared: Int32Array,
    folder: string,
    typescript: TypeScriptSide,
    currentCell: () => { readonly id: number; readonly signal: AbortSignal },
  ) {
    this.currentCell = currentCell;
    this.attach = attach;
    this.shared = shared;
    this.loading = whileLoading(shared);
    this.folder = folder;
    this.typescript = typescript;
  }

  /** The text that a cell stands for, with the spec that it adds to. */
  textOf(cell: SpecCell): string {
    return wholeText(cell, this.texts);
  }

  async run(cell: SpecCell, output: CellOutput, signal: AbortSignal): Promise<CellOutcome> {
    if (cell.strange.length > 0) return { kind: "error", error: misunderstood(cell.strange) };
    if (cell.formatOnly) return formatted(cell);
    const text = this.textOf(cell);
    const until = cell.checkOnly ? "check" : cell.planOnly ? "plan" : "run";
    const outcome = await this.carryOut(text, {}, until, output, signal);
    switch (outcome.kind) {
      case "refused":
      case "failed":
        return { kind: "error", error: this.withWhatStands(cell, outcome.error) };
      case "stopped":
        return { kind: "error", error: interruption(this.whatStands(cell)) };
      case "checked":
        return { kind: "ok", ...(await this.toldBefore(cell, text, outcome.checked)) };
      case "released":
        await this.keep(cell, text, outcome);
        return { kind: "ok" };
    }
  }

  /** What a cell with `--check` or `--plan` says besides: that it is fine, and what its name stands for. */
  private async toldBefore(
    cell: SpecCell,
    text: string,
    checked: Library.CheckedSpec,
  ): Promise<{ readonly result?: MimeBundle }> {
    const name = cell.name ?? checked.name;
    const stale = await staleness(name, this.texts.get(name), text, checked);
    if (!cell.checkOnly) return stale === undefined ? {} : { result: stale };
    const good = fine(checked);
    if (stale === undefined) return { result: good };
    return {
      result: { ...stale, "text/plain": `${good["text/plain"]}\n\n${stale["text/plain"]}` },
    };
  }

  /** What a cell that made nothing leaves as it was. */
  private whatStands(cell: SpecCell): string {
    const lost = "nothing of this run was kept";
    if (cell.name === undefined || !this.texts.has(cell.name)) return lost;
    return `${lost}, and ${cell.name} still is what an earlier run made`;
  }

  private withWhatStands(cell: SpecCell, error: SpecError): SpecError {
    if (cell.name === undefined || !this.texts.has(cell.name)) return error;
    const below = `Lines from ${firstLineAdded(cell)} on are those of the spec that this cell adds to.`;
    const stale = `${cell.name} is stale: it still is what an earlier run made.`;
    return {
      ...error,
      traceback: [...error.traceback, "", ...(cell.adds ? [below] : []), stale],
    };
  }

  /**
   * Run a spec text for the TypeScript cell that is running, and show it there, or its progress alone.
   *
   * @throws SpecError when it does not compile, an Error when it fails or is stopped.
   */
  async make(text: string, params: Settings, quiet = false): Promise<Library.MadeSpec> {
    const { id, signal } = this.currentCell();
    const outcome = await this.carryOut(text, params, quiet ? "quiet run" : "run", { id }, signal);
    if (outcome.kind === "released") return this.bindRelease(text, outcome.release);
    if (outcome.kind === "refused" || outcome.kind === "failed") {
      const { SpecError } = await import("../index.js");
      const { evalue, traceback } = outcome.error;
      throw Object.assign(new SpecError(evalue), { traceback });
    }
    throw new Error("stopped by you");
  }

  /** End the worker; whether that could be done in good order. */
  async close(): Promise<boolean> {
    const { worker } = this;
    if (worker === undefined) return true;
    if (!(await released(this.hold, 2_000))) return false;
    await Promise.race([worker.terminate(), new Promise((end) => setTimeout(end, 1_000).unref())]);
    return true;
  }

  /** Load the library in a worker before it is needed; resolves when that is done. */
  async warm(): Promise<void> {
    const worker = this.ready();
    await new Promise((resolve) => {
      worker.once("message", resolve);
      worker.once("exit", resolve);
    });
  }

  private async carryOut(
    text: string,
    params: Settings,
    until: SpecJob["until"],
    output: Pick<CellOutput, "id" | "goesOn">,
    signal: AbortSignal,
  ): Promise<SpecOutcome> {
    const frames = await this.loading(() =>
      framesOf(text, (name) => this.typescript.valueOf(name)),
    );
    if (signal.aborted) return { kind: "stopped" };
    const worker = this.ready();
    const job = this.marks.next();
    this.latest = job;
    const stated: SpecJob = {
      job,
      id: output.id,
      text,
      origin: "cell",
      folder: this.folder,
      params,
      frames,
      until,
    };
    return this.hearOf(worker, stated, output, signal);
  }

  private hearOf(
    worker: Worker,
    stated: SpecJob,
    { goesOn }: Pick<CellOutput, "goesOn">,
    signal: AbortSignal,
  ): Promise<SpecOutcome> {
    const last = this.lastOfWorker;
    return new Promise((resolve) => {
      const finish = (outcome: SpecOutcome, mark: number) => {
        worker.off("message", hear);
        worker.off("exit", gone);
        void this.marks.after(mark).then(() => resolve(outcome));
      };
      let current = signal;
      let ending: NodeJS.Timeout | undefined;
      const heed = () => {
        const stop = () => {
          ending = setTimeout(() => this.end(worker, stated.job), patience);
        };
        current.addEventListener("abort", stop, { once: true });
      };
      const hear = (said: FromSpecWorker) => {
        if (said === "goes on" && goesOn !== undefined) {
          clearTimeout(ending);
          current = goesOn();
          heed();
        } else if (typeof said === "object" && said.job === stated.job) {
          finish(said.outcome, stated.job);
        }
      };
      const gone = () => finish(current.aborted ? { kind: "stopped" } : lost, last);
      worker.on("message", hear);
      worker.on("exit", gone);
      heed();
      worker.postMessage(stated);
    });
  }

  /** End a worker that has not stopped by itself; the next spec starts another. */
  private async end(worker: Worker, job: number): Promise<void> {
    if (this.worker !== worker || this.latest !== job || worker.listenerCount("exit") < 2) return;
    this.worker = undefined;
    if (await released(this.hold, Number.POSITIVE_INFINITY)) await worker.terminate();
  }

  private ready(): Worker {
    if (this.worker !== undefined) return this.worker;
    const channel = new MessageChannel();
    this.lastOfWorker = this.marks.next();
    this.attach(channel.port1, this.lastOfWorker);
    this.hold = newHold();
    const { shared, hold } = this;
    const workerData: SpecWorkerStart = { shared, hold, io: channel.port2 };
    const worker = new Worker(new URL("./spec-worker.js", import.meta.url), {
      workerData,
      transferList: [channel.port2],
    });
    worker.on("exit", () => {
      if (this.worker === worker) this.worker = undefined;
    });
    worker.on("error", (error) => {
      process.stderr.write(`The thread that runs specs ended: ${String(error)}\n`);
    });
    this.worker = worker;
    return worker;
  }

  private async keep(
    cell: SpecCell,
    text: string,
    { release, types }: SpecOutcome & { kind: "released" },
  ): Promise<void> {
    const name = cell.name ?? release.plan.checked.name;
    this.texts.set(name, text);
    this.typescript.specs?.(this.texts);
    if (!isBindable(name)) return;
    const made = await this.loading(() => this.bindRelease(text, release));
    remember(name, made);
    this.typescript.declare(name, declarationOf(name, types), made);
  }

  private async bindRelease(text: string, release: Library.Release): Promise<Library.MadeSpec> {
    const { madeOf } = await import("../index.js");
    return madeOf(text, release, (params) => this.make(text, params, true));
  }
}

function misunderstood(words: readonly string[]): {
  ename: string;
  evalue: string;
  traceback: string[];
} {
  const evalue = `the first line of the cell has ${words.map((word) => `"${word}"`).join(", ")}, which means nothing there`;
  const may =
    "It may hold a name, + to add to what that name stands for, --check, --plan and --format.";
  return { ename: "ParableError", evalue, traceback: [evalue, may] };
}

/** The cell with its spec in canonical form; what can't be read is left as it is, and said. */
async function formatted(cell: SpecCell): Promise<CellOutcome> {
  const { formatSpec, hasErrors, renderDiagnostics, SourceText } = await import("../index.js");
  const placed = "\n".repeat(cell.lines) + cell.spec;
  const { text, diagnostics } = await formatSpec(placed, "cell");
  if (hasErrors(diagnostics)) {
    const source = new SourceText("cell", placed);
    return { kind: "error", error: await renderDiagnostics(diagnostics, source, "jupyter") };
  }
  const head = cell.head.replace(/[ \t]*--format\b/, "");
  return { kind: "ok", rewritten: `${head}${text.trim()}` };
}

function fine(checked: Library.CheckedSpec): MimeBundle {
  const tables = checked.tables.map(
    (table) => `${table.name}, columns ${table.columns.map((column) => column.name).join(", ")}`,
  );
  return { "text/plain": `The spec is fine: ${tables.join("; ")}.` };
}
