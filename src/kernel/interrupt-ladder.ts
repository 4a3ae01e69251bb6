import { endForeignCode } from "./end-foreign-code.js";
import { shared } from "./protocol.js";

/**
 * Stops what the main thread is doing. Runs on the I/O thread, since the main thread may be stuck.
 *
 * 1. The main thread is told; one that is only waiting answers at once.
 * 2. After 100 ms the JavaScript that it runs is ended, unless it is the kernel's own: a thread that is late
 *    only because the machine is busy must not lose what it does. Then the main thread is told again.
 *
 * The second step waits for a while when the kernel loads parts of itself, which could not be stopped
 * without harm. No signal is sent: between a cell's end and the return of the listeners that Node takes off
 * around it, SIGINT would end the process.
 */
export class InterruptLadder {
  private readonly cells: Int32Array;
  private running = false;
  /** The interrupt that came last, until its climb begins. */
  private next: Interrupt | undefined;

  constructor(cells: Int32Array) {
    this.cells = cells;
  }

  private now(): Moment {
    const [cell, heeded, acknowledged] = [shared.cell, shared.heeded, shared.acknowledged].map(
      (place) => Atomics.load(this.cells, place),
    ) as [number, number, number];
    return { cell, heeded, acknowledged };
  }

  private isIdle(cell: number): boolean {
    return Atomics.load(this.cells, cell) === 0;
  }

  /**
   * An interrupt that comes during the climb of another may be meant for the next cell: it has its own turn
   * after that one.
   *
   * @param tell Tells the main thread of the interrupt; told twice, it does the same again.
   */
  async climb(tell: () => void): Promise<void> {
    this.next = { ...this.now(), tell };
    tell();
    if (this.running) return;
    this.running = true;
    try {
      for (let asked = this.taken(); asked !== undefined; asked = this.taken()) {
        await this.untilEnded(asked);
      }
    } finally {
      this.running = false;
    }
  }

  private taken(): Interrupt | undefined {
    const { next } = this;
    this.next = undefined;
    return next;
  }

  private async untilEnded(asked: Interrupt): Promise<void> {
    const ended = () => {
      const { cell, heeded } = this.now();
      return cell !== asked.cell || heeded !== asked.heeded;
    };
    const nothingRan = asked.cell % 2 === 0;
    for (let tries = 0; tries < 100 && !ended(); tries++) {
      const before = tries === 0 ? asked.acknowledged : this.now().acknowledged;
      const heard = () => ended() || this.now().acknowledged !== before;
      if (tries > 0) asked.tell();
      if (!(await until(heard, 100))) {
        if (tries === 0) await until(() => heard() || this.isIdle(shared.loading), 3_000);
        if (!heard()) await endForeignCode();
      } else if (nothingRan || (await until(ended, 600))) return;
    }
  }
}

/** The counts of the shared cells that tell whether an interrupt was heard, and whether its cell has ended. */
interface Moment {
  readonly cell: number;
  readonly heeded: number;
  readonly acknowledged: number;
}

/** How things stood just before the main thread was told the first time. */
interface Interrupt extends Moment {
  readonly tell: () => void;
}

async function until(condition: () => boolean, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return true;
}
