import type { Random } from "../../base/random.js";
import type { Box } from "../../constraint/boxes.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import type {
  BatchState,
  Conditioned,
  LearnedColumn,
  RowModel,
  SavedModel,
} from "../synthesizer.js";
import { type Gap, GapColumn, sayGap } from "./gap.js";

interface State {
  readonly inner: BatchState;
  /** The gaps of the block's rows, one array a gap. */
  readonly gaps: readonly Float64Array[];
  seen: { readonly cells: Cells; readonly own: Cells } | undefined;
  /** The one cell that was drawn last: those before it are as they were. */
  last: { readonly column: number; readonly row: number } | undefined;
}

/**
 * A model that learned gaps in place of some columns, seen as a model of the columns themselves: what is allowed of a
 * column is moved by the value that it is measured from, and what comes back is moved the other way. So rules, conditions
 * and weights are those of the column, whatever the learner.
 */
export class GapRows implements RowModel {
  readonly learner: string;
  readonly columns: readonly LearnedColumn[];
  readonly levels: RowModel["levels"];
  readonly order: RowModel["order"];
  readonly notes: readonly string[];
  readonly isBound: boolean;
  readonly isSlow: boolean;
  readonly gaps: NonNullable<RowModel["gaps"]>;
  readonly condition?: NonNullable<RowModel["condition"]>;
  readonly textLikelihoods?: NonNullable<RowModel["textLikelihoods"]>;
  private readonly inner: RowModel;
  private readonly frames: readonly GapColumn[];
  /** By column: positions of the gaps that are drawn before it. */
  private readonly earlier: readonly (readonly number[])[];

  /** `columns`: those of the table; `inner` has gaps of the same names in place of some. */
  constructor(inner: RowModel, columns: readonly LearnedColumn[], gaps: readonly Gap[]) {
    this.inner = inner;
    this.columns = columns;
    this.learner = inner.learner;
    this.levels = inner.levels;
    this.order = inner.order;
    this.isBound = inner.isBound === true;
    this.isSlow = inner.isSlow === true;
    this.frames = gaps.map((gap) => new GapColumn(gap, typeAt(columns, gap.column)));
    const turnOf = (column: number) => inner.order.indexOf(column);
    this.earlier = columns.map((_, column) =>
      [...gaps.keys()].filter((at) => turnOf((gaps[at] as Gap).column) < turnOf(column)),
    );
    const nameOf = (column: number) => (columns[column] as LearnedColumn).name;
    this.gaps = gaps.map(({ column, from }) => ({ column: nameOf(column), from: nameOf(from) }));
    const said = gaps.map(({ column, from }) => sayGap(columns, column, columns[from]?.name));
    this.notes = [...(inner.notes ?? []), ...said];
    if (inner.condition !== undefined) this.condition = (boxes) => this.conditioned(boxes);
    if (inner.textLikelihoods !== undefined)
      this.textLikelihoods = (column, texts) => inner.textLikelihoods?.(column, texts);
  }

  begin(rows: number, random: Random, spent?: BatchState): State {
    const before = spent as State | undefined;
    return {
      inner: this.inner.begin(rows, random, before?.inner),
      gaps: this.frames.map(() => new Float64Array(rows)),
      seen: undefined,
      last: undefined,
    };
  }

  drawFree(
    given: BatchState,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const state = given as State;
    const own = this.ownCells(state, cells, column, from, to);
    this.inner.drawFree(state.inner, own, column, from, to, random);
    const frame = this.frames.find(({ gap }) => gap.column === column);
    if (frame === undefined) return;
    const gaps = own[column] as Float64Array;
    const origins = cells[frame.gap.from] as Float64Array;
    const values = cells[column] as Float64Array;
    for (let row = from; row < to; row++) {
      const [gap, origin] = [gaps[row] as number, origins[row] as number];
      if (frame.fits(gap, origin)) values[row] = frame.valueOf(gap, origin);
      else this.drawAllowed(given, cells, column, row, { missing: false }, random);
    }
  }

  drawAllowed(
    given: BatchState,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const state = given as State;
    const own = this.ownCells(state, cells, column, row, row + 1);
    const draw = (within: Allowed) =>
      this.inner.drawAllowed(state.inner, own, column, row, within, random);
    const frame = this.frames.find(({ gap }) => gap.column === column);
    if (frame === undefined) return draw(allowed);
    const origin = (cells[frame.gap.from] as Float64Array)[row] as number;
    const weight = frame.drawWithin(allowed, origin, draw);
    const gap = (own[column] as Float64Array)[row] as number;
    (cells[column] as Float64Array)[row] = frame.valueOf(gap, origin);
    return weight;
  }

  save(): SavedModel {
    const inner = this.inner.save();
    const gaps = this.frames.map(({ gap }) => gap);
    const json: SavedGaps = { kind: "gaps", inner: inner.json, columns: this.columns, gaps };
    return { ...inner, json };
  }

  /** Exactly, as long as a condition is on columns that are learned as they are. */
  private conditioned(boxes: readonly Box[]): Conditioned | undefined {
    const named = new Set(boxes.flatMap((box) => [...box.keys()]));
    if (this.frames.some(({ gap }) => named.has(gap.column))) return undefined;
    const found = this.inner.condition?.(boxes);
    const gaps = this.frames.map(({ gap }) => gap);
    return found && { ...found, model: new GapRows(found.model, this.columns, gaps) };
  }

  /** The cells as the inner model knows them, gaps worked out anew: who fills a cell need not be this model. */
  private ownCells(state: State, cells: Cells, column: number, from: number, to: number): Cells {
    const { last } = state;
    const isAgain = to === from + 1 && last?.column === column && last.row === from;
    state.last = to === from + 1 ? { column, row: from } : undefined;
    if (isAgain && state.seen?.cells === cells) return state.seen.own;
    let [first, end] = [from, to];
    let changed = this.earlier[column] as readonly number[];
    if (state.seen?.cells !== cells) {
      const own = [...cells];
      this.frames.forEach(({ gap }, at) => {
        own[gap.column] = state.gaps[at] as Float64Array;
      });
      state.seen = { cells, own };
      [first, end] = [0, state.gaps[0]?.length ?? 0];
      changed = [...this.frames.keys()];
    }
    for (const at of changed) {
      const frame = this.frames[at] as GapColumn;
      const into = state.gaps[at] as Float64Array;
      const values = cells[frame.gap.column] as Float64Array;
      const origins = cells[frame.gap.from] as Float64Array;
      for (let row = first; row < end; row++) {
        into[row] = frame.gapOf(values[row] as number, origins[row] as number);
      }
    }
    return state.seen.own;
  }
}

function typeAt(columns: readonly LearnedColumn[], at: number): LearnedColumn["type"] {
  return (columns[at] as LearnedColumn).type;
}

interface SavedGaps {
  readonly kind: "gaps";
  readonly inner: SavedModel["json"];
  readonly columns: readonly LearnedColumn[];
  readonly gaps: readonly Gap[];
}

/** What `save()` gave, around the model that is within. */
export function loadGapRows(saved: SavedModel, inner: RowModel): GapRows {
  const { columns, gaps } = saved.json as SavedGaps;
  return new GapRows(inner, columns, gaps);
}

/** The model within what `save()` gave, as data. */
export function savedWithin(saved: SavedModel): SavedModel {
  return { ...saved, json: (saved.json as SavedGaps).inner };
}
