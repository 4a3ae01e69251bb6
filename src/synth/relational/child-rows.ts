import { impossible } from "../../base/failure.js";
import type { Random } from "../../base/random.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import { type Gap, GapColumn } from "../gaps/gap.js";
import { ShapedRows } from "../shaped-rows.js";
import type { LearnedColumn, RowModel, SavedModel } from "../synthesizer.js";
import { type ColumnModel, drawColumn, drawColumnAllowed } from "../tree/column-model.js";
import { inRows } from "./family.js";

/** A ref whose parents are drawn, and the columns of theirs that children depend on. */
export interface BoundRef {
  readonly ref: LearnedColumn;
  readonly refLevels: readonly string[];
  readonly cells: Cells;
  /** By code of the ref; absent where a code is the parent's row. */
  readonly rowOfCode: Int32Array | undefined;
}

/** What draws the children of given parents. */
export interface ChildParts {
  /** The leading ref first. */
  readonly refs: readonly BoundRef[];
  readonly columns: readonly LearnedColumn[];
  readonly levels: readonly (readonly string[] | undefined)[];
  readonly order: readonly number[];
  readonly models: readonly ColumnModel[];
  /** Columns that are learned as gaps; what they are measured from stands in the cells as the trees know them. */
  readonly gaps: readonly Gap[];
  /** Children by the leading parent's code. */
  readonly counts: ReadonlyMap<number, number>;
}

interface State {
  /** Cells as the trees know them: parents, siblings, place, sibling before, own. */
  readonly wide: (Float64Array | Int32Array)[];
  prepared: boolean;
  /** Rows of the state's block, and which of them follow a sibling. */
  readonly follows: Uint8Array;
}

/**
 * Children of parents that are known. The refs stand first, the leading one at 0; the driver fixes them.
 * Siblings stand together. The sibling before a row is the row above it in the block, if it has the same parent.
 */
export class ChildRows extends ShapedRows implements RowModel {
  readonly learner = "trees";
  readonly isBound = true;
  private readonly parts: ChildParts;
  private readonly head: number;
  private readonly first: number;
  /** By position among the children's columns. */
  private readonly frames: ReadonlyMap<number, GapColumn>;

  constructor(parts: ChildParts) {
    const { refs } = parts;
    super({
      columns: [...refs.map(({ ref }) => ref), ...parts.columns],
      levels: [...refs.map(({ refLevels }) => refLevels), ...parts.levels],
      order: [...refs.keys(), ...parts.order.map((column) => column + refs.length)],
    });
    this.parts = parts;
    this.first = refs.length;
    this.head = refs.reduce((sum, { cells }) => sum + cells.length, 2);
    this.frames = new Map(
      parts.gaps.map((gap) => {
        const { type } = parts.columns[gap.column] as LearnedColumn;
        return [gap.column, new GapColumn(gap, type)];
      }),
    );
  }

  begin(rows: number): State {
    const { parts, head } = this;
    const like = (values: Float64Array | Int32Array | undefined) =>
      values instanceof Int32Array ? new Int32Array(rows) : new Float64Array(rows);
    const wide = parts.refs.flatMap(({ cells }) => cells.map(like));
    wide.push(new Float64Array(rows), new Float64Array(rows));
    for (const levels of parts.levels) {
      wide.push(levels === undefined ? new Float64Array(rows) : new Int32Array(rows));
    }
    for (let at = wide.length; at < head + 2 * parts.columns.length; at++)
      wide.push(new Int32Array(0));
    return { wide, prepared: false, follows: new Uint8Array(rows) };
  }

  drawFree(
    given: unknown,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const state = this.prepare(given as State, cells);
    const own = column - this.first;
    const model = this.parts.models[own] as ColumnModel;
    const target = this.head + this.parts.columns.length + own;
    const frame = this.frames.get(own);
    for (let row = from; row < to; row++) {
      this.lookBack(state, cells, row);
      drawColumn(model, state.wide, target, row, row + 1, random);
      if (frame === undefined) continue;
      const gap = (state.wide[target] as Float64Array)[row] as number;
      const origin = this.origin(frame, state, cells, row);
      if (frame.fits(gap, origin)) {
        (cells[column] as Float64Array)[row] = frame.valueOf(gap, origin);
      } else this.drawAllowed(given, cells, column, row, { missing: false }, random);
    }
  }

