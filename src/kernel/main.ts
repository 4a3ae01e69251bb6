import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import { CompilerThread } from "./compiler-thread.js";
import { framesAmong } from "./frames.js";
import { whileLoading } from "./guard.js";
import { giveBackWhenIdle } from "./idle-memory.js";
import { Kernel } from "./kernel.js";
import { claimNotebook } from "./notebook.js";
import { captureOutput } from "./output-capture.js";
import { packageVersion } from "./package-home.js";
import { endHard } from "./parent-watch.js";
import { type AttachHelp, type FromIo, type IoStart, shared, type ToIo } from "./protocol.js";
import { showKnown } from "./rich-display.js";
import { Router } from "./router.js";
import { SpecCells } from "./spec-cells.js";
import { SpecHelpThread } from "./spec-help-thread.js";
import { TslabExecution } from "./tslab-executor.js";
import { TypeScriptCells } from "./typescript-cells.js";
import type { ConnectionInfo } from "./wire.js";

/** Start the kernel for a connection file; it lives until it is told to shut down. */
function start(connectionFile: string): void {
  const connection = JSON.parse(readFileSync(connectionFile, "utf8")) as ConnectionInfo;
  const cells = new Int32Array(new SharedArrayBuffer(4 * shared.size));
  const workerData: IoStart = {
    connection,
    shared: cells,
    parentPid: process.ppid,
    version: packageVersion(),
  };
  const io = new Worker(new URL("./io-worker.js", import.meta.url), { workerData });
  const post = (message: ToIo) => io.postMessage(message);
  const { kernel, specs } = assemble(io, cells, post);
  io.on("message", (message: FromIo) => {
    switch (message.kind) {
      case "ready":
        return;
      case "request":
        kernel.receive(message.request);
        return;
      case "interrupt":
        Atomics.add(cells, shared.acknowledged, 1);
        kernel.interrupt();
        return;
      case "shutdown":
        Atomics.store(cells, shared.closing, 1);
        void specs.close().then((inOrder) => (inOrder ? post({ kind: "close" }) : endHard()));
        return;
      case "passed":
        specs.marks.pass(message.mark);
        return;
      case "closed":
        process.exit(0);
    }
  });
  io.on("exit", () => process.exit(0));
  process.on("SIGINT", () => {});
}

interface Assembly {
  readonly kernel: Kernel;
  readonly specs: SpecCells;
}

function assemble(io: Worker, cells: Int32Array, post: (message: ToIo) => void): Assembly {
  const loading = whileLoading(cells);
  const folder = process.cwd();
  const attach: AttachHelp = (helps, port) => {
    io.postMessage({ kind: "attach", port, helps } satisfies ToIo, [port]);
  };
  const compiler = new CompilerThread(folder, attach, (language) => {
    post({ kind: "versions", language });
  });
  const specHelp = new SpecHelpThread(folder, attach);
  const typescript = new TypeScriptCells({
    compiler,
    execution: new TslabExecution(folder, (content, update) => {
      const type = update ? "update_display_data" : "display_data";
      post({ kind: "iopub", id: kernel.outputId, type, content });
    }),
    known: (value) => loading(() => showKnown(value)),
    ran: (variables) => {
      void framesAmong(variables).then((frames) => specHelp.tellFrames(frames));
    },
  });
  const specs = new SpecCells(
    (port, end) => io.postMessage({ kind: "attach", port, end } satisfies ToIo, [port]),
    cells,
    folder,
    {
      valueOf: (name) => typescript.valueOf(name),
      declare: (name, code, value) => typescript.declare(name, code, value),
      specs: (texts) => specHelp.tellTexts(texts),
    },
    () => kernel.currentCell,
  );
  claimNotebook((...asked) => specs.make(...asked));
  const kernel = new Kernel(
    post,
    new Router(typescript, specs),
    () => Atomics.add(cells, shared.cell, 1),
    () => Atomics.add(cells, shared.heeded, 1),
  );
  captureOutput(cells, (name, text) => {
    post({ kind: "stream", id: kernel.outputId, name, text });
  });
  const report = (what: string) => (error: unknown) => {
    process.stderr.write(`${what}: ${inspect(error)}\n`);
  };
  process.on("uncaughtException", report("Uncaught"));
  process.on("unhandledRejection", report("A promise was rejected and nobody handled it"));
  // First what the first cells need: three threads that load at once would be slower for each.
  void specs.warm().then(() => {
    specHelp.start();
    compiler.warm();
  });
  giveBackWhenIdle(kernel);
  return { kernel, specs };
}

const connectionFile = process.argv[2];
if (connectionFile === undefined) {
  process.stderr.write("usage: node main.js CONNECTION_FILE (Jupyter starts this)\n");
  process.exit(2);
}
start(connectionFile);
