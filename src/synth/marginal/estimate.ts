import { projection } from "./index-map.js";
import { buildJunctionTree, type Clique, type JunctionTree } from "./junction-tree.js";
import { type Beliefs, type Layout, Propagator, type PropagatorOptions } from "./propagate.js";
import { sharesOf } from "./singles.js";
import { type Measurement, smallestHolder, type Target, Term, targetsOf } from "./terms.js";

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
  /**
   * How much independence weighs against the measurements, ≥ 0: 1 takes the table for a sample from
   * independent columns, 0 believes the noise; default 0.
   */
  readonly trust?: number;
  /** Shares of single attributes to start from; default: what their own measurements say. */
  readonly prior?: readonly (Float64Array | undefined)[];
  /** Default: WebAssembly. */
  readonly make?: PropagatorOptions["make"];
}

/** A fitted graphical model: p(x) ∝ Π p₀(x_a) · exp Σ θ_r(x_r) over measured cliques r. */
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

/**
 * Fit a graphical model to noisy marginals by entropic mirror descent (McKenna, Sheldon & Miklau 2019,
 * "Graphical-model based estimation and inference for differential privacy", algorithm 1), minimising
 * ½ Σ (N·μ_r − y_r)² / σ_r² + trust · N · KL(μ ‖ p₀), where p₀ holds the columns' own shares and makes
 * them independent. With trust 1 the minimum is the most probable table if its rows came from p₀. The
 * step grows by half after each success and halves after each failure; fitting stops when the residual
 * is what the noise explains and hardly moves.
 */
export function estimate(
  sizes: readonly number[],
  measurements: readonly Measurement[],
  options: EstimateOptions,
): MarginalModel {
  const zeros = options.zeros ?? [];
  const targets = targetsOf(measurements);
  const tree = buildJunctionTree(sizes, [
    ...targets.map((target) => target.clique),
    ...zeros.map((zero) => zero.clique),
  ]);
  const prior = sizes.map((_, attribute) => priorOf(attribute, targets, options));
  return new Descent(tree, targets, basePotentials(tree, prior, zeros), options).fit();
}

function priorOf(
  attribute: number,
  targets: readonly Target[],
  options: EstimateOptions,
): Float64Array | undefined {
  const given = options.prior?.[attribute];
  if (given !== undefined) return given;
  const own = targets.find(({ clique }) => clique.length === 1 && clique[0] === attribute);
  return own === undefined ? undefined : sharesOf(own, options.total);
}

/** Logs that each node has before anything is fitted; undefined where they are all 0. */
function basePotentials(
  tree: JunctionTree,
  prior: readonly (Float64Array | undefined)[],
  zeros: readonly StructuralZeros[],
): (Float64Array | undefined)[] {
  const base: (Float64Array | undefined)[] = tree.nodes.map(() => undefined);
  const at = (clique: Clique, logs: (cell: number) => number): void => {
    const node = smallestHolder(tree, clique);
    const { attributes } = tree.nodes[node] as { attributes: Clique };
    const map = projection(attributes, clique, tree.sizes);
    const array = base[node] ?? new Float64Array(map.length);
    base[node] = array;
    for (let i = 0; i < map.length; i++) array[i] = (array[i] as number) + logs(map[i] as number);
  };
  for (const [attribute, shares] of prior.entries()) {
    if (shares === undefined) continue;
    const logs = shares.map((share) => Math.log(share));
    at([attribute], (cell) => logs[cell] as number);
  }
  for (const { clique, allowed } of zeros) {
    at(clique, (cell) => (allowed[cell] === 0 ? Number.NEGATIVE_INFINITY : 0));
  }
  return base;
}

const GROWTH = 1.5;
const PATIENCE = 10;
const STALLED = 1e-3;

/** The potentials of all terms, and the way down. */
class Descent {
  private readonly options: EstimateOptions;
  private readonly terms: readonly Term[];
  private readonly propagator: Propagator;
  private readonly base: readonly (number | undefined)[];
  private readonly tree: JunctionTree;
  private readonly trust: number;
  private logPartition = 0;
  private logPrior = 0;
  private loss = 0;

