import type { NotebookHost } from "../index.js";
import type { CellOutput } from "./cell.js";
import {
  helpMethods,
  liveTslab,
  type TslabHandler,
  type TslabJupyter,
  type TslabMessage,
  type TslabReply,
  type TslabServer,
} from "./live-tslab.js";
import { shared, type ToIo } from "./protocol.js";
import { emptyReply } from "./replies.js";
import { SpecCells } from "./spec-cells.js";
import { SpecHelp } from "./spec-help.js";
import { readSpecCell, type SpecCell } from "./spec-magic.js";
import { typesOfSpec } from "./spec-types.js";
import { typeTags } from "./typed-tags.js";

/** Where the library looks for a notebook (facade/tag.ts). */
const hostPlace = Symbol.for("parable.host");

type Make = NotebookHost["make"];

/**
 * Teach a stock tslab kernel `%%parable` cells, with completion and inspection. Does nothing in
 * Parable's own kernel, outside notebooks, or the second time. Returns whether the cells work here.
 */
export function enableNotebook(): boolean {
  if (hostPlace in globalThis) return true;
  const tslab = liveTslab();
  if (tslab === undefined) return false;
  const extension = new Extension(tslab);
  claimNotebook((...asked) => extension.make(...asked));
  extension.hook();
  return true;
}

/** Let specs of this process be carried out and shown by its notebook. */
export function claimNotebook(make: Make): void {
  const host: NotebookHost = { make };
  Object.assign(globalThis, { [hostPlace]: host });
}

class Extension {
  private readonly tslab: TslabJupyter;
  private handler: TslabHandler | undefined;
  private readonly cells: SpecCells;
  private readonly help: SpecHelp;
  private pending: string[] = [];
  private signal = new AbortController().signal;

  constructor(tslab: TslabJupyter) {
    this.tslab = tslab;
    const memory = new Int32Array(new SharedArrayBuffer(4 * shared.size));
    this.cells = new SpecCells(
      (port, end) => {
        port.once("close", () => this.cells.marks.pass(end));
        port.on("message", (message: ToIo) => {
          if (message.kind === "mark") this.cells.marks.pass(message.mark);
          if (message.kind !== "iopub") return;
          const update = message.type === "update_display_data";
          tslab.lastWriteDisplayData?.(message.content, update);
        });
        port.unref();
      },
      memory,
      process.cwd(),
      {
        valueOf: (name) => this.handler?.executor.locals[name],
        declare: (_name, code) => this.pending.push(code),
      },
      () => ({ id: 0, signal: this.signal }),
    );
    this.help = new SpecHelp({
      folder: process.cwd(),
      textOf: (cell) => this.cells.textOf(cell),
      frames: () => new Map(Object.entries(this.handler?.executor.locals ?? {})),
    });
  }

  readonly make: Make = (...asked) => this.cells.make(...asked);

  /** Put our methods in front of tslab's; each hands on what is not ours. */
  hook(): void {
    const self = this;
    const handlers = this.tslab.JupyterHandlerImpl.prototype;
    const execute = handlers.handleExecute;
    handlers.handleExecute = async function (request, writeStream, writeDisplay) {
      self.handler = this;
      const cell = readSpecCell(request.code);
      if (cell !== undefined) return self.queue(this, cell, writeStream, writeDisplay);
      await self.declarePending(this);
      const typed = await typeTags(request.code, (spec) => typesOfSpec(spec, process.cwd()));
      return execute.call(this, { ...request, code: typed.code }, writeStream, writeDisplay);
    };
    const servers = this.tslab.ZmqServer.prototype;
    for (const name of Object.keys(helpMethods) as (keyof typeof helpMethods)[]) {
      const original = servers[name];
      servers[name] = function (socket, message) {
        const cell = readSpecCell(String(message.content["code"] ?? ""));
        if (cell === undefined) original.call(this, socket, message);
        else void self.answer(this, socket, message, helpMethods[name], cell);
      };
    }
  }

  private async answer(
    server: TslabServer,
    socket: unknown,
    message: TslabMessage,
    type: string,
    cell: SpecCell,
  ): Promise<void> {
    const reply = message.createReply();
    reply.header.msg_type = type.replace("_request", "_reply");
    reply.content = await this.help
      .answer(type, message.content, cell)
      .catch(() => emptyReply(type, message.content));
    reply.signAndSend(server.connInfo.key, socket);
  }

  private async queue(
    handler: TslabHandler,
    cell: SpecCell,
    writeStream: (name: string, text: string) => void,
    writeDisplay: (content: object, update: boolean) => void,
  ): Promise<TslabReply> {
    try {
      const run = () => this.execute(handler, cell, writeStream, writeDisplay);
      const reply = await handler.execQueue.add(run);
      if (reply.status === "error") handler.execQueue.reset(200);
      return reply;
    } catch {
      return { status: "aborted" };
    }
  }

  private async execute(
    handler: TslabHandler,
    cell: SpecCell,
    writeStream: (name: string, text: string) => void,
    writeDisplay: (content: object, update: boolean) => void,
  ): Promise<TslabReply> {
    const execution_count = ++handler.execCount;
    this.tslab.lastWriteDisplayData = writeDisplay;
    const output: CellOutput = {
      id: 0,
      display: (data, id) => writeDisplay(contentOf(data, id), false),
      update: (data, id) => writeDisplay(contentOf(data, id), true),
    };
    const abort = new AbortController();
    const stop = () => abort.abort();
    process.once("SIGINT", stop);
    try {
      const outcome = await this.cells.run(cell, output, abort.signal);
      if (outcome.kind === "ok") {
        if (outcome.result !== undefined) output.display(outcome.result);
        return { status: "ok", execution_count };
      }
      writeStream("stderr", `${outcome.error.traceback.join("\n")}\n`);
      return { status: "error", execution_count, ...outcome.error };
    } finally {
      process.off("SIGINT", stop);
    }
  }

  private async declarePending(handler: TslabHandler): Promise<void> {
    const declarations = this.pending;
    this.pending = [];
    for (const code of declarations) {
      await handler.execQueue.add(() => handler.executor.execute(code));
    }
  }
}

function contentOf(data: object, displayId: string | undefined): object {
  return {
    data,
    metadata: {},
    transient: displayId === undefined ? {} : { display_id: displayId },
  };
}
