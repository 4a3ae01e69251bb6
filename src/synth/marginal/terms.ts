import { projection } from "./index-map.js";
import { type Clique, cellsOf, contains, type JunctionTree } from "./junction-tree.js";
import type { NodePart } from "./propagate.js";

/** Noisy counts of one marginal: all that the estimator ever sees of the data. */
export interface Measurement {
  readonly clique: Clique;
  /** One count a cell, row-major over `clique`. */
  readonly counts: Float64Array;
  /** Standard deviation of the noise of each cell. */
  readonly sigma: number;
  /** Where cells differ in noise: the standard deviation of each; `sigma` is then that of the largest. */
  readonly sigmas?: Float64Array;
  /** For each column of the clique the group of each code, where groups were counted and not codes. */
  readonly groups?: readonly Int32Array[];
}

/** The name of a clique in maps. */
export function keyOf(clique: Clique): string {
  return clique.join(",");
}

/** All measurements of one clique as one: precision-weighted means and their precisions, cell by cell. */
export interface Target {
  readonly clique: Clique;
  readonly counts: Float64Array;
  readonly weights: Float64Array;
}

/** One target for each clique that was measured, in order of first measurement. */
export function targetsOf(measurements: readonly Measurement[]): Target[] {
  const found = new Map<string, Target>();
  for (const { clique, counts, sigma, sigmas } of measurements) {
    const cells = counts.length;
    const target = found.get(keyOf(clique)) ?? {
      clique,
      counts: new Float64Array(cells),
      weights: new Float64Array(cells),
    };
    found.set(keyOf(clique), target);
    for (let i = 0; i < cells; i++) {
      const precision = 1 / (sigmas?.[i] ?? sigma) ** 2;
      target.weights[i] = (target.weights[i] as number) + precision;
      target.counts[i] = (target.counts[i] as number) + precision * (counts[i] as number);
    }
  }
  for (const { counts, weights } of found.values()) {
    for (let i = 0; i < counts.length; i++) {
      counts[i] = (counts[i] as number) / (weights[i] as number);
    }
  }
  return [...found.values()];
}

/** The node with fewest cells that holds a clique. */
export function smallestHolder(tree: JunctionTree, clique: Clique): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const [position, node] of tree.nodes.entries()) {
    const cells = cellsOf(node.attributes, tree.sizes);
    if (cells < least && contains(node.attributes, clique)) {
      best = position;
      least = cells;
    }
  }
  return best;
}

/** How much independence weighs beside the measurements. */
export interface Prior {
  /** Of a table of N rows: trust · N · KL is what independence weighs. */
  readonly trust: number;
  /** Rows of error that a cell is at least granted for each nat it leaves independence. */
  readonly pull: number;
}

/**
 * A target beside the node that holds it, with its part of the potentials and shares of all terms. Its
 * cells lie in the order of the node's attributes, so that runs of the node meet runs of the term.
 */
export class Term {
  readonly key: string;
  /** The clique, in the order in which its cells lie. */
  readonly attributes: Clique;
  readonly cells: number;
  /** Rows measured, cell by cell. */
  readonly counts: Float64Array;
  readonly weights: Float64Array;
  /** Rows of error granted for each nat of potential, cell by cell. */
  readonly pulls: Float64Array;
  /** Share of the precision that is believed, 0..1. */
  readonly belief: number;
  /** Where its cells begin among those of all terms. */
  readonly start: number;
  private readonly node: number;
  /** From cells in the kernel's order to cells row-major over the clique. */
  private readonly order: Int32Array;

  constructor(
    tree: JunctionTree,
    target: Target,
    place: { readonly start: number; readonly prior: Prior },
  ) {
    const { clique } = target;
    const { trust, pull } = place.prior;
    this.key = keyOf(clique);
    this.cells = target.counts.length;
    this.start = place.start;
    this.node = smallestHolder(tree, clique);
    const { attributes } = tree.nodes[this.node] as { attributes: Clique };
    this.attributes = attributes.filter((attribute) => clique.includes(attribute));
    this.order = projection(this.attributes, clique, tree.sizes);
    this.counts = this.inOrder(target.counts);
    this.weights = this.inOrder(target.weights);
    const heaviest = this.weights.reduce((a, b) => Math.max(a, b), 0);
    const ridge = Math.max(trust, pull * heaviest);
    this.belief = trust / ridge;
    this.pulls = this.weights.map((weight) => ridge / weight);
  }

  /** Row-major values over the clique in the kernel's order. */
  inOrder(values: Float64Array): Float64Array {
    return Float64Array.from(this.order, (from) => values[from] as number);
  }

  /** The way back: row-major over the clique. */
  rowMajor(values: Float64Array): Float64Array {
    const found = new Float64Array(this.cells);
    for (const [cell, to] of this.order.entries()) found[to] = values[cell] as number;
    return found;
  }

  /** Its part in the node: potentials of all terms lie at `theta`, their shares at `shares`. */
  part(theta: number, shares: number): NodePart {
    const from = 8 * this.start;
    return {
      node: this.node,
      attributes: this.attributes,
      up: theta + from,
      down: shares + from,
    };
  }
}
