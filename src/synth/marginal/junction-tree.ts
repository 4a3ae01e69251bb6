/** Attributes by position, ascending and without repeats. */
export type Clique = readonly number[];

/** One node of a junction tree, stored so that parents come before children. */
export interface JunctionNode {
  /** Attributes in storage order: first the separator to the parent, then the rest. */
  readonly attributes: Clique;
  /** Position of the parent in `nodes`, or −1 for a root. */
  readonly parent: number;
  /** The attributes shared with the parent: the first `separator` ones of `attributes`. */
  readonly separator: number;
  readonly children: readonly number[];
}

/** A forest of maximal cliques with the running-intersection property, parents before children. */
export interface JunctionTree {
  readonly sizes: readonly number[];
  readonly nodes: readonly JunctionNode[];
  /**
   * Hidden attributes, the last of `sizes`: each holds the groups into which a column's codes fall, and
   * the other columns meet the groups alone.
   */
  readonly merged?: readonly { readonly column: number; readonly groups: readonly number[] }[];
}

/** Cells of a table over these attributes. */
export function cellsOf(attributes: Clique, sizes: readonly number[]): number {
  return attributes.reduce((product, attribute) => product * (sizes[attribute] as number), 1);
}

/**
 * A junction tree that holds each clique inside one node: greedy elimination of the attribute whose
 * induced clique has fewest cells, then a maximum-weight spanning tree on separators (Koller &
 * Friedman 2009, sections 9.4 and 10.4). Attributes in no clique get a node of their own.
 */
export function buildJunctionTree(
  sizes: readonly number[],
  cliques: readonly Clique[],
): JunctionTree {
  return arrange(sizes, maximalCliques(sizes, cliques) as number[][]);
}

/** Cells of the junction tree of these cliques, or Infinity as soon as they are more than `limit`. */
export function cellsNeeded(
  sizes: readonly number[],
  cliques: readonly Clique[],
  limit: number,
): number {
  let cells = 0;
  for (const clique of maximalCliques(sizes, cliques, limit) ?? [[]]) {
    cells += clique.length === 0 ? Number.POSITIVE_INFINITY : cellsOf(clique, sizes);
  }
  return cells <= limit ? cells : Number.POSITIVE_INFINITY;
}

/** Undefined as soon as one clique has more than `limit` cells. */
function maximalCliques(
  sizes: readonly number[],
  cliques: readonly Clique[],
  limit = Number.POSITIVE_INFINITY,
): number[][] | undefined {
  const neighbours = sizes.map((_, attribute) => new Set([attribute]));
  for (const clique of cliques) {
    for (const a of clique) for (const b of clique) neighbours[a]?.add(b);
  }
  const costs = neighbours.map((around) => costOf(around, sizes));
  const remaining = new Set(sizes.keys());
  const found: number[][] = [];
  while (remaining.size > 0) {
    const chosen = cheapest(remaining, costs);
    if ((costs[chosen] as number) > limit) return undefined;
    const induced = [...(neighbours[chosen] as Set<number>)].sort((a, b) => a - b);
    if (!found.some((clique) => contains(clique, induced))) found.push(induced);
    for (const a of induced) {
      for (const b of induced) neighbours[a]?.add(b);
      neighbours[a]?.delete(chosen);
    }
    for (const a of induced) costs[a] = costOf(neighbours[a] as Set<number>, sizes);
    remaining.delete(chosen);
  }
  return found;
}

function costOf(attributes: ReadonlySet<number>, sizes: readonly number[]): number {
  let cells = 1;
  for (const attribute of attributes) cells *= sizes[attribute] as number;
  return cells;
}

function cheapest(remaining: ReadonlySet<number>, costs: readonly number[]): number {
  let best = -1;
  let cost = Number.POSITIVE_INFINITY;
  for (const attribute of remaining) {
    if (best >= 0 && (costs[attribute] as number) >= cost) continue;
    best = attribute;
    cost = costs[attribute] as number;
  }
  return best;
}

/** Whether every attribute of `part` is in `whole`. */
export function contains(whole: Clique, part: Clique): boolean {
  return part.every((attribute) => whole.includes(attribute));
}

/** Join maximal cliques into a forest by Prim's algorithm on separator size, root first. */
function arrange(sizes: readonly number[], cliques: readonly number[][]): JunctionTree {
  const placed: { members: readonly number[]; parent: number }[] = [];
  const waiting = new Map([...cliques.keys()].map((clique) => [clique, { parent: -1, shared: 0 }]));
  while (waiting.size > 0) {
    const next = closest(waiting);
    const { parent } = waiting.get(next) as { parent: number };
    waiting.delete(next);
    const members = cliques[next] as number[];
    for (const [clique, best] of waiting) {
      const shared = (cliques[clique] as number[]).filter((a) => members.includes(a)).length;
      if (shared <= best.shared) continue;
      best.shared = shared;
      best.parent = placed.length;
    }
    placed.push({ members, parent });
  }
  const nodes = placed.map(({ members, parent }, position) => {
    const above = parent < 0 ? [] : (placed[parent] as (typeof placed)[number]).members;
    const shared = members.filter((attribute) => above.includes(attribute));
    const rest = members
      .filter((attribute) => !above.includes(attribute))
      .sort((a, b) => (sizes[a] as number) - (sizes[b] as number));
    return {
      attributes: [...shared, ...rest],
      parent,
      separator: shared.length,
      children: [...placed.keys()].filter((child) => placed[child]?.parent === position),
    };
  });
  return { sizes, nodes };
}

/** The waiting clique that shares most with those placed; the first, where none shares anything. */
function closest(waiting: ReadonlyMap<number, { readonly shared: number }>): number {
  let best = -1;
  let most = -1;
  for (const [clique, { shared }] of waiting) {
    if (shared <= most) continue;
    best = clique;
    most = shared;
  }
  return best;
}
