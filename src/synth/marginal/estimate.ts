import { projection } from "./index-map.js";
import { buildJunctionTree, type Clique, type JunctionTree } from "./junction-tree.js";
import type { Layout } from "./layout.js";
import { Overlaps } from "./overlaps.js";
import { type Beliefs, type NodePart, Propagator, type PropagatorOptions } from "./propagate.js";
import { mostVectors, type Point, QuasiNewton } from "./quasi-newton.js";
import { sharesOf } from "./singles.js";
import { type Measurement, smallestHolder, type Target, Term, targetsOf } from "./terms.js";
import { KernelVectors } from "./vectors.js";

/** Combinations that cannot occur: 1 for each allowed cell, row-major over `clique`. */
export interface StructuralZeros {
  readonly clique: Clique;
  readonly allowed: Uint8Array;
}

export interface EstimateOptions {
  /** Rows that the model stands for. */
  readonly total: number;
  readonly zeros?: readonly StructuralZeros[];
  /** Calibrations at most; default 1000. */
  readonly iterations?: number;
  /** The distance (`Fit.distance`) at which fitting ends; default 0.15. */
  readonly near?: number;
  /** Potentials of an earlier fit, by measured clique, to start from. */
  readonly warm?: ReadonlyMap<string, Float64Array>;
  /**
   * How much independence weighs against the measurements, > 0: 1 takes the table for a sample from
   * independent columns, near 0 believes the noise; default 0.001.
   */
  readonly trust?: number;
  /**
   * Rows of error that a cell is at least granted for each nat it leaves independence, ≥ 0: noise of less
   * than √(pull / trust) counts as that much; default 0.001.
   */
  readonly pull?: number;
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
  /**
   * The fitted marginals lie at most this far from the best ones: root mean square over measured cells,
   * in standard deviations of the noise, or of √(pull / trust) rows where noise is less. Follows from the
   * duality gap, so it holds of this very fit.
   */
  readonly distance: number;
}

/**
 * Fit a graphical model to noisy marginals (McKenna, Sheldon & Miklau 2019, "Graphical-model based
 * estimation and inference for differential privacy"), minimising ½ Σ (N·μ_r − y_r)² / σ_r² + trust · N ·
 * KL(μ ‖ p₀), where p₀ holds the columns' own shares and makes them independent; with trust 1 the minimum
 * is the most probable table if its rows came from p₀. Solved in the dual,
 *
 *     min over θ of N·log Z(θ) − Σ θ_r·y_r + trust/2 · Σ θ_r²·σ_r²,
 *
 * a smooth convex function whose slope is what belief propagation yields, by L-BFGS (quasi-newton.ts).
 * The duality gap at θ is ½ Σ slope² / σ², and bounds how far the marginals lie from the best ones in
 * units of noise: fitting stops when that is small.
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
  return new Dual(tree, targets, basePotentials(tree, prior, zeros), options).fit();
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

/** Steps between looks at the distance. */
const PATIENCE = 5;
/** Marginals so near the best, in standard deviations of noise, are as good. */
const NEAR = 0.15;
const TRUST = 1e-3;
const PULL = 1e-3;

/** A place on the way down, and what is known of it. */
interface Place extends Point {
  readonly loss: number;
  readonly gap: number;
}

/** The dual objective over the potentials of all terms, and the way down. */
class Dual {
  private readonly options: EstimateOptions;
  private readonly terms: readonly Term[];
  private readonly overlaps: Overlaps;
  private readonly cells: number;
  private readonly propagator: Propagator;
  private readonly base: readonly (number | undefined)[];
  private readonly theta: number;
  private readonly shares: number;
  private readonly vectors: KernelVectors;
  private logPartition = 0;
  private evaluations = 0;

  constructor(
    tree: JunctionTree,
    targets: readonly Target[],
    base: readonly (Float64Array | undefined)[],
    options: EstimateOptions,
  ) {
    this.options = options;
    const prior = { trust: options.trust ?? TRUST, pull: options.pull ?? PULL };
    const terms: Term[] = [];
    let places: (number | undefined)[] = [];
    let start = 0;
    let [theta, shares, vectors] = [0, 0, 0];
    const reserve = (layout: Layout): readonly NodePart[] => {
      for (const target of targets) {
        terms.push(new Term(tree, target, { start, prior }));
        start += target.counts.length;
      }
      [theta, shares] = [layout.cells(start), layout.cells(start)];
      vectors = layout.cells(mostVectors * start);
      places = base.map((logs) => (logs === undefined ? undefined : layout.cells(logs.length)));
      return terms.map((term) => term.part(theta, shares));
    };
    const make = options.make === undefined ? {} : { make: options.make };
    this.propagator = new Propagator(tree, { reserve, ...make });
    this.terms = terms;
    this.overlaps = new Overlaps(terms, tree.sizes);
    this.cells = start;
    this.theta = theta;
    this.shares = shares;
    this.base = places;
    for (const [node, logs] of base.entries()) {
      if (logs !== undefined) this.propagator.view(places[node] as number, logs.length).set(logs);
    }
    const { kernel } = this.propagator;
    this.vectors = new KernelVectors(kernel, { place: vectors, count: mostVectors, length: start });
  }

