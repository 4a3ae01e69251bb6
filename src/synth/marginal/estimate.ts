import { projection, sumInto } from "./index-map.js";
import {
  buildJunctionTree,
  type Clique,
  cellsOf,
  contains,
  type JunctionTree,
} from "./junction-tree.js";
import { type Beliefs, Propagator } from "./propagate.js";

/** Noisy counts of one marginal: all that the estimator ever sees of the data. */
export interface Measurement {
  readonly clique: Clique;
  /** One count a cell, row-major over `clique`. */
  readonly counts: Float64Array;
  /** Standard deviation of the noise of each cell. */
  readonly sigma: number;
}

/** Combinations that cannot occur: 1 for each allowed cell, row-major over `clique`. */
export interface StructuralZeros {
  readonly clique: Clique;
  readonly allowed: Uint8Array;
}

export interface EstimateOptions {
  /** Rows that the model stands for. */
  readonly total: number;
  readonly zeros?: readonly StructuralZeros[];
  /** Upper bound on accepted and rejected steps; default 1000. */
  readonly iterations?: number;
  /** Potentials of an earlier fit, by measured clique, to start from. */
  readonly warm?: ReadonlyMap<string, Float64Array>;
  /** The step size that the earlier fit ended with. */
  readonly step?: number;
}

/** A fitted graphical model: p(x) ∝ exp Σ θ_r(x_r) over measured cliques r. */
export interface MarginalModel {
  readonly beliefs: Beliefs;
  readonly total: number;
  readonly potentials: ReadonlyMap<string, Float64Array>;
  readonly fit: Fit;
}

/** How the fit ended. Convergence is reported, never assumed. */
export interface Fit {
  readonly iterations: number;
  readonly loss: number;
  /** ½ × measured cells: what correct noise alone leaves, in expectation (χ²/2). */
  readonly expectedLoss: number;
  readonly ended: "residual" | "stalled" | "iterations";
  /** The last step size, for a fit that goes on from here. */
  readonly step: number;
}

/** The name of a clique in maps. */
export function keyOf(clique: Clique): string {
  return clique.join(",");
}

interface Term {
  readonly clique: Clique;
  readonly key: string;
  /** Precision-weighted mean of all measurements of this clique, and its precision. */
  readonly target: Float64Array;
  readonly precision: number;
  readonly node: number;
  readonly map: Int32Array;
  readonly model: Float64Array;
}

/**
 * Fit the maximum-entropy model to noisy marginals by entropic mirror descent (McKenna, Sheldon &
 * Miklau 2019, "Graphical-model based estimation and inference for differential privacy", algorithm
 * 1), minimising ½ Σ ‖N·μ_r − y_r‖² / σ_r². The step grows by half after each success and halves
 * after each failure; fitting stops when the residual is what the noise explains and hardly moves.
 */
export function estimate(
  sizes: readonly number[],
  measurements: readonly Measurement[],
  options: EstimateOptions,
): MarginalModel {
  const zeros = options.zeros ?? [];
  const tree = buildJunctionTree(sizes, [
    ...measurements.map((measurement) => measurement.clique),
    ...zeros.map((zero) => zero.clique),
  ]);
  const terms = termsOf(tree, measurements);
  const base = zeroPotentials(tree, zeros);
  return descend(tree, terms, base, options);
}

