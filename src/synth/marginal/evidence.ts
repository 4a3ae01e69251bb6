import { projection } from "./index-map.js";
import { type Clique, cellsOf, type JunctionTree } from "./junction-tree.js";
import { ModelMarginals } from "./model-marginals.js";
import { type Beliefs, Propagator } from "./propagate.js";

/**
 * A calibrated tree given the codes of its last attributes: each node is cut down to the cells that agree
 * with the evidence, and what is left, much smaller, is calibrated (Koller & Friedman 2009,
 * section 9.3.2). Exact. Evidence that the tree holds impossible leaves the own attributes to their
 * unconditional distribution.
 */
export class Evidence {
  private readonly beliefs: Beliefs;
  private readonly own: number;
  /** The same tree with one code for each attribute that is known. */
  private readonly tree: JunctionTree;
  private readonly propagator: Propagator;
  private readonly cuts: readonly Cut[];
  /** By hidden attribute: the column whose groups it holds, and the group of each code. */
  private readonly hidden: ReadonlyMap<number, { column: number; groups: readonly number[] }>;

  /** Of the attributes that stand for columns, those from `own` on will be known. */
  constructor(beliefs: Beliefs, own: number) {
    this.beliefs = beliefs;
    this.own = own;
    const { sizes, nodes, merged = [] } = beliefs.tree;
    const first = sizes.length - merged.length;
    this.hidden = new Map(merged.map((each, i) => [first + i, each]));
    const isKnown = (attribute: number): boolean => this.isKnown(attribute);
    this.tree = {
      sizes: sizes.map((size, attribute) => (isKnown(attribute) ? 1 : size)),
      nodes,
      merged: merged.map((each) => (each.column < own ? each : { ...each, groups: [0] })),
    };
    this.propagator = new Propagator(this.tree);
    this.cuts = nodes.map(({ attributes, separator }, position) =>
      cutOf(attributes, separator, sizes, isKnown, beliefs.marginals[position] as Float64Array),
    );
  }

  /** Beliefs over the reduced tree. */
  given(evidence: readonly number[]): Beliefs {
    return this.calibrated(evidence);
  }

  /** Probabilities of one own attribute. */
  marginal(evidence: readonly number[], attribute: number): Float64Array {
    return new ModelMarginals(this.calibrated(evidence)).of([attribute]);
  }

  /** The likeliest code of an attribute. */
  likeliest(attribute: number): number {
    const shares = new ModelMarginals(this.beliefs).of([attribute]);
    return shares.indexOf(Math.max(...shares));
  }

  /** Columns of the parent, and the groups of their codes. */
  private isKnown(attribute: number): boolean {
    return (this.hidden.get(attribute)?.column ?? attribute) >= this.own;
  }

  /** The code of a known attribute. */
  private codeOf(attribute: number, evidence: readonly number[]): number {
    const hidden = this.hidden.get(attribute);
    const code = evidence[(hidden?.column ?? attribute) - this.own] as number;
    return hidden === undefined ? code : (hidden.groups[code] as number);
  }

  private calibrated(evidence: readonly number[]): Beliefs {
    const potentials = this.cuts.map(({ logs, cells, steps }) => {
      let offset = 0;
      for (const { attribute, stride } of steps)
        offset += stride * this.codeOf(attribute, evidence);
      return Float64Array.from(cells, (cell) => logs[cell + offset] as number);
    });
    const found = this.propagator.calibrate(potentials);
    return found.logPartition > Number.NEGATIVE_INFINITY ? found : this.unconditional();
  }

  private unconditional(): Beliefs {
    const { sizes } = this.beliefs.tree;
    const marginals = this.beliefs.tree.nodes.map(({ attributes }, position) => {
      const kept = attributes.filter((attribute) => !this.isKnown(attribute));
      const map = projection(attributes, kept, sizes);
      const sums = new Float64Array(cellsOf(attributes, this.tree.sizes));
      const values = this.beliefs.marginals[position] as Float64Array;
      for (let i = 0; i < values.length; i++) {
        const to = map[i] as number;
        sums[to] = (sums[to] as number) + (values[i] as number);
      }
      return sums;
    });
    return { tree: this.tree, marginals, logPartition: 0 };
  }
}

/** How to read a node's potentials off under evidence: logs at `cells`, moved by the evidence's strides. */
interface Cut {
  readonly logs: Float64Array;
  readonly cells: Int32Array;
  readonly steps: readonly { readonly attribute: number; readonly stride: number }[];
}

function cutOf(
  attributes: Clique,
  separator: number,
  sizes: readonly number[],
  isKnown: (attribute: number) => boolean,
  marginal: Float64Array,
): Cut {
  const strides = attributes.map((_, i) => cellsOf(attributes.slice(i + 1), sizes));
  let cells: number[] = [0];
  const steps: { attribute: number; stride: number }[] = [];
  attributes.forEach((attribute, i) => {
    const stride = strides[i] as number;
    if (isKnown(attribute)) steps.push({ attribute, stride });
    else {
      const size = sizes[attribute] as number;
      cells = cells.flatMap((cell) =>
        Array.from({ length: size }, (_, code) => cell + code * stride),
      );
    }
  });
  const run = cellsOf(attributes.slice(separator), sizes);
  return { logs: conditionalLogs(marginal, run), cells: Int32Array.from(cells), steps };
}

/** Logs of a node's probabilities given its separator, run by run; −∞ where the separator has none. */
export function conditionalLogs(marginal: Float64Array, run: number): Float64Array {
  const logs = new Float64Array(marginal.length);
  for (let start = 0; start < marginal.length; start += run) {
    let sum = 0;
    for (let i = start; i < start + run; i++) sum += marginal[i] as number;
    const base = sum > 0 ? Math.log(sum) : 0;
    for (let i = start; i < start + run; i++) logs[i] = Math.log(marginal[i] as number) - base;
  }
  return logs;
}
