import { Session } from "node:inspector";
import { shared } from "./protocol.js";

/**
 * Stops what the main thread is doing. Runs on the I/O thread, since the main thread may be stuck.
 *
 * 1. The main thread is told; one that is only waiting answers at once.
 * 2. After 100 ms the inspector's `Runtime.terminateExecution`: it ends any JavaScript. Then the main
 *    thread is told again, since what was ended may have been the answer to the first telling.
 *
 * The second step waits for a while when the kernel loads parts of itself, which could not be stopped
 * without harm. No signal is sent: between a cell's end and the return of the listeners that Node takes off
 * around it, SIGINT would end the process.
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

  /** @param tell Tells the main thread of the interrupt; told twice, it does the same again. */
  async climb(tell: () => void): Promise<void> {
    tell();
    if (this.running) return;
    this.running = true;
    try {
      await this.untilEnded(tell);
    } finally {
      this.running = false;
    }
  }

  private async untilEnded(tell: () => void): Promise<void> {
    const cell = Atomics.load(this.cells, shared.cell);
    const heeded = Atomics.load(this.cells, shared.heeded);
    const ended = () =>
      Atomics.load(this.cells, shared.cell) !== cell ||
      Atomics.load(this.cells, shared.heeded) !== heeded;
    const nothingRan = cell % 2 === 0;
    for (let tries = 0; tries < 100 && !ended(); tries++) {
      const before = Atomics.load(this.cells, shared.acknowledged);
      const heard = () => ended() || Atomics.load(this.cells, shared.acknowledged) !== before;
      if (tries > 0) tell();
      if (!(await until(heard, 100))) {
        if (tries === 0) await until(() => heard() || this.isIdle(shared.loading), 3_000);
        if (!heard()) terminate();
      } else if (nothingRan || (await until(ended, 600))) return;
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
