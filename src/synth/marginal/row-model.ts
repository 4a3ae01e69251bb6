import type { Random } from "../../base/random.js";
import type { Box } from "../../constraint/boxes.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import { intersectSpans } from "../../constraint/spans.js";
import { Apportioner } from "../../kernels/apportion.js";
import type { ColumnDomain } from "../../table/domain.js";
import { rowsBetween } from "../observed.js";
import type { BatchState, Conditioned, LearnedColumn, SavedModel } from "../synthesizer.js";
import { BinDrawer } from "./bins.js";
import { conditionTree } from "./condition.js";
import { type Conditional, conditionalsOf } from "./conditionals.js";
import { type BoxPart, type BoxRows, mixtureOf } from "./conditioned-rows.js";
import type { JunctionTree } from "./junction-tree.js";
import { type MergedColumn, marginalOf, mergedColumns, spreadGroups } from "./merged-columns.js";
import type { Beliefs } from "./propagate.js";

/**
 * Rows from a graphical model over coded columns: ancestral sampling along the junction tree. Free
 * columns are drawn with rounded counts (each group of rows with the same parents gets each value as
 * often as expected, up to one), which halves the sampling error of marginals.
 */
export class MarginalRowModel implements BoxRows {
  readonly learner: string;
  readonly columns: readonly LearnedColumn[];
  readonly levels: readonly (readonly string[] | undefined)[];
  readonly order: readonly number[];
  readonly domains: readonly ColumnDomain[];
  readonly beliefs: Beliefs;
  private readonly conditionals: ReadonlyMap<number, Conditional>;
  /** How values lie in the bins of each number column. */
  readonly bins: readonly (BinDrawer | undefined)[];
  private readonly marginals: readonly Float64Array[];
  private readonly apportioner: Apportioner;
  /** Columns whose codes fall into groups: by hidden attribute, and by column. */
  private readonly hidden: ReadonlyMap<number, MergedColumn>;
  private readonly merged: ReadonlyMap<number, MergedColumn>;
  /** What each column is confined to, where the model is one of a condition's boxes. */
  private readonly within: Box;

  /** `inside`: a box of a condition that `beliefs` already obey, and how values lie in their bins. */
  constructor(
    learner: string,
    domains: readonly ColumnDomain[],
    beliefs: Beliefs,
    inside?: { readonly box: Box; readonly bins: readonly (BinDrawer | undefined)[] },
  ) {
    this.learner = learner;
    this.within = inside?.box ?? new Map();
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
    this.conditionals = new Map(conditionals.map((c) => [c.attribute, c]));
    this.hidden = mergedColumns(beliefs.tree, this.conditionals);
    this.merged = new Map([...this.hidden.values()].map((merged) => [merged.column, merged]));
    this.order = conditionals
      .filter(({ attribute }) => !this.merged.has(attribute))
      .map(({ attribute }) => this.hidden.get(attribute)?.column ?? attribute);
    this.marginals = domains.map((_, column) => marginalOf(this.conditionalOf(column)));
    this.apportioner = new Apportioner(
      beliefs.tree.sizes.map((_, attribute) => {
        const own = this.conditionals.get(attribute) as Conditional;
        return { ...own, marginal: this.marginals[attribute] ?? marginalOf(own) };
      }),
      inside !== undefined,
    );
    this.bins =
      inside?.bins ??
      domains.map((domain, column) =>
        domain.edges === undefined
          ? undefined
          : new BinDrawer(domain, this.marginals[column] as Float64Array),
      );
  }

  condition(boxes: readonly Box[]): Conditioned | undefined {
    return mixtureOf(this.split(boxes), this);
  }

  /** The tree conditioned on each box; a bin that a box cuts counts with the share that lies inside. */
  split(boxes: readonly Box[]): readonly BoxPart[] {
    return boxes.flatMap((box) => {
      const inside = new Map(this.within);
      const open = new Map<number, Float64Array>();
      for (const [column, own] of box) {
        const confined = this.confined(column, own);
        open.set(column, this.openWithin(column, confined));
        inside.set(column, confined);
      }
      const found = conditionTree(this.beliefs, open);
      if (found === undefined) return [];
      const limits = { box: inside, bins: this.bins };
      const model = new MarginalRowModel(this.learner, this.domains, found.beliefs, limits);
      return [{ share: found.probability, model }];
    });
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
    const isWhole = from === 0 && cells.every(({ length }) => length === to);
    this.fill(cells, column, isWhole ? undefined : rowsBetween(from, to), random);
  }

  drawRows(cells: Cells, column: number, rows: Int32Array, random: Random): void {
    this.fill(cells, column, rows, random);
  }

