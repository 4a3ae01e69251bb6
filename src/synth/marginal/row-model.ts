import type { Random } from "../../base/random.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import type { ColumnDomain } from "../../table/domain.js";
import type { BatchState, LearnedColumn, RowModel, SavedModel } from "../synthesizer.js";
import { BinDrawer } from "./bins.js";
import { type Conditional, conditionalsOf } from "./conditionals.js";
import type { JunctionTree } from "./junction-tree.js";
import type { Beliefs } from "./propagate.js";
import { apportion } from "./rounding.js";

/**
 * Rows from a graphical model over coded columns: ancestral sampling along the junction tree. Free
 * columns are drawn with rounded counts (each group of rows with the same parents gets each value as
 * often as expected, up to one), which halves the sampling error of marginals.
 */
export class MarginalRowModel implements RowModel {
  readonly learner: string;
  readonly columns: readonly LearnedColumn[];
  readonly levels: readonly (readonly string[] | undefined)[];
  readonly order: readonly number[];
  private readonly domains: readonly ColumnDomain[];
  private readonly beliefs: Beliefs;
  private readonly conditionals: ReadonlyMap<number, Conditional>;
  private readonly bins: readonly (BinDrawer | undefined)[];
  private readonly marginals: readonly Float64Array[];

  constructor(learner: string, domains: readonly ColumnDomain[], beliefs: Beliefs) {
    this.learner = learner;
    this.domains = domains;
    this.beliefs = beliefs;
    this.columns = domains.map((domain) => ({
      name: domain.name,
      type: domain.type,
      optional: domain.missingCode !== undefined,
    }));
    this.levels = domains.map((domain) =>
      domain.edges === undefined
        ? domain.labels.slice(0, domain.missingCode ?? domain.size)
        : undefined,
    );
    const conditionals = conditionalsOf(beliefs);
    this.order = conditionals.map((conditional) => conditional.attribute);
    this.conditionals = new Map(conditionals.map((c) => [c.attribute, c]));
    this.marginals = domains.map((_, column) => marginalOf(this.conditionalOf(column)));
    this.bins = domains.map((domain, column) =>
      domain.edges === undefined
        ? undefined
        : new BinDrawer(domain, this.marginals[column] as Float64Array),
    );
  }

  begin(): BatchState {
    return undefined;
  }

  drawFree(
    _state: BatchState,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const conditional = this.conditionalOf(column);
    const parents = this.parentCells(cells, conditional, from, to);
    const codes = apportion(parents, conditional, this.marginals[column] as Float64Array, random);
    const target = cells[column] as Float64Array | Int32Array;
    for (let row = from; row < to; row++) {
      target[row] = this.valueOf(column, codes[row - from] as number, undefined, random);
    }
  }

  drawAllowed(
    _state: BatchState,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const conditional = this.conditionalOf(column);
    const parent = this.parentCells(cells, conditional, row, row + 1)[0] as number;
    const { size, joint } = conditional;
    const run = joint.subarray(parent * size, (parent + 1) * size);
    const open = this.openShares(column, allowed);
    const drawn =
      drawWeighted(run, open, random) ??
      drawWeighted(this.marginals[column] as Float64Array, open, random) ??
      drawWeighted(undefined, open, random);
    const target = cells[column] as Float64Array | Int32Array;
    target[row] = this.valueOf(column, drawn?.code ?? 0, allowed, random);
    const mass = massOf(run, open);
    return mass > 0 ? Math.log(mass) : Number.NEGATIVE_INFINITY;
  }

  save(): SavedModel {
    const arrays: Record<string, Float64Array> = {};
    for (const [i, values] of this.beliefs.marginals.entries()) {
      arrays[`node-${i}`] = Float64Array.from(values);
    }
    return {
      learner: this.learner,
      version: 1,
      json: { kind: "marginal", domains: this.domains, tree: this.beliefs.tree },
      arrays,
    };
  }

  private conditionalOf(column: number): Conditional {
    return this.conditionals.get(column) as Conditional;
  }

  private parentCells(
    cells: Cells,
    conditional: Conditional,
    from: number,
    to: number,
  ): Int32Array {
    const found = new Int32Array(to - from);
    for (const parent of conditional.parents) {
      const { size } = this.domains[parent] as ColumnDomain;
      for (let row = from; row < to; row++) {
        found[row - from] = (found[row - from] as number) * size + this.codeOf(cells, parent, row);
      }
    }
    return found;
  }

  private codeOf(cells: Cells, column: number, row: number): number {
    const value = (cells[column] as Float64Array | Int32Array)[row] as number;
    const domain = this.domains[column] as ColumnDomain;
    const bins = this.bins[column];
    if (bins === undefined) return value < 0 ? (domain.missingCode ?? 0) : value;
    return Number.isNaN(value) ? (domain.missingCode ?? 0) : bins.binOf(value);
  }

  /** For each code the share of it that is allowed, 0..1. */
  private openShares(column: number, allowed: Allowed): Float64Array {
    const domain = this.domains[column] as ColumnDomain;
    const bins = this.bins[column];
    const open = new Float64Array(domain.size);
    for (let code = 0; code < domain.size; code++) {
      if (code === domain.missingCode) open[code] = Number(allowed.missing);
      else if (bins === undefined)
        open[code] = allowed.codes === undefined ? 1 : (allowed.codes[code] as number);
      else open[code] = bins.openShare(code, allowed.intervals);
    }
    return open;
  }

  private valueOf(
    column: number,
    code: number,
    allowed: Allowed | undefined,
    random: Random,
  ): number {
    const domain = this.domains[column] as ColumnDomain;
    const bins = this.bins[column];
    if (code === domain.missingCode) return bins === undefined ? -1 : Number.NaN;
    return bins === undefined ? code : bins.draw(code, allowed?.intervals, random);
  }
}

/** A model from what `save` gave. */
export function loadMarginalModel(saved: SavedModel): MarginalRowModel {
  const { domains, tree } = saved.json as { domains: ColumnDomain[]; tree: JunctionTree };
  const marginals = tree.nodes.map((_, i) => saved.arrays[`node-${i}`] as Float64Array);
  return new MarginalRowModel(saved.learner, domains, { tree, marginals, logPartition: 0 });
}

function marginalOf(conditional: Conditional): Float64Array {
  const { size, joint } = conditional;
  const marginal = new Float64Array(size);
  for (let i = 0; i < joint.length; i++) {
    marginal[i % size] = (marginal[i % size] as number) + (joint[i] as number);
  }
  return marginal;
}

/** The share of a run's mass that is open; 1 when all is. */
function massOf(run: Float64Array, open: Float64Array): number {
  let all = 0;
  let mass = 0;
  for (let i = 0; i < run.length; i++) {
    all += run[i] as number;
    mass += (run[i] as number) * (open[i] as number);
  }
  return all > 0 ? Math.min(1, mass / all) : 0;
}

/** A code drawn in proportion to weight × open share; undefined when nothing has mass. */
function drawWeighted(
  weights: Float64Array | undefined,
  open: Float64Array,
  random: Random,
): { code: number } | undefined {
  let mass = 0;
  for (let i = 0; i < open.length; i++) {
    mass += (weights === undefined ? 1 : (weights[i] as number)) * (open[i] as number);
  }
  if (!(mass > 0)) return undefined;
  let left = random.uniform() * mass;
  let last = 0;
  for (let i = 0; i < open.length; i++) {
    const weight = (weights === undefined ? 1 : (weights[i] as number)) * (open[i] as number);
    if (weight <= 0) continue;
    last = i;
    left -= weight;
    if (left < 0) break;
  }
  return { code: last };
}