function termsOf(tree: JunctionTree, measurements: readonly Measurement[]): Term[] {
  const byKey = new Map<string, Measurement[]>();
  for (const measurement of measurements) {
    const key = keyOf(measurement.clique);
    byKey.set(key, [...(byKey.get(key) ?? []), measurement]);
  }
  return [...byKey].map(([key, group]) => {
    const { clique } = group[0] as Measurement;
    const cells = cellsOf(clique, tree.sizes);
    const target = new Float64Array(cells);
    let precision = 0;
    for (const { counts, sigma } of group) {
      const weight = 1 / (sigma * sigma);
      precision += weight;
      for (let i = 0; i < cells; i++)
        target[i] = (target[i] as number) + weight * (counts[i] as number);
    }
    for (let i = 0; i < cells; i++) target[i] = (target[i] as number) / precision;
    const node = smallestHolder(tree, clique);
    const map = projection(
      (tree.nodes[node] as { attributes: Clique }).attributes,
      clique,
      tree.sizes,
    );
    return { clique, key, target, precision, node, map, model: new Float64Array(cells) };
  });
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

function zeroPotentials(tree: JunctionTree, zeros: readonly StructuralZeros[]): Float64Array[] {
  const base = tree.nodes.map((node) => new Float64Array(cellsOf(node.attributes, tree.sizes)));
  for (const { clique, allowed } of zeros) {
    const node = smallestHolder(tree, clique);
    const { attributes } = tree.nodes[node] as { attributes: Clique };
    const map = projection(attributes, clique, tree.sizes);
    const potentials = base[node] as Float64Array;
    for (let i = 0; i < potentials.length; i++) {
      if (allowed[map[i] as number] === 0) potentials[i] = Number.NEGATIVE_INFINITY;
    }
  }
  return base;
}

const GROWTH = 1.5;
const PATIENCE = 10;
const STALLED = 1e-3;

function descend(
  tree: JunctionTree,
  terms: readonly Term[],
  base: readonly Float64Array[],
  options: EstimateOptions,
): MarginalModel {
  const { total } = options;
  const evaluate = evaluator(tree, terms, base, total);
  let theta = terms.map((term) => startOf(term, options));
  let { loss } = evaluate(theta);
  const kept = terms.map((term) => Float64Array.from(term.model));
  const watch = new Watch(terms, loss);
  let step = Math.max(1 / (total * lipschitz(terms)), (options.step ?? 0) / 4);
  let iterations = 0;
  const limit = options.iterations ?? 1000;
  while (iterations < limit && step > 0 && watch.ended === undefined) {
    iterations++;
    const next = terms.map((term, t) => stepped(term, theta[t] as Float64Array, step, total));
    const nextLoss = evaluate(next).loss;
    if (nextLoss <= loss) {
      for (const [t, term] of terms.entries()) (kept[t] as Float64Array).set(term.model);
      theta = next;
      loss = nextLoss;
      step *= GROWTH;
      watch.succeeded(loss);
    } else {
      for (const [t, term] of terms.entries()) term.model.set(kept[t] as Float64Array);
      step /= 2;
    }
  }
  return {
    beliefs: evaluate(theta).beliefs,
    total,
    potentials: new Map(terms.map((term, t) => [term.key, theta[t] as Float64Array])),
    fit: {
      iterations,
      loss,
      expectedLoss: watch.expectedLoss,
      ended: watch.ended ?? "iterations",
      step,
    },
  };
}

/** Ends a fit when ten successful steps together have hardly lowered the loss. */
class Watch {
  readonly expectedLoss: number;
  ended: Fit["ended"] | undefined;
  private checkpoint: number;
  private successes = 0;

  constructor(terms: readonly Term[], loss: number) {
    this.expectedLoss = terms.reduce((sum, term) => sum + term.target.length, 0) / 2;
    this.checkpoint = loss;
  }

  succeeded(loss: number): void {
    this.successes++;
    if (this.successes % PATIENCE !== 0) return;
    if (this.checkpoint - loss <= STALLED * this.checkpoint) {
      this.ended = loss <= this.expectedLoss ? "residual" : "stalled";
    }
    this.checkpoint = loss;
  }
}

/** Assembles potentials, calibrates, and leaves each term's model marginal in `term.model`. */
function evaluator(
  tree: JunctionTree,
  terms: readonly Term[],
  base: readonly Float64Array[],
  total: number,
): (theta: readonly Float64Array[]) => { beliefs: Beliefs; loss: number } {
  const propagator = new Propagator(tree);
  const potentials = base.map((array) => Float64Array.from(array));
  return (theta) => {
    for (const [node, array] of base.entries()) (potentials[node] as Float64Array).set(array);
    for (const [t, term] of terms.entries()) spread(term, theta[t] as Float64Array, potentials);
    const beliefs = propagator.calibrate(potentials);
    return { beliefs, loss: lossOf(terms, beliefs, total) };
  };
}

/** Start at an earlier fit's potentials, else at the logs of the noisy shares of single attributes. */
function startOf(term: Term, options: EstimateOptions): Float64Array {
  const warm = options.warm?.get(term.key);
  if (warm !== undefined) return Float64Array.from(warm);
  const start = new Float64Array(term.target.length);
  if (options.warm !== undefined || term.clique.length !== 1) return start;
  const floor = 0.5 / Math.sqrt(term.precision) / options.total;
  for (let i = 0; i < start.length; i++) {
    start[i] = Math.log(Math.max((term.target[i] as number) / options.total, floor));
  }
  return start;
}

function spread(term: Term, part: Float64Array, potentials: readonly Float64Array[]): void {
  const into = potentials[term.node] as Float64Array;
  const { map } = term;
  for (let i = 0; i < into.length; i++) {
    into[i] = (into[i] as number) + (part[map[i] as number] as number);
  }
}

/** The loss, leaving each term's model marginal (probabilities) in `term.model`. */
function lossOf(terms: readonly Term[], beliefs: Beliefs, total: number): number {
  let loss = 0;
  for (const term of terms) {
    sumInto(beliefs.marginals[term.node] as Float64Array, term.map, term.model);
    let squares = 0;
    for (let i = 0; i < term.model.length; i++) {
      const residual = total * (term.model[i] as number) - (term.target[i] as number);
      squares += residual * residual;
    }
    loss += 0.5 * term.precision * squares;
  }
  return loss;
}

function stepped(term: Term, theta: Float64Array, step: number, total: number): Float64Array {
  const next = new Float64Array(theta.length);
  const rate = step * term.precision;
  for (let i = 0; i < theta.length; i++) {
    const residual = total * (term.model[i] as number) - (term.target[i] as number);
    next[i] = (theta[i] as number) - rate * residual;
  }
  return next;
}

function lipschitz(terms: readonly Term[]): number {
  const byNode = new Map<number, number>();
  for (const term of terms) byNode.set(term.node, (byNode.get(term.node) ?? 0) + term.precision);
  return Math.max(...byNode.values(), Number.MIN_VALUE);
}