  /** Draw a column in these rows, or in all there are. */
  private fill(cells: Cells, column: number, rows: Int32Array | undefined, random: Random): void {
    const group = this.merged.get(column)?.group;
    let parents = this.parentCells(cells, group ?? this.conditionalOf(column), rows);
    if (group !== undefined) parents = this.apportioner.draw(group.attribute, parents, random);
    const codes = this.apportioner.draw(column, parents, random);
    const target = cells[column] as Float64Array | Int32Array;
    const missing = this.domains[column]?.missingCode;
    if (this.bins[column] === undefined && rows === undefined && missing === undefined) {
      target.set(codes);
      return;
    }
    const allowed = this.within.get(column);
    for (let i = 0; i < codes.length; i++) {
      const row = rows === undefined ? i : (rows[i] as number);
      target[row] = this.valueOf(column, codes[i] as number, allowed, random);
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
    const run = this.runOf(cells, column, row);
    const confined = this.confined(column, allowed);
    const open = this.openWithin(column, confined);
    const drawn =
      drawWeighted(run, open, random) ??
      drawWeighted(this.marginals[column] as Float64Array, open, random) ??
      drawWeighted(undefined, open, random);
    const target = cells[column] as Float64Array | Int32Array;
    target[row] = this.valueOf(column, drawn?.code ?? 0, confined, random);
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

  /** Weights of a column's codes in one row, given the columns before it. */
  private runOf(cells: Cells, column: number, row: number): Float64Array {
    const merged = this.merged.get(column);
    const conditional = merged?.group ?? this.conditionalOf(column);
    const parent = this.parentCells(cells, conditional, Int32Array.of(row))[0] as number;
    const { size, joint } = conditional;
    const run = joint.subarray(parent * size, (parent + 1) * size);
    return merged === undefined ? run : spreadGroups(merged, run);
  }

  private conditionalOf(column: number): Conditional {
    return this.conditionals.get(column) as Conditional;
  }

  /** The cell of a column's parents in each of these rows, or in all there are. */
  private parentCells(
    cells: Cells,
    { parents }: Conditional,
    rows: Int32Array | undefined,
  ): Int32Array {
    const [first, ...others] = parents;
    if (first === undefined) return new Int32Array(rows?.length ?? (cells[0] as Int32Array).length);
    let found = this.attributeOf(cells, first, rows);
    for (const parent of others) {
      const size = this.beliefs.tree.sizes[parent] as number;
      const codes = this.attributeOf(cells, parent, rows);
      const both = new Int32Array(codes.length);
      for (let i = 0; i < both.length; i++) {
        both[i] = (found[i] as number) * size + (codes[i] as number);
      }
      found = both;
    }
    return found;
  }

  /** An attribute in these rows: a column's codes, or the groups that they fall into. */
  private attributeOf(cells: Cells, attribute: number, rows: Int32Array | undefined): Int32Array {
    const merged = this.hidden.get(attribute);
    const codes = this.codesOf(cells, merged?.column ?? attribute, rows);
    const groups = merged?.groups;
    return groups === undefined ? codes : codes.map((code) => groups[code] as number);
  }

  private codesOf(cells: Cells, column: number, rows: Int32Array | undefined): Int32Array {
    const { missingCode } = this.domains[column] as ColumnDomain;
    const values = cells[column] as Float64Array | Int32Array;
    const bins = this.bins[column];
    if (bins === undefined && rows === undefined && missingCode === undefined) {
      return values as Int32Array;
    }
    const gone = missingCode ?? 0;
    const codes = new Int32Array(rows?.length ?? values.length);
    for (let i = 0; i < codes.length; i++) {
      const value = values[rows === undefined ? i : (rows[i] as number)] as number;
      if (bins === undefined) codes[i] = value < 0 ? gone : value;
      else codes[i] = Number.isNaN(value) ? gone : bins.binOf(value);
    }
    return codes;
  }

  /** What is allowed inside the model's own box. */
  private confined(column: number, allowed: Allowed): Allowed {
    const box = this.within.get(column);
    if (box === undefined) return allowed;
    const missing = allowed.missing && box.missing;
    const [a, b] = [allowed.intervals ?? box.intervals, box.intervals ?? allowed.intervals];
    if (a !== undefined && b !== undefined) return { missing, intervals: intersectSpans(a, b) };
    const codes = allowed.codes ?? box.codes;
    const kept = codes?.map((bit, code) => bit & (box.codes?.[code] ?? 1));
    return kept === undefined ? { missing } : { missing, codes: kept };
  }

  /** Shares of what is confined, of that which the model's box leaves of each code. */
  private openWithin(column: number, confined: Allowed): Float64Array {
    const open = this.openShares(column, confined);
    const box = this.within.get(column);
    if (box === undefined) return open;
    const whole = this.openShares(column, box);
    return open.map((share, code) =>
      share > 0 ? Math.min(1, share / (whole[code] as number)) : 0,
    );
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
