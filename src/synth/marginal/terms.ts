import { projection, runProjection } from "./index-map.js";
import { type Clique, cellsOf, contains, type JunctionTree } from "./junction-tree.js";
import type { Layout, PlacedRuns, Propagator } from "./propagate.js";

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

/**
 * A target placed in the kernel's memory beside the node that holds it. Its cells lie in the order of
 * the node's attributes, so that runs of the node meet runs of the term.
 */
export class Term {
  readonly key: string;
  readonly cells: number;
  readonly node: number;
  private readonly target: Target;
  /** From cells in the kernel's order to cells row-major over the clique. */
  private readonly order: Int32Array;
  private readonly runs: PlacedRuns;
  private readonly counts: number;
  private readonly weights: number;
  private shares: number;
  /** Shares and potentials of the last accepted step. */
  private kept: number;
  private theta: number;
  private next: number;
  private propagator!: Propagator;

  constructor(tree: JunctionTree, target: Target, layout: Layout) {
    const { clique } = target;
    this.target = target;
    this.key = keyOf(clique);
    this.cells = target.counts.length;
    this.node = smallestHolder(tree, clique);
    const { attributes } = tree.nodes[this.node] as { attributes: Clique };
    const inOrder = attributes.filter((attribute) => clique.includes(attribute));
    this.order = projection(inOrder, clique, tree.sizes);
    this.runs = layout.runs(runProjection(attributes, inOrder, tree.sizes));
    this.counts = layout.cells(this.cells);
    this.weights = layout.cells(this.cells);
    this.shares = layout.cells(this.cells);
    this.kept = layout.cells(this.cells);
    this.theta = layout.cells(this.cells);
    this.next = layout.cells(this.cells);
  }

  /** The memory is there: fill it. `start`: potentials of an earlier fit. */
  open(propagator: Propagator, start: Float64Array | undefined): void {
    this.propagator = propagator;
    propagator.write(this.runs);
    const counts = propagator.view(this.counts, this.cells);
    const weights = propagator.view(this.weights, this.cells);
    const next = propagator.view(this.next, this.cells);
    for (const [cell, from] of this.order.entries()) {
      counts[cell] = this.target.counts[from] as number;
      weights[cell] = this.target.weights[from] as number;
      next[cell] = start?.[from] ?? 0;
    }
  }

  /** The largest precision of a cell. */
  precision(): number {
    return this.target.weights.reduce((a, b) => Math.max(a, b), 0);
  }

  /** Adds the proposed potentials to the node's. */
  spread(): void {
    const { place, offsets, length, stride } = this.runs;
    const node = this.propagator.beliefOf(this.node).place;
    this.propagator.kernel.addRuns(node, this.next, place, offsets.length, length, stride);
  }

  /** The squared error under the node's probabilities, halved. */
  loss(total: number): number {
    const { kernel } = this.propagator;
    const { place, offsets, length, stride } = this.runs;
    this.propagator.view(this.shares, this.cells).fill(0);
    const node = this.propagator.beliefOf(this.node).place;
    kernel.sumRuns(node, this.shares, place, offsets.length, length, stride);
    return kernel.squaredError(this.shares, this.counts, this.weights, this.cells, total) / 2;
  }

  /** Σ potential · share at the proposed potentials. */
  moment(): number {
    return this.propagator.kernel.product(this.next, this.shares, this.cells);
  }

  /** The proposal is the current point from now on. */
  accept(): void {
    [this.theta, this.next] = [this.next, this.theta];
    [this.kept, this.shares] = [this.shares, this.kept];
  }

  /** Proposes a step of mirror descent from the current point. */
  propose(total: number, step: number, shrink: number): void {
    const { kernel } = this.propagator;
    const { next, theta, kept, counts, weights, cells } = this;
    kernel.descend(next, theta, kept, counts, weights, cells, total, step, shrink);
  }

  /** Proposes the current point again. */
  recall(): void {
    const { next, theta, cells, propagator } = this;
    propagator.view(next, cells).set(propagator.view(theta, cells));
  }

  /** The current potentials, row-major over the clique. */
  potentials(): Float64Array {
    const found = new Float64Array(this.cells);
    const theta = this.propagator.view(this.theta, this.cells);
    for (const [cell, to] of this.order.entries()) found[to] = theta[cell] as number;
    return found;
  }
}
