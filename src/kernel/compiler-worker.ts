import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { CompilerSession } from "./compiler-session.js";
import { answerFrom } from "./help-route.js";
import { giveBackWhenIdle } from "./idle-memory.js";
import { typesOfSpec } from "./spec-types.js";
import { TslabCompiler } from "./tslab-compiler.js";
import type { CompilerStart, FromCompiler, ToCompiler } from "./typescript-protocol.js";

const start = workerData as CompilerStart;
const main = parentPort as unknown as MessagePort;
const compiler = new TslabCompiler(start.folder);
const session = new CompilerSession(compiler, start.declared, (spec) =>
  typesOfSpec(spec, start.folder),
);
let heard = performance.now();

async function obey(message: ToCompiler): Promise<void> {
  if (message.kind === "settle") session.settle(message);
  else if (message.kind === "declare") session.declare(message.code);
  else {
    const { cell, code } = message;
    const compiled = await session.compile(cell, code);
    main.postMessage({ kind: "compiled", cell, compiled } satisfies FromCompiler);
  }
}

/** One thing after another: a cell is compiled against what those before it have declared. */
let turn: Promise<void> = Promise.resolve();
main.on("message", (message: ToCompiler) => {
  heard = performance.now();
  turn = turn.then(() => obey(message));
});
answerFrom(start.io, async (type, content) => {
  heard = performance.now();
  await turn;
  return session.answer(type, content);
});
main.postMessage({ kind: "ready", version: compiler.version } satisfies FromCompiler);
giveBackWhenIdle({
  get idleFor() {
    return performance.now() - heard;
  },
});
