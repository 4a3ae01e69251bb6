import { setTimeout as sleep } from "node:timers/promises";
import type { CellOutcome, CellOutput } from "./cell.js";
import { paramsTarget, planAgain } from "./param-controls.js";
import type { MimeBundle, Request, ToIo } from "./protocol.js";
import { interruption, thrown } from "./traceback.js";

/** What runs cells: given the code and where to show things, it never rejects for the user's faults. */
export interface CellRunner {
  run(code: string, output: CellOutput, signal: AbortSignal): Promise<CellOutcome>;
  /**
   * Stop what is running; the promise of `run` may settle later, or never. Returns how long to wait for
   * it, in milliseconds.
   */
  interrupt(): number;
}

interface RunningCell {
  readonly stop: (outcome: CellOutcome) => void;
  abort: AbortController;
  /** Ends the cell when it has not ended by itself. */
  deadline?: NodeJS.Timeout;
}

type Post = (message: ToIo) => void;

/** The queue of cells and the answers of the main thread. */
export class Kernel {
  private readonly turned: () => void;
  private readonly heeded: () => void;
  private readonly post: Post;
  private readonly runner: CellRunner;
  private queue: Request[] = [];
  private working = false;
  private count = 0;
  private readonly controls = new Set<unknown>();
  private running: RunningCell | undefined;
  private latest = -1;
  private ended = performance.now();

  /**
   * `turned` is called when a cell begins and when it ends, `heeded` when one obeys an interrupt by ending a
   * part of its work early and goes on with the rest.
   */
  constructor(post: Post, runner: CellRunner, turned: () => void, heeded: () => void) {
    this.turned = turned;
    this.heeded = heeded;
    this.post = post;
    this.runner = runner;
  }

  /** The request whose cell output belongs to: the running one, or the last. */
  get outputId(): number {
    return this.latest;
  }

  /** How long no cell has run, in milliseconds. */
  get idleFor(): number {
    return this.working ? 0 : performance.now() - this.ended;
  }

  /** The running cell's request and what says that it should stop. */
  get currentCell(): { readonly id: number; readonly signal: AbortSignal } {
    return { id: this.latest, signal: this.running?.abort.signal ?? new AbortController().signal };
  }

  receive(request: Request): void {
    if (request.type === "execute_request") {
      this.queue.push(request);
      if (!this.working) void this.work();
      return;
    }
    void this.converse(request).finally(() => {
      this.post({ kind: "reply", id: request.id, content: {} });
    });
  }

  /** The only comm that this kernel keeps is that of the params' controls. */
  private async converse({ id, type, content }: Request): Promise<void> {
    const { comm_id, target_name, data } = content;
    if (type === "comm_open" && target_name === paramsTarget) this.controls.add(comm_id);
    else if (type === "comm_open") this.publish(id, "comm_close", { comm_id, data: {} });
    else if (type === "comm_close") this.controls.delete(comm_id);
    else if (this.controls.has(comm_id)) {
      const answer = await planAgain((data ?? {}) as Record<string, unknown>, process.cwd());
      this.publish(id, "comm_msg", { comm_id, data: answer });
    }
  }

  /** Stop the running cell, at once as far as the queue is concerned. */
  interrupt(): void {
    const { running } = this;
    if (running === undefined) return;
    running.abort.abort(new Error("stopped by you"));
    const patience = this.runner.interrupt();
    clearTimeout(running.deadline);
    running.deadline = setTimeout(() => {
      running.stop({ kind: "error", error: interruption() });
    }, patience);
  }

  private async work(): Promise<void> {
    this.working = true;
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      this.turned();
      await this.execute(next);
      this.turned();
    }
    this.working = false;
    this.ended = performance.now();
  }

  private async execute(request: Request): Promise<void> {
    const { id, content } = request;
    const code = String(content["code"] ?? "");
    const silent = content["silent"] === true;
    const stored = !silent && content["store_history"] !== false;
    this.post({ kind: "busy", id });
    this.latest = id;
    if (stored) this.count++;
    const execution_count = this.count;
    if (!silent) this.publish(id, "execute_input", { code, execution_count });
    if (stored) this.post({ kind: "remember", line: this.count, input: code });
    const outcome: CellOutcome = code.trim() === "" ? { kind: "ok" } : await this.runCell(code, id);
    if (outcome.kind === "ok") {
      if (!silent && outcome.result !== undefined) {
        const result = { data: outcome.result, metadata: {}, execution_count };
        this.publish(id, "execute_result", result);
      }
      const { rewritten: text } = outcome;
      const payload = text === undefined ? [] : [{ source: "set_next_input", text, replace: true }];
      const reply = { status: "ok", execution_count, payload, user_expressions: {} };
      this.post({ kind: "reply", id, content: reply });
      return;
    }
    if (!silent) this.publish(id, "error", outcome.error);
    // Cells that were sent together with this one have arrived by now.
    await sleep(20);
    if (content["stop_on_error"] !== false) this.abortQueue();
    this.post({
      kind: "reply",
      id,
      content: { status: "error", execution_count, ...outcome.error },
    });
  }

  /**
   * The cell starts in a turn of its own: when its code is ended by force, everything on the stack
   * ends with it, and that must not be this queue.
   */
  private runCell(code: string, id: number): Promise<CellOutcome> {
    return new Promise((resolve) => {
      const stop = (outcome: CellOutcome) => {
        clearTimeout(running.deadline);
        if (this.running === running) this.running = undefined;
        resolve(outcome);
      };
      const running: RunningCell = { stop, abort: new AbortController() };
      this.running = running;
      const output = this.outputOf(id, running);
      setImmediate(() => {
        this.runner.run(code, output, running.abort.signal).then(stop, (error: unknown) => {
          stop({ kind: "error", error: thrown(code, "", error) });
        });
      });
    });
  }

  private outputOf(id: number, running: RunningCell): CellOutput {
    const show = (type: string, data: MimeBundle, displayId: string | undefined) => {
      const transient = displayId === undefined ? {} : { display_id: displayId };
      this.publish(id, type, { data, metadata: {}, transient });
    };
    return {
      id,
      display: (data, displayId) => show("display_data", data, displayId),
      update: (data, displayId) => show("update_display_data", data, displayId),
      goesOn: () => {
        clearTimeout(running.deadline);
        running.abort = new AbortController();
        this.heeded();
        return running.abort.signal;
      },
    };
  }

  private abortQueue(): void {
    const waiting = this.queue;
    this.queue = [];
    for (const { id } of waiting) {
      this.post({ kind: "busy", id });
      this.post({ kind: "reply", id, content: { status: "aborted" } });
    }
  }

  private publish(id: number, type: string, content: object): void {
    this.post({ kind: "iopub", id, type, content });
  }
}
