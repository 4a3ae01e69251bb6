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

/** Cells of all nodes together: the memory of the model, in doubles. */
export function treeCells(tree: JunctionTree): number {
  return tree.nodes.reduce((sum, node) => sum + cellsOf(node.attributes, tree.sizes), 0);
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
  return arrange(sizes, maximalCliques(sizes, cliques));
}

function maximalCliques(sizes: readonly number[], cliques: readonly Clique[]): number[][] {
  const neighbours = sizes.map((_, attribute) => new Set([attribute]));
  for (const clique of cliques) {
    for (const a of clique) for (const b of clique) neighbours[a]?.add(b);
  }
  const remaining = new Set(sizes.keys());
  const found: number[][] = [];
  while (remaining.size > 0) {
    const chosen = cheapest(remaining, neighbours, sizes);
    const induced = [...(neighbours[chosen] as Set<number>)].sort((a, b) => a - b);
    if (!found.some((clique) => contains(clique, induced))) found.push(induced);
    for (const a of induced) {
      for (const b of induced) neighbours[a]?.add(b);
      neighbours[a]?.delete(chosen);
    }
    remaining.delete(chosen);
  }
  return found;
}

function cheapest(
  remaining: ReadonlySet<number>,
  neighbours: readonly ReadonlySet<number>[],
  sizes: readonly number[],
): number {
  let best = -1;
  let cost = Number.POSITIVE_INFINITY;
  for (const attribute of remaining) {
    const cells = cellsOf([...(neighbours[attribute] as ReadonlySet<number>)], sizes);
    if (cells < cost) {
      best = attribute;
      cost = cells;
    }
  }
  return best;
}

/** Whether every attribute of `part` is in `whole`. */
export function contains(whole: Clique, part: Clique): boolean {
  return part.every((attribute) => whole.includes(attribute));
}

/** Join maximal cliques into a forest by Prim's algorithm on separator size, root first. */
function arrange(sizes: readonly number[], cliques: readonly number[][]): JunctionTree {
  const placed: { members: number[]; parent: number }[] = [];
  const waiting = new Set(cliques.keys());
  while (waiting.size > 0) {
    const next = closest(cliques, waiting, placed);
    waiting.delete(next.clique);
    placed.push({ members: cliques[next.clique] as number[], parent: next.parent });
  }
  const nodes = placed.map(({ members, parent }, position) => {
    const above = parent < 0 ? [] : (placed[parent] as { members: number[] }).members;
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

function closest(
  cliques: readonly number[][],
  waiting: ReadonlySet<number>,
  placed: readonly { members: number[] }[],
): { clique: number; parent: number } {
  let best = { clique: -1, parent: -1, shared: -1 };
  for (const clique of waiting) {
    const members = cliques[clique] as number[];
    for (const [parent, node] of placed.entries()) {
      const shared = members.filter((attribute) => node.members.includes(attribute)).length;
      if (shared > 0 && shared > best.shared) best = { clique, parent, shared };
    }
  }
  if (best.clique >= 0) return best;
  return { clique: waiting.values().next().value as number, parent: -1 };
}
