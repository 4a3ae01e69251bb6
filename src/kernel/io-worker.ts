import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { IoServer } from "./io-server.js";
import { endHard, watchParent } from "./parent-watch.js";
import { type IoStart, shared } from "./protocol.js";

const start = workerData as IoStart;

watchParent(start.parentPid);
// Without this thread nobody could stop the kernel any more.
process.on("exit", () => {
  if (Atomics.load(start.shared, shared.closing) === 0) endHard();
});
new IoServer(start, parentPort as unknown as MessagePort).open().catch((error: unknown) => {
  process.stderr.write(`Parable's kernel cannot open its sockets: ${String(error)}\n`);
  setTimeout(endHard, 100);
});
