import { impossible } from "../../base/failure.js";
import type { Random } from "../../base/random.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import type { ParentRows } from "../../constraint/scope.js";
import type {
  BatchState,
  GivenParents,
  LearnedColumn,
  RowModel,
  SavedModel,
} from "../synthesizer.js";
import { type LanguageRows, loadLanguageRows } from "./language-rows.js";

/**
 * Rows as language over a table's own columns and those of the rows that its rows belong to, which are told first: rows
 * are drawn given their parents.
 */
export class LanguageUnder implements GivenParents {
  /** Own columns first; the parent's, named `ref.column`, come first in its order. */
  private readonly joint: LanguageRows;
  private readonly own: number;

  constructor(joint: LanguageRows, own: number) {
    this.joint = joint;
    this.own = own;
  }

  get columns(): readonly LearnedColumn[] {
    return this.joint.columns.slice(0, this.own);
  }

  under(ref: LearnedColumn, parents: ParentRows): RowModel {
    const { joint, own } = this;
    const given = joint.columns
      .slice(own)
      .map((column, i) => valuesOf(joint, own + i, column, parents));
    return new RowsUnder(joint, own, ref, given, parents.rowOfCode);
  }

  save(): SavedModel {
    const saved = this.joint.save();
    return { ...saved, json: { ...(saved.json as object), own: this.own } };
  }
}

/** A model from what `save` gave. */
export function loadLanguageUnder(saved: SavedModel): LanguageUnder {
  return new LanguageUnder(loadLanguageRows(saved), (saved.json as { own: number }).own);
}

/** A parent's column, by its rows, as the joint model writes it: numbers, or codes of its own levels (−1: missing). */
function valuesOf(
  joint: RowModel,
  at: number,
  { name }: LearnedColumn,
  parents: ParentRows,
): Float64Array | Int32Array {
  const levels = joint.levels[at];
  const own = name.slice(name.indexOf(".") + 1);
  const column = parents.scope.columns.findIndex((each) => each.name === own);
  const values = parents.cells[column];
  if (levels === undefined) {
    return values instanceof Float64Array
      ? values
      : new Float64Array(parents.rows).fill(Number.NaN);
  }
  if (values === undefined || values instanceof Float64Array) {
    return new Int32Array(parents.rows).fill(-1);
  }
  const place = new Map(levels.map((level, code) => [level, code]));
  const target = (parents.scope.levels[column] ?? []).map((level) => place.get(level) ?? -1);
  return values.map((code) => (code < 0 ? -1 : (target[code] as number)));
}

/** Position 0 is the ref column, which the driver fixes. */
class RowsUnder implements RowModel {
  readonly learner = "language";
  readonly isBound = true;
  readonly isSlow = true;
  readonly columns: readonly LearnedColumn[];
  readonly levels: RowModel["levels"];
  readonly order: readonly number[];
  private readonly joint: LanguageRows;
  private readonly own: number;
  private readonly given: readonly (Float64Array | Int32Array)[];
  private readonly rowOfCode: Int32Array | undefined;
  private seen:
    | { readonly state: BatchState; readonly cells: Cells; readonly inner: Cells }
    | undefined;

  constructor(
    joint: LanguageRows,
    own: number,
    ref: LearnedColumn,
    given: readonly (Float64Array | Int32Array)[],
    rowOfCode: Int32Array | undefined,
  ) {
    this.joint = joint;
    this.own = own;
    this.given = given;
    this.rowOfCode = rowOfCode;
    this.columns = [ref, ...joint.columns.slice(0, own)];
    this.levels = [[], ...joint.levels.slice(0, own)];
    this.order = [0, ...joint.order.filter((column) => column < own).map((column) => column + 1)];
  }

  begin(rows: number, random: Random, spent?: BatchState): BatchState {
    return this.joint.begin(rows, random, spent);
  }

  drawFree(
    state: BatchState,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const inner = this.innerCells(state, cells, from, to);
    this.joint.drawFree(state, inner, column - 1, from, to, random);
  }

  drawAllowed(
    state: BatchState,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const inner = this.innerCells(state, cells, row, row + 1);
    return this.joint.drawAllowed(state, inner, column - 1, row, allowed, random);
  }

  save(): SavedModel {
    throw impossible("a model bound to drawn parents is never saved", this.columns);
  }

  /** The own columns, then the parents' beside them: for all rows of a new batch, else for those that are drawn. */
  private innerCells(state: BatchState, cells: Cells, from: number, to: number): Cells {
    const isNew = this.seen?.state !== state || this.seen?.cells !== cells;
    const refs = cells[0] as Int32Array;
    if (isNew) {
      const beside = this.given.map((values) =>
        values instanceof Float64Array
          ? new Float64Array(refs.length)
          : new Int32Array(refs.length),
      );
      this.seen = { state, cells, inner: [...cells.slice(1), ...beside] };
    }
    const { inner } = this.seen as NonNullable<typeof this.seen>;
    this.given.forEach((values, at) => {
      const beside = inner[this.own + at] as Float64Array;
      for (let row = isNew ? 0 : from; row < (isNew ? refs.length : to); row++) {
        const code = refs[row] as number;
        const parent = this.rowOfCode === undefined ? code : (this.rowOfCode[code] ?? -1);
        beside[row] = values[parent] ?? (values instanceof Float64Array ? Number.NaN : -1);
      }
    });
    return inner;
  }
}
