import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { IoServer } from "./io-server.js";
import type { IoStart } from "./protocol.js";

const start = workerData as IoStart;

/** The kernel must not outlive the server that started it. */
function watchParent(): void {
  if (start.parentPid <= 1) return;
  setInterval(() => {
    if (process.ppid !== start.parentPid) process.kill(process.pid, "SIGKILL");
  }, 1_000).unref();
}

watchParent();
new IoServer(start, parentPort as unknown as MessagePort).open().catch((error: unknown) => {
  process.stderr.write(`Parable's kernel cannot open its sockets: ${String(error)}\n`);
  process.kill(process.pid, "SIGTERM");
});
