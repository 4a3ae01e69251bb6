/** Demands that can't be met together. */
export interface Clash<T> {
  readonly core: readonly T[];
  /** Proved: no set with fewer demands clashes. Otherwise only: each of its demands is needed. */
  readonly smallest: boolean;
}

/** What is asked about sets of demands. */
export interface Oracle<T> {
  /** Whether it is proved that a set clashes. */
  readonly refutes: (some: readonly T[]) => boolean;
  /** Whether it is proved that a set does not clash. */
  readonly holds: (some: readonly T[]) => boolean;
  /** False when enough has been asked. */
  readonly goesOn: () => boolean;
}

/**
 * A smallest set of the demands that clash, given that all of them together do. First parts are left out,
 * large ones and at last single demands, and put back where no contradiction is left without them
 * (deletion filter, Chinneck & Dravnieks 1991, in halves); then smaller sets are ruled out by hitting sets
 * of the demands that a satisfiable rest lacks (Ignatiev, Previti, Liffiton & Marques-Silva 2015).
 */
export function smallestClash<T>(demands: readonly T[], oracle: Oracle<T>): Clash<T> {
  const core = neededOf(demands, oracle.refutes);
  const gaps: T[][] = [];
  let smallest = true;
  while (oracle.goesOn()) {
    const found = hittingSet(gaps, core.length - 1);
    if (found === undefined) return { core, smallest };
    if (oracle.refutes(found))
      return { core: demands.filter((demand) => found.includes(demand)), smallest };
    const lacked = lackedBy(found, demands, oracle.refutes);
    smallest &&= oracle.holds(demands.filter((demand) => !lacked.includes(demand)));
    gaps.push(lacked);
  }
  return { core, smallest: false };
}

/** A clashing set each of whose demands is needed. */
export function neededOf<T>(
  demands: readonly T[],
  refutes: (some: readonly T[]) => boolean,
): readonly T[] {
  let core = demands;
  for (
    let size = Math.ceil(demands.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < core.length; ) {
      const without = [...core.slice(0, at), ...core.slice(at + size)];
      if (refutes(without)) core = without;
      else at += size;
    }
  }
  return core;
}

/** The demands that a set which does not clash can't take in, once all others are taken in that it can. */
function lackedBy<T>(
  some: readonly T[],
  demands: readonly T[],
  refutes: (some: readonly T[]) => boolean,
): T[] {
  let held = some;
  const lacked: T[] = [];
  const take = (more: readonly T[]): void => {
    if (more.length === 0) return;
    if (!refutes([...held, ...more])) {
      held = [...held, ...more];
    } else if (more.length === 1) lacked.push(...more);
    else {
      const half = more.length >> 1;
      take(more.slice(0, half));
      take(more.slice(half));
    }
  };
  take(demands.filter((demand) => !some.includes(demand)));
  return lacked;
}

/** A smallest set that has a member of each of the sets; undefined where it would need more than `most`. */
function hittingSet<T>(sets: readonly (readonly T[])[], most: number): readonly T[] | undefined {
  const within = (chosen: readonly T[], left: number): readonly T[] | undefined => {
    const missed = sets.find((set) => !set.some((one) => chosen.includes(one)));
    if (missed === undefined) return chosen;
    if (left === 0) return undefined;
    for (const one of missed) {
      const found = within([...chosen, one], left - 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  for (let size = 0; size <= most; size++) {
    const found = within([], size);
    if (found !== undefined) return found;
  }
  return undefined;
}
