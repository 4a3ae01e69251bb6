import { shared } from "./protocol.js";

/** Runs work that must not be stopped half-way: the interrupt ladder waits while it lasts. */
export function delicately(cells: Int32Array): <T>(work: () => T) => T {
  return (work) => {
    Atomics.add(cells, shared.delicate, 1);
    try {
      return work();
    } finally {
      Atomics.sub(cells, shared.delicate, 1);
    }
  };
}

/** The same for work in several turns, between which a cell may run: the ladder waits, but not for ever. */
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
