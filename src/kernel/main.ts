import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import { CodeHelp } from "./code-help.js";
import { delicately, whileLoading } from "./guard.js";
import { giveBackWhenIdle } from "./idle-memory.js";
import { Kernel } from "./kernel.js";
import { claimNotebook } from "./notebook.js";
import { captureOutput } from "./output-capture.js";
import { packageVersion } from "./package-home.js";
import { endHard } from "./parent-watch.js";
import { type FromIo, type IoStart, shared, type ToIo } from "./protocol.js";
import { showKnown } from "./rich-display.js";
import { Router } from "./router.js";
import { SpecCells } from "./spec-cells.js";
import { SpecHelp } from "./spec-help.js";
import { typesOfSpec } from "./spec-types.js";
import { TypeScriptCells } from "./typescript-cells.js";
import type { ConnectionInfo } from "./wire.js";

/** How long nobody must have run a cell before the compiler is loaded for the first one of TypeScript. */
const warmAfter = 1_500;

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

/** Loading the compiler holds this thread for a while: not while a cell waits for it. */
function warmWhenIdle(kernel: Kernel, typescript: TypeScriptCells): void {
  setTimeout(() => {
    if (kernel.idleFor < warmAfter) warmWhenIdle(kernel, typescript);
    else typescript.warm();
  }, warmAfter / 3).unref();
}

function assemble(io: Worker, cells: Int32Array, post: (message: ToIo) => void): Assembly {
  const guarded = delicately(cells);
  const loading = whileLoading(cells);
  const typescript = new TypeScriptCells({
    folder: process.cwd(),
    host: {
      delicate: guarded,
      display: (content, update) => {
        const type = update ? "update_display_data" : "display_data";
        post({ kind: "iopub", id: kernel.outputId, type, content });
      },
    },
    known: (value) => loading(() => showKnown(value)),
    typesOf: (spec) => typesOfSpec(spec, process.cwd()),
    started: (language) => post({ kind: "versions", language }),
  });
  const specs = new SpecCells(
    (port) => io.postMessage({ kind: "attach", port } satisfies ToIo, [port]),
    cells,
    process.cwd(),
    typescript,
    () => kernel.currentCell,
  );
  claimNotebook((text, params) => specs.make(text, params));
  const kernel = new Kernel(
    post,
    new Router(typescript, specs),
    new CodeHelp(typescript, new SpecHelp((cell) => specs.textOf(cell))),
    () => Atomics.add(cells, shared.cell, 1),
  );
  captureOutput(cells, (name, text) => {
    post({ kind: "stream", id: kernel.outputId, name, text });
  });
  const report = (what: string) => (error: unknown) => {
    process.stderr.write(`${what}: ${inspect(error)}\n`);
  };
  process.on("uncaughtException", report("Uncaught"));
  process.on("unhandledRejection", report("A promise was rejected and nobody handled it"));
  // The compiler holds this thread for two seconds: not before specs can run, nor beside them.
  void specs.warm().then(() => warmWhenIdle(kernel, typescript));
  giveBackWhenIdle(kernel);
  return { kernel, specs };
}

const connectionFile = process.argv[2];
if (connectionFile === undefined) {
  process.stderr.write("usage: node main.js CONNECTION_FILE (Jupyter starts this)\n");
  process.exit(2);
}
start(connectionFile);
