import { shared } from "./protocol.js";

/**
 * Work in several turns that must not be stopped half-way, as loading parts of the kernel: the interrupt
 * ladder waits while it lasts, but not for ever, since a cell may run between the turns.
 */
export function whileLoading(cells: Int32Array): <T>(work: () => Promise<T>) => Promise<T> {
  return async (work) => {
    Atomics.add(cells, shared.loading, 1);
    try {
      return await work();
    } finally {
      Atomics.sub(cells, shared.loading, 1);
    }
  };
}
