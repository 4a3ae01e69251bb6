import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** A collection holds the thread for a moment, so it is worth it only for this many bytes. */
const worthwhile = 24 * 2 ** 20;
/** How long nobody must have run a cell, in milliseconds. */
const idleEnough = 3_000;

/**
 * Give memory back to the system while nobody runs a cell: V8 collects when it needs room, which a kernel
 * that waits never does, so a long session would keep the garbage of all of its cells.
 */
export function giveBackWhenIdle(kernel: { readonly idleFor: number }): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let floor = process.memoryUsage.rss();
  setInterval(() => {
    if (kernel.idleFor < idleEnough) return;
    if (process.memoryUsage.rss() - floor < worthwhile) return;
    // What the first collection finalises, the second one frees.
    collect();
    collect();
    floor = process.memoryUsage.rss();
  }, 1_000).unref();
}
