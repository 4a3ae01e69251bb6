/** Cells of the array that a spec worker and the main thread share. */
const cells = { native: 0, ending: 1, size: 2 } as const;

/** Where the library looks for it (table/duckdb.ts). */
const place = Symbol.for("parable.native");

/**
 * A worker that is ended while native code works for it takes the whole kernel with it. So it says when
 * that begins and ends, and the main thread waits. An array for one worker.
 */
export function newHold(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * cells.size));
}

/** On the worker: native code asks here whether it may begin. */
export function heedHold(hold: Int32Array): void {
  const native = {
    enter(): void {
      Atomics.add(hold, cells.native, 1);
      if (Atomics.load(hold, cells.ending) === 0) return;
      Atomics.sub(hold, cells.native, 1);
      throw new Error("stopped by you");
    },
    leave(): void {
      Atomics.sub(hold, cells.native, 1);
    },
  };
  Object.assign(globalThis, { [place]: native });
}

/** On the main thread: no native code begins any more; resolves to true when none is at work. */
export async function released(hold: Int32Array, patience: number): Promise<boolean> {
  Atomics.store(hold, cells.ending, 1);
  const end = performance.now() + patience;
  while (Atomics.load(hold, cells.native) > 0) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}