  drawAllowed(
    given: unknown,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const state = this.prepare(given as State, cells);
    const own = column - this.first;
    const model = this.parts.models[own] as ColumnModel;
    const target = this.head + this.parts.columns.length + own;
    const frame = this.frames.get(own);
    this.lookBack(state, cells, row);
    const draw = (within: Allowed) =>
      drawColumnAllowed(model, state.wide, target, row, within, random);
    if (frame === undefined) return draw(allowed);
    const origin = this.origin(frame, state, cells, row);
    const weight = frame.drawWithin(allowed, origin, draw);
    const gap = (state.wide[target] as Float64Array)[row] as number;
    (cells[column] as Float64Array)[row] = frame.valueOf(gap, origin);
    return weight;
  }

  save(): SavedModel {
    throw impossible("a model bound to drawn parents is never saved", this.columns);
  }

  /** Fetch each row's parents, once a block. */
  private prepare(state: State, cells: Cells): State {
    if (state.prepared) return state;
    state.prepared = true;
    const { refs, columns } = this.parts;
    const { wide } = state;
    let at = 0;
    refs.forEach(({ cells: above, rowOfCode }, place) => {
      const rows = (cells[place] as Int32Array).map((code) =>
        code < 0 || rowOfCode === undefined ? code : (rowOfCode[code] as number),
      );
      for (const values of above) wide[at++] = inRows(values, rows);
    });
    this.countSiblings(state, cells[0] as Int32Array);
    for (let own = 0; own < columns.length; own++) {
      wide[this.head + columns.length + own] = this.frames.has(own)
        ? new Float64Array(state.follows.length)
        : (cells[own + this.first] as Float64Array | Int32Array);
    }
    return state;
  }

  private countSiblings(state: State, refs: Int32Array): void {
    const { wide, follows } = state;
    const siblings = wide[this.head - 2] as Float64Array;
    const place = wide[this.head - 1] as Float64Array;
    for (let row = 0; row < follows.length; row++) {
      const after = row > 0 && refs[row] === refs[row - 1];
      follows[row] = after ? 1 : 0;
      place[row] = after ? (place[row - 1] as number) + 1 : 1;
    }
    for (let row = follows.length - 1; row >= 0; row--) {
      const last = row + 1 === follows.length || follows[row + 1] === 0;
      const counted = last ? (place[row] as number) : (siblings[row + 1] as number);
      siblings[row] = this.parts.counts.get(refs[row] as number) ?? counted;
    }
  }

  /** What a gap is measured from: a column of a parent or of the row itself. */
  private origin({ gap }: GapColumn, state: State, cells: Cells, row: number): number {
    const own = gap.from - this.head - this.parts.columns.length;
    const values = own < 0 ? state.wide[gap.from] : cells[own + this.first];
    return (values as Float64Array)[row] as number;
  }

  /** Write the sibling before, and the gaps of what is known of the row itself, into the wide row. */
  private lookBack(state: State, cells: Cells, row: number): void {
    const { columns } = this.parts;
    const follows = state.follows[row] === 1;
    for (let at = 0; at < columns.length; at++) {
      const into = state.wide[this.head + at] as Float64Array | Int32Array;
      const own = cells[at + this.first] as Float64Array | Int32Array;
      if (follows) into[row] = own[row - 1] as number;
      else into[row] = own instanceof Float64Array ? Number.NaN : -1;
    }
    for (const [own, frame] of this.frames) {
      const value = (cells[own + this.first] as Float64Array)[row] as number;
      const into = state.wide[this.head + columns.length + own] as Float64Array;
      into[row] = frame.gapOf(value, this.origin(frame, state, cells, row));
    }
  }
}
