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
