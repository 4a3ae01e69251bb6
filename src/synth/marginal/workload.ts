import type { Clique } from "./junction-tree.js";
import { keyOf } from "./terms.js";

/** A marginal that should be right, and how much it counts. */
export interface WorkloadQuery {
  readonly clique: Clique;
  readonly weight: number;
}

/** How much a joint marginal counts beside a single one, for the relations that follow from it. */
const JOINT = 2;

/** A marginal that may be measured, with the weight that the workload gives it. */
export interface Candidate {
  readonly clique: Clique;
  readonly key: string;
  readonly weight: number;
  /** What the workload gives its own cells: Σ c_s over the queries s that hold r, times 2·|r| for joint ones. */
  readonly own: number;
  readonly cells: number;
}

/** What a rule says of every row weighs more: a key that goes with the wrong value is wrong in all of its rows. */
const DETERMINED = 8;

/** All pairs with weight 1, each of `relate` (with its pairs) with weight 2, and what `determines` ties with 8. */
export function pairWorkload(
  count: number,
  relate: readonly Clique[] = [],
  determined: readonly Clique[] = [],
): WorkloadQuery[] {
  const queries: WorkloadQuery[] = [];
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) queries.push({ clique: [a, b], weight: 1 });
  }
  if (count === 1) queries.push({ clique: [0], weight: 1 });
  for (const clique of relate) {
    queries.push({ clique: [...clique].sort((a, b) => a - b), weight: 2 });
  }
  for (const clique of determined) queries.push({ clique, weight: DETERMINED });
  return queries;
}

/**
 * The downward closure of a workload without what has more than `cells` cells: each candidate r weighs
 * Σ_s c_s·|r ∩ s| (McKenna et al. 2022, "AIM", section 4). All single attributes are in it.
 */
export function candidatesOf(
  sizes: readonly number[],
  workload: readonly WorkloadQuery[],
  cells: number,
): Candidate[] {
  const found = new Map<string, Clique>();
  for (const attribute of sizes.keys()) found.set(keyOf([attribute]), [attribute]);
  /** Σ c_s over the queries that hold a subset; by attribute, Σ c_s·|r ∩ s| is a sum of these. */
  const held = new Map<string, number>();
  for (const { clique, weight } of workload) {
    for (const subset of subsetsOf(clique)) {
      const key = keyOf(subset);
      found.set(key, subset);
      held.set(key, (held.get(key) ?? 0) + weight);
    }
  }
  const candidates: Candidate[] = [];
  for (const [key, clique] of found) {
    const count = clique.reduce((product, a) => product * (sizes[a] as number), 1);
    if (count > cells && clique.length > 1) continue;
    const weight = clique.reduce((sum, a) => sum + (held.get(keyOf([a])) ?? 0), 0);
    const own = (held.get(key) ?? 0) * (clique.length > 1 ? JOINT * clique.length : 1);
    candidates.push({
      ...{ clique, key, cells: count },
      weight: Math.max(weight, 1),
      own: Math.max(own, 1),
    });
  }
  return candidates;
}

function subsetsOf(clique: Clique): Clique[] {
  const subsets: number[][] = [];
  for (let mask = 1; mask < 1 << clique.length; mask++) {
    subsets.push(clique.filter((_, i) => (mask >> i) & 1));
  }
  return subsets;
}
