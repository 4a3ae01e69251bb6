import { Worker } from "node:worker_threads";
import { newRoute } from "./help-route.js";
import type { AttachHelp } from "./protocol.js";
import type {
  CompiledCell,
  CompilerStart,
  FromCompiler,
  ToCompiler,
} from "./typescript-protocol.js";

/** The main thread's side of the compiler's thread, which is started when it is first needed. */
export class CompilerThread {
  private readonly folder: string;
  private readonly attach: AttachHelp;
  private readonly started: (version: string) => void;
  private worker: Worker | undefined;
  private route = newRoute();
  private cells = 0;
  private declared = "";
  private readonly waiting = new Map<
    number,
    { readonly resolve: (compiled: CompiledCell) => void; readonly reject: (error: Error) => void }
  >();

  /** `attach` hands the way for help to the I/O thread; `started` hears the version of the compiler. */
  constructor(folder: string, attach: AttachHelp, started: (version: string) => void) {
    this.folder = folder;
    this.attach = attach;
    this.started = started;
    attach("typescript", this.route.io);
  }

  /** Load the compiler, unless that has begun. */
  warm(): Worker {
    if (this.worker !== undefined) return this.worker;
    const { folder, declared } = this;
    const io = this.route.helper;
    const workerData: CompilerStart = { folder, io, declared };
    const worker = new Worker(new URL("./compiler-worker.js", import.meta.url), {
      workerData,
      transferList: [io],
    });
    worker.on("message", (message: FromCompiler) => this.hear(message));
    worker.on("error", (error) => {
      process.stderr.write(`The thread of the TypeScript compiler ended: ${String(error)}\n`);
    });
    worker.on("exit", () => this.replace());
    worker.unref();
    this.worker = worker;
    return worker;
  }

  /** Compile a cell; its number is for `settle`. */
  compile(code: string): { readonly cell: number; readonly compiled: Promise<CompiledCell> } {
    const cell = ++this.cells;
    const compiled = new Promise<CompiledCell>((resolve, reject) => {
      this.waiting.set(cell, { resolve, reject });
    });
    this.send({ kind: "compile", cell, code });
    return { cell, compiled };
  }

  /** A cell has ended, with the declarations that the session then has, or in vain. */
  settle(cell: number, declared?: string): void {
    if (declared !== undefined) this.declared = declared;
    this.send({ kind: "settle", cell, ...(declared === undefined ? {} : { declared }) });
  }

  /** Declare a variable to the cells after this; `code` is a cell that is compiled and never run. */
  declare(code: string): void {
    this.send({ kind: "declare", code });
  }

  private send(message: ToCompiler): void {
    this.warm().postMessage(message);
  }

  private hear(message: FromCompiler): void {
    if (message.kind === "ready") {
      this.started(message.version);
      return;
    }
    this.waiting.get(message.cell)?.resolve(message.compiled);
    this.waiting.delete(message.cell);
  }

  /** The thread has ended, as when it ran out of memory: the next cell gets another. */
  private replace(): void {
    this.worker = undefined;
    this.route = newRoute();
    this.attach("typescript", this.route.io);
    const lost = new Error("the thread of the TypeScript compiler ended; run the cell again");
    for (const { reject } of this.waiting.values()) reject(lost);
    this.waiting.clear();
  }
}
