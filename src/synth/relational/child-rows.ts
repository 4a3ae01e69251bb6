import { impossible } from "../../base/failure.js";
import type { Random } from "../../base/random.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import { ShapedRows } from "../shaped-rows.js";
import type { LearnedColumn, RowModel, SavedModel } from "../synthesizer.js";
import { type ColumnModel, drawColumn, drawColumnAllowed } from "../tree/column-model.js";

/** What draws the children of given parents. */
export interface ChildParts {
  readonly ref: LearnedColumn;
  readonly refLevels: readonly string[];
  readonly columns: readonly LearnedColumn[];
  readonly levels: readonly (readonly string[] | undefined)[];
  readonly order: readonly number[];
  readonly models: readonly ColumnModel[];
  readonly parents: Cells;
  readonly rowOfCode: Int32Array | undefined;
  /** Children by the parent's code. */
  readonly counts: ReadonlyMap<number, number>;
}

interface State {
  /** Cells as the trees know them: parent, siblings, place, sibling before, own. */
  readonly wide: readonly (Float64Array | Int32Array)[];
  prepared: boolean;
  /** Rows of the state's block, and which of them follow a sibling. */
  readonly follows: Uint8Array;
}

/**
 * Children of parents that are known. Position 0 is the ref column, which the driver fixes; siblings
 * stand together. The sibling before a row is the row above it in the block, if it has the same parent.
 */
export class ChildRows extends ShapedRows implements RowModel {
  readonly learner = "trees";
  readonly isBound = true;
  private readonly parts: ChildParts;
  private readonly head: number;

  constructor(parts: ChildParts) {
    super({
      columns: [parts.ref, ...parts.columns],
      levels: [parts.refLevels, ...parts.levels],
      order: [0, ...parts.order.map((column) => column + 1)],
    });
    this.parts = parts;
    this.head = parts.parents.length + 2;
  }

  begin(rows: number): State {
    const { parts, head } = this;
    const like = (values: Float64Array | Int32Array | undefined) =>
      values instanceof Int32Array ? new Int32Array(rows) : new Float64Array(rows);
    const wide = parts.parents.map(like);
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
    const model = this.parts.models[column - 1] as ColumnModel;
    const target = this.head + this.parts.columns.length + column - 1;
    for (let row = from; row < to; row++) {
      this.lookBack(state, cells, row);
      drawColumn(model, state.wide, target, row, row + 1, random);
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
    const model = this.parts.models[column - 1] as ColumnModel;
    const target = this.head + this.parts.columns.length + column - 1;
    this.lookBack(state, cells, row);
    return drawColumnAllowed(model, state.wide, target, row, allowed, random);
  }

  save(): SavedModel {
    throw impossible("a model bound to drawn parents is never saved", this.columns);
  }

  /** Fetch each row's parent, once a block. */
  private prepare(state: State, cells: Cells): State {
    if (state.prepared) return state;
    state.prepared = true;
    const { parents, rowOfCode, columns } = this.parts;
    const refs = cells[0] as Int32Array;
    const { wide, follows } = state;
    const rows = follows.length;
    const parentRows = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      const code = refs[row] as number;
      parentRows[row] = rowOfCode === undefined ? code : (rowOfCode[code] as number);
    }
    parents.forEach((values, at) => {
      const into = wide[at] as Float64Array;
      for (let row = 0; row < rows; row++) {
        into[row] = (values as Float64Array)[parentRows[row] as number] as number;
      }
    });
    this.countSiblings(state, refs);
    for (let at = 0; at < columns.length; at++) {
      (wide as (Float64Array | Int32Array)[])[this.head + columns.length + at] = cells[
        at + 1
      ] as Float64Array;
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

  /** Write the sibling before into the wide row. */
  private lookBack(state: State, cells: Cells, row: number): void {
    const { columns } = this.parts;
    const follows = state.follows[row] === 1;
    for (let at = 0; at < columns.length; at++) {
      const into = state.wide[this.head + at] as Float64Array | Int32Array;
      const own = cells[at + 1] as Float64Array | Int32Array;
      if (follows) into[row] = own[row - 1] as number;
      else into[row] = own instanceof Float64Array ? Number.NaN : -1;
    }
  }
}