  constructor(
    tree: JunctionTree,
    targets: readonly Target[],
    base: readonly (Float64Array | undefined)[],
    options: EstimateOptions,
  ) {
    this.tree = tree;
    this.options = options;
    this.trust = options.trust ?? 0;
    let terms: Term[] = [];
    let places: (number | undefined)[] = [];
    const reserve = (layout: Layout): void => {
      terms = targets.map((target) => new Term(tree, target, layout));
      places = base.map((logs) => (logs === undefined ? undefined : layout.cells(logs.length)));
    };
    const make = options.make === undefined ? {} : { make: options.make };
    this.propagator = new Propagator(tree, { reserve, ...make });
    this.terms = terms;
    this.base = places;
    for (const [node, logs] of base.entries()) {
      if (logs !== undefined) this.propagator.view(places[node] as number, logs.length).set(logs);
    }
    for (const term of terms) term.open(this.propagator, options.warm?.get(term.key));
  }

  fit(): MarginalModel {
    const { total, iterations: limit = 1000 } = this.options;
    this.assemble(false);
    this.logPrior = this.propagator.run();
    let objective = this.evaluate();
    let loss = this.loss;
    for (const term of this.terms) term.accept();
    const watch = new Watch(this.terms, objective);
    let step = Math.max(1 / (total * this.lipschitz()), (this.options.step ?? 0) / 4);
    let iterations = 0;
    while (iterations < limit && step > 0 && watch.ended === undefined) {
      iterations++;
      for (const term of this.terms) term.propose(total, step, 1 + step * this.trust);
      const next = this.evaluate();
      if (next <= objective) {
        for (const term of this.terms) term.accept();
        objective = next;
        loss = this.loss;
        step *= GROWTH;
        watch.succeeded(objective, loss);
      } else {
        step /= 2;
      }
    }
    return this.result({ iterations, loss, step, watch });
  }

  private result(end: {
    iterations: number;
    loss: number;
    step: number;
    watch: Watch;
  }): MarginalModel {
    const { watch, ...fit } = end;
    for (const term of this.terms) term.recall();
    this.evaluate();
    return {
      beliefs: this.propagator.answer(this.logPartition),
      total: this.options.total,
      potentials: new Map(this.terms.map((term) => [term.key, term.potentials()])),
      fit: { ...fit, expectedLoss: watch.expectedLoss, ended: watch.ended ?? "iterations" },
    };
  }

  /** Calibrates at the proposed potentials; the objective there. */
  private evaluate(): number {
    const { total } = this.options;
    this.assemble(true);
    this.logPartition = this.propagator.run();
    this.loss = this.terms.reduce((sum, term) => sum + term.loss(total), 0);
    if (this.trust === 0) return this.loss;
    const moment = this.terms.reduce((sum, term) => sum + term.moment(), 0);
    const divergence = moment - this.logPartition + this.logPrior;
    return this.loss + this.trust * total * divergence;
  }

  private assemble(withTerms: boolean): void {
    for (const [node, place] of this.base.entries()) {
      const { values } = this.propagator.beliefOf(node);
      if (place === undefined) values.fill(0);
      else values.set(this.propagator.view(place, values.length));
    }
    if (withTerms) for (const term of this.terms) term.spread();
  }

  private lipschitz(): number {
    const byNode = this.tree.nodes.map(() => 0);
    for (const term of this.terms) {
      byNode[term.node] = (byNode[term.node] as number) + term.precision();
    }
    return Math.max(...byNode, Number.MIN_VALUE);
  }
}

/** Ends a fit when ten successful steps together have hardly lowered the objective. */
class Watch {
  readonly expectedLoss: number;
  ended: Fit["ended"] | undefined;
  private checkpoint: number;
  private successes = 0;

  constructor(terms: readonly Term[], objective: number) {
    this.expectedLoss = terms.reduce((sum, term) => sum + term.cells, 0) / 2;
    this.checkpoint = objective;
  }

  succeeded(objective: number, loss: number): void {
    this.successes++;
    if (this.successes % PATIENCE !== 0) return;
    if (this.checkpoint - objective <= STALLED * this.checkpoint) {
      this.ended = loss <= this.expectedLoss ? "residual" : "stalled";
    }
    this.checkpoint = objective;
  }
}
