import type { Random } from "../../base/random.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import type { BatchState, RowModel, SavedModel } from "../synthesizer.js";

/** What is expected of a category column beside what the data told. */
export interface ColumnPrior {
  /** Position in the model. */
  readonly column: number;
  /** The category column, drawn earlier, that the expectation depends on; −1 for none. */
  readonly parent: number;
  /** For each level of the parent (one row without a parent): a probability for each level, summing to 1. */
  readonly table: readonly (readonly number[])[];
  /** How much of the mixture comes from here, 0..1. */
  readonly weight: number;
}

/**
 * A learned model with a prior mixed into some of its category columns: among present values,
 * (1 − w) × what the data told + w × what was expected. How often a value is missing stays the data's.
 */
export class PriorRows implements RowModel {
  readonly learner: string;
  readonly columns: RowModel["columns"];
  readonly levels: RowModel["levels"];
  readonly order: RowModel["order"];
  private readonly base: RowModel;
  private readonly priors: ReadonlyMap<number, ColumnPrior>;

  constructor(base: RowModel, priors: readonly ColumnPrior[]) {
    this.base = base;
    this.learner = base.learner;
    this.columns = base.columns;
    this.levels = base.levels;
    this.order = base.order;
    this.priors = new Map(priors.map((prior) => [prior.column, prior]));
  }

  begin(rows: number, random: Random): BatchState {
    return this.base.begin(rows, random);
  }

  drawFree(
    state: BatchState,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    this.base.drawFree(state, cells, column, from, to, random);
    const prior = this.priors.get(column);
    if (prior === undefined) return;
    const codes = cells[column] as Int32Array;
    for (let row = from; row < to; row++) {
      if ((codes[row] as number) < 0 || random.uniform() >= prior.weight) continue;
      const expected = expectedOf(prior, cells, row);
      if (expected !== undefined) codes[row] = drawOf(expected, undefined, random);
    }
  }

  drawAllowed(
    state: BatchState,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const ask = (what: Allowed) => this.base.drawAllowed(state, cells, column, row, what, random);
    const prior = this.priors.get(column);
    const expected = prior === undefined ? undefined : expectedOf(prior, cells, row);
    if (prior === undefined || expected === undefined) return ask(allowed);
    const all = new Uint8Array(expected.length).fill(1);
    const codes = allowed.codes ?? all;
    const present = Math.exp(ask({ missing: false, codes: all }));
    const told = codes.includes(1) ? Math.exp(ask({ missing: false, codes })) : 0;
    const drawn = (cells[column] as Int32Array)[row] as number;
    const hoped = expected.reduce((sum, p, code) => sum + (codes[code] === 1 ? p : 0), 0);
    const fromData = (1 - prior.weight) * told;
    const fromPrior = prior.weight * present * hoped;
    const gone = allowed.missing ? 1 - present : 0;
    const total = fromData + fromPrior + gone;
    if (!(total > 1e-300)) return ask(allowed);
    const place = random.uniform() * total;
    const own = cells[column] as Int32Array;
    if (place < fromData) own[row] = drawn;
    else if (place < fromData + fromPrior) own[row] = drawOf(expected, codes, random);
    else own[row] = -1;
    return Math.log(total);
  }

  /** As `loadPriorRows` reads it; the base model's parts are kept beside the prior's. */
  save(): SavedModel {
    const base = this.base.save();
    return {
      learner: "prior",
      version: 1,
      json: { base: { ...base, arrays: {} }, priors: [...this.priors.values()] },
      arrays: base.arrays,
    };
  }
}

/** The saved base of a model with a prior, and the prior. */
export function savedParts(saved: SavedModel): {
  readonly base: SavedModel;
  readonly priors: readonly ColumnPrior[];
} {
  const { base, priors } = saved.json as {
    readonly base: SavedModel;
    readonly priors: readonly ColumnPrior[];
  };
  return { base: { ...base, arrays: saved.arrays }, priors };
}

function expectedOf(prior: ColumnPrior, cells: Cells, row: number): readonly number[] | undefined {
  if (prior.parent < 0) return prior.table[0];
  const code = (cells[prior.parent] as Int32Array)[row] as number;
  return prior.table[code];
}

/** A code with its probability, among the allowed ones. */
function drawOf(
  expected: readonly number[],
  codes: Uint8Array | undefined,
  random: Random,
): number {
  let total = 0;
  for (const [code, p] of expected.entries()) if (codes?.[code] !== 0) total += p;
  let rest = random.uniform() * total;
  let last = -1;
  for (const [code, p] of expected.entries()) {
    if (codes?.[code] === 0 || p === 0) continue;
    last = code;
    rest -= p;
    if (rest < 0) return code;
  }
  return last;
}