  fit(): MarginalModel {
    const { iterations: limit = 1000, near = NEAR } = this.options;
    const way = new QuasiNewton(
      this.settled(this.evaluate(this.beginning())),
      (at) => this.evaluate(at),
      { settle: (step) => this.overlaps.settle(step), vectors: this.vectors },
    );
    let ended: Fit["ended"] = "iterations";
    for (let steps = 0; this.evaluations < limit; steps++) {
      if (steps % PATIENCE === 0 && this.distance(way.place) <= near) ended = "residual";
      else if (!way.step()) ended = this.distance(way.place) <= near ? "residual" : "stalled";
      if (ended !== "iterations") break;
    }
    const best = this.evaluate(way.place.at);
    return {
      beliefs: this.propagator.answer(this.logPartition),
      total: this.options.total,
      potentials: this.potentials(best.at),
      fit: {
        ...{ iterations: this.evaluations, loss: best.loss, expectedLoss: this.cells / 2 },
        ...{ ended, distance: this.distance(best) },
      },
    };
  }

  private distance({ gap }: Place): number {
    return Math.sqrt((2 * gap) / Math.max(1, this.cells));
  }

  private beginning(): Float64Array {
    const at = this.vectors.take().fill(0);
    for (const term of this.terms) {
      const known = this.options.warm?.get(term.key);
      if (known !== undefined) at.set(term.inOrder(known), term.start);
    }
    return at;
  }

  /** The place of the same model whose potentials lie best where terms overlap. */
  private settled({ at, slope, curvature }: Place): Place {
    const whole = new Float64Array(this.cells);
    for (const { pulls, start, cells } of this.terms) {
      for (let i = start; i < start + cells; i++) {
        whole[i] = (slope[i] as number) / (pulls[i - start] as number);
      }
    }
    const seen = whole.slice();
    this.overlaps.settle(seen);
    for (let i = 0; i < at.length; i++) {
      at[i] = (at[i] as number) - (whole[i] as number) + (seen[i] as number);
    }
    for (const vector of [slope, curvature]) this.vectors.give(vector);
    return this.evaluate(at);
  }

  private potentials(at: Float64Array): Map<string, Float64Array> {
    return new Map(
      this.terms.map((term) => {
        const own = at.subarray(term.start, term.start + term.cells);
        return [term.key, term.rowMajor(own)];
      }),
    );
  }

  /** Calibrates at these potentials, which are the place's from then on. */
  private evaluate(at: Float64Array): Place {
    this.evaluations++;
    const { propagator, cells } = this;
    propagator.view(this.theta, cells).set(at);
    for (const [node, place] of this.base.entries()) {
      const values = propagator.beliefOf(node);
      if (place === undefined) values.fill(0);
      else values.set(propagator.view(place, values.length));
    }
    this.logPartition = propagator.run();
    return this.placeAt(at, propagator.view(this.shares, cells));
  }

  private placeAt(at: Float64Array, shares: Float64Array): Place {
    const { total } = this.options;
    const [slope, curvature] = [this.vectors.take(), this.vectors.take()];
    let value = total * this.logPartition;
    let [loss, gap] = [0, 0];
    for (const { counts, weights, pulls, belief, start, cells } of this.terms) {
      for (let i = 0, j = start; i < cells; i++, j++) {
        const [own, pull, count] = [at[j] as number, pulls[i] as number, counts[i] as number];
        const rows = total * (shares[j] as number);
        const slack = rows - count + pull * own;
        slope[j] = slack;
        curvature[j] = rows + pull;
        value += own * (0.5 * pull * own - count);
        loss += 0.5 * (weights[i] as number) * (rows - count) ** 2;
        gap += 0.5 * belief * (weights[i] as number) * slack ** 2;
      }
    }
    return { at, value, slope, curvature, loss, gap };
  }
}
