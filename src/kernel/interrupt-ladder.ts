import { Session } from "node:inspector";
import { shared } from "./protocol.js";

/**
 * Stops what the main thread is doing, in three steps of rising force. Runs on the I/O thread, since
 * the main thread may be stuck.
 *
 * 1. The caller has told the main thread; a thread that is only waiting answers at once.
 * 2. After 100 ms SIGINT: it breaks out of the synchronous part of a cell.
 * 3. After 200 ms more the inspector's `Runtime.terminateExecution`: it ends any JavaScript.
 *
 * The third step waits while the compiler is at work, since that could not be stopped without harm,
 * and for a while when the kernel loads parts of itself.
 */
export class InterruptLadder {
  private readonly cells: Int32Array;
  private running = false;

  constructor(cells: Int32Array) {
    this.cells = cells;
  }

  private isIdle(cell: number): boolean {
    return Atomics.load(this.cells, cell) === 0;
  }

  async climb(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      const before = Atomics.load(this.cells, shared.acknowledged);
      const heard = () => Atomics.load(this.cells, shared.acknowledged) !== before;
      if (await until(heard, 100)) return;
      process.kill(process.pid, "SIGINT");
      if (await until(heard, 200)) return;
      await until(() => heard() || this.isIdle(shared.loading), 3_000);
      for (let tries = 0; tries < 100 && !heard(); tries++) {
        await until(() => heard() || this.isIdle(shared.delicate), 60_000);
        if (heard()) return;
        terminate();
        await until(heard, 100);
      }
    } finally {
      this.running = false;
    }
  }
}

async function until(condition: () => boolean, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return true;
}

function terminate(): void {
  const session = new Session();
  session.connectToMainThread();
  session.post("Runtime.terminateExecution", () => session.disconnect());
}
