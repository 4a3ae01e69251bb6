import { failure } from "../../base/failure.js";
import type { Progress } from "../../base/progress.js";
import type { Cells } from "../../constraint/guide.js";
import type { RefType } from "../../table/column-type.js";
import { type Column, columnOf, gather, type Table } from "../../table/table.js";
import type { FitRequest, LearnedColumn } from "../synthesizer.js";
import { type Training, visitOrder } from "../training.js";

/** Real parents, the name of their key column, and the columns that children may depend on. */
export interface ParentTable {
  readonly table: Table;
  readonly key: string;
  readonly columns: readonly LearnedColumn[];
}

/** A ref beside the leading one: of a visit with a patient, its doctor. */
export interface FurtherRef {
  readonly ref: { readonly name: string; readonly type: RefType; readonly optional: boolean };
  readonly parent: ParentTable;
}

/** A table whose rows belong to rows of another. */
export interface ChildrenRequest {
  /** Real children; their `ref` column names parents by key. */
  readonly table: Table;
  /** The columns to model: no keys, nothing computed. */
  readonly columns: readonly LearnedColumn[];
  /** The column that names the parent. */
  readonly ref: { readonly name: string; readonly type: RefType };
  readonly parent: ParentTable;
  readonly further?: readonly FurtherRef[];
  /** The number or date by which siblings follow each other; else their order in the table. */
  readonly sequence?: string;
  readonly options: FitRequest["options"];
  readonly first: readonly string[];
  readonly progress: Progress;
}

const wholeNumber = { kind: "int", learned: true } as const;

/**
 * Parents and children laid side by side. A child's row as trees see it: the columns of its leading parent
 * and of each further one, the number of siblings (itself included), its place among them, each own column
 * of the sibling before, then its own columns. A row with a further parent that is not known stays out.
 */
export interface Family {
  readonly training: Training;
  /** Parents with the number of their children as the last column. */
  readonly counting: Training;
  /** Drawing order of the children's columns. */
  readonly order: readonly number[];
  /** How many children a parent has on average. */
  readonly perParent: number;
  /** How many of the training's columns stand before the number of siblings. */
  readonly above: number;
  /** Position of a child's column in `training`. */
  own(column: number): number;
  /** Positions in `training` that are known when the column of that turn is drawn. */
  visible(turn: number): readonly number[];
  levelsOf(column: number): readonly string[] | undefined;
  /** Levels of the columns that children depend on, as they were learned; of the leading parent first. */
  readonly parentLevels: readonly (readonly (readonly string[] | undefined)[])[];
  /** What stands before a child's columns, number of siblings and place included, of all rows, in the training's positions. */
  readonly whole: Training;
  /** Rows of the training among all. */
  readonly kept: Int32Array;
  /** For each further ref and row of all: the parent's row, and that of the sibling before; −1: none, below: not known. */
  readonly links: readonly { readonly now: Int32Array; readonly before: Int32Array }[];
}

const number = { name: "", type: wholeNumber, optional: false };

/** Throws P0914 where no child names a known parent. */
export function familyOf(request: ChildrenRequest): Family {
  const { parent, columns, further = [] } = request;
  const { table, owner } = siblingsTogether(request, parentRowOf(request.table, request));
  const counts = countsOf(owner, parent.table.rows);
  const { siblings, place, before } = sequence(owner, counts);
  const linked = further.map((each) => parentRowOf(table, each));
  const kept = Int32Array.from(owner.keys()).filter((row) =>
    linked.every((rows) => (rows[row] as number) >= NONE),
  );
  if (kept.length === 0) {
    const { name } = (table.rows === 0 ? undefined : further[0]?.ref) ?? request.ref;
    throw failure("P0914", { table: table.name, ref: name });
  }
  const parents = [parent, ...further.map((each) => each.parent)];
  const rowsAbove = [owner, ...linked].map((rows) => kept.map((row) => rows[row] as number));
  const above = parents.map((each) => columnsOf(each.table, each.columns));
  const below = columnsOf(table, columns);
  const earlier = kept.map((row) => before[row] as number);
  const head = parents.flatMap((each) => each.columns);
  const previous = head.length + 2;
  const own = previous + columns.length;
  const order = visitOrder(columns, request.first);
  const cells: Cells = [
    ...beside(above, rowsAbove),
    Float64Array.from(kept, (row) => siblings[row] as number),
    Float64Array.from(kept, (row) => place[row] as number),
    ...below.map((column) => inRows(valuesOf(column), earlier)),
    ...below.map((column) => inRows(valuesOf(column), kept)),
  ];
  const levels = below.map(levelsOfColumn);
  const parentLevels = above.map((each) => each.map(levelsOfColumn));
  return {
    training: {
      rows: kept.length,
      columns: [...head, number, number, ...columns, ...columns],
      cells,
      levels: [...parentLevels.flat(), undefined, undefined, ...levels, ...levels],
    },
    counting: countingOf({ ...parent, counts }),
    order,
    perParent: table.rows / parent.table.rows,
    above: head.length,
    own: (column) => own + column,
    visible: (turn) => [
      ...Array.from({ length: previous }, (_, at) => at),
      ...order.slice(0, turn + 1).map((column) => previous + column),
      ...order.slice(0, turn).map((column) => own + column),
    ],
    levelsOf: (column) => levels[column],
    parentLevels,
    whole: {
      rows: owner.length,
      columns: [...head, number, number],
      cells: [...beside(above, [owner, ...linked]), siblings, place],
      levels: [...parentLevels.flat(), undefined, undefined],
    },
    kept,
    links: linked.map((now) => ({
      now,
      before: before.map((row) => (row < 0 ? NONE : (now[row] as number))),
    })),
  };
}

/** The columns of each parent in the rows that belong to it. */
function beside(above: readonly (readonly Column[])[], rows: readonly Int32Array[]): Cells {
  return above.flatMap((each, at) =>
    each.map((column) => inRows(valuesOf(column), rows[at] as Int32Array)),
  );
}

/** Parents with the number of their children as the last column. */
export function countingOf({
  table,
  columns,
  counts,
}: Pick<ParentTable, "table" | "columns"> & { readonly counts: Float64Array }): Training {
  const above = columnsOf(table, columns);
  return {
    rows: table.rows,
    columns: [...columns, number],
    cells: [...above.map(valuesOf), counts],
    levels: [...above.map(levelsOfColumn), undefined],
  };
}

/** How many rows name each parent. */
export function countsOf(parentRows: Int32Array, parents: number): Float64Array {
  const counts = new Float64Array(parents);
  for (const row of parentRows) if (row >= 0) counts[row] = (counts[row] as number) + 1;
  return counts;
}

function columnsOf(table: Table, columns: readonly LearnedColumn[]): readonly Column[] {
  return columns.map(({ name }) => columnOf(table, name) as Column);
}

/** Stands for a parent's row where none is named; below it, one number for each that is not among those that are known. */
const NONE = -1;

/** The parent's row of each child. */
function parentRowOf(
  table: Table,
  { ref, parent }: Pick<FurtherRef, "parent"> & { readonly ref: { readonly name: string } },
): Int32Array {
  const named = columnOf(table, ref.name);
  const keys = columnOf(parent.table, parent.key);
  if (named === undefined || keys === undefined) return new Int32Array(table.rows).fill(NONE - 1);
  const rowOf = new Map<string, number>();
  for (let row = 0; row < parent.table.rows; row++) {
    const label = labelAt(keys, row);
    if (label !== undefined && !rowOf.has(label)) rowOf.set(label, row);
  }
  let unknown = NONE;
  return Int32Array.from({ length: table.rows }, (_, row) => {
    const label = labelAt(named, row);
    if (label === undefined) return NONE;
    const known = rowOf.get(label) ?? --unknown;
    rowOf.set(label, known);
    return known;
  });
}

/** The label of a cell, also of a number; undefined for a missing one. */
export function labelAt(column: Column, row: number): string | undefined {
  if (column.kind === "code") return column.levels[column.codes[row] as number];
  const value = column.values[row] as number;
  return Number.isNaN(value) ? undefined : String(value);
}

function siblingsTogether(
  request: ChildrenRequest,
  parentOf: Int32Array,
): { readonly table: Table; readonly owner: Int32Array } {
  const { table, sequence } = request;
  const parents = request.parent.table.rows;
  const starts = new Int32Array(parents + 1);
  for (const parent of parentOf) {
    if (parent >= 0) starts[parent + 1] = (starts[parent + 1] as number) + 1;
  }
  for (let at = 1; at <= parents; at++) {
    starts[at] = (starts[at] as number) + (starts[at - 1] as number);
  }
  const rows = new Uint32Array(starts[parents] as number);
  const owner = new Int32Array(rows.length);
  for (let row = 0; row < parentOf.length; row++) {
    const parent = parentOf[row] as number;
    if (parent < 0) continue;
    const at = starts[parent] as number;
    starts[parent] = at + 1;
    rows[at] = row;
    owner[at] = parent;
  }
  const by = sequence === undefined ? undefined : columnOf(table, sequence);
  if (by !== undefined) sortSiblings(rows, owner, valuesOf(by));
  return { table: gather(table, rows), owner };
}

function sortSiblings(rows: Uint32Array, owner: Int32Array, values: ArrayLike<number>): void {
  const rank = (row: number) => {
    const value = values[row] as number;
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  };
  let from = 0;
  for (let at = 1; at <= rows.length; at++) {
    if (at < rows.length && owner[at] === owner[from]) continue;
    rows.subarray(from, at).sort((a, b) => {
      const [x, y] = [rank(a), rank(b)];
      return x < y ? -1 : x > y ? 1 : a - b;
    });
    from = at;
  }
}

/** Number of siblings, place among them (from 1) and the row of the sibling before (−1: none). */
function sequence(owner: Int32Array, counts: Float64Array) {
  const siblings = Float64Array.from(owner, (parent) => counts[parent] as number);
  const place = new Float64Array(owner.length);
  const before = new Int32Array(owner.length);
  for (let row = 0; row < owner.length; row++) {
    const follows = row > 0 && owner[row] === owner[row - 1];
    place[row] = follows ? (place[row - 1] as number) + 1 : 1;
    before[row] = follows ? row - 1 : -1;
  }
  return { siblings, place, before };
}

function valuesOf(column: Column): Float64Array | Int32Array {
  return column.kind === "number" ? column.values : column.codes;
}

function levelsOfColumn(column: Column): readonly string[] | undefined {
  return column.kind === "number" ? undefined : column.levels;
}

/** The values of those rows; a row below 0 has none. */
export function inRows(
  values: Float64Array | Int32Array,
  rows: Int32Array,
): Float64Array | Int32Array {
  return values instanceof Float64Array
    ? Float64Array.from(rows, (row) => (row < 0 ? Number.NaN : (values[row] as number)))
    : rows.map((row) => (row < 0 ? -1 : (values[row] as number)));
}

/** The columns that children depend on, of any table of parents, in the codes that were learned; unknown labels missing. */
export function parentCells(
  parents: Table,
  columns: readonly LearnedColumn[],
  levels: readonly (readonly string[] | undefined)[],
): Cells {
  return columns.map(({ name }, at) => {
    const known = levels[at];
    const column = columnOf(parents, name);
    if (column === undefined) {
      return known === undefined
        ? new Float64Array(parents.rows).fill(Number.NaN)
        : new Int32Array(parents.rows).fill(-1);
    }
    if (column.kind === "number" || known === undefined) return valuesOf(column);
    const place = new Map(known.map((label, code) => [label, code]));
    const codeOf = column.levels.map((label) => place.get(label) ?? -1);
    return column.codes.map((code) => (code < 0 ? -1 : (codeOf[code] as number)));
  });
}

/** The columns of a parent that children depend on, with the levels that were learned. */
export interface Above {
  readonly key: string;
  readonly columns: readonly LearnedColumn[];
  readonly levels: readonly (readonly string[] | undefined)[];
}

/** The row of each code of the key; absent where the key is the row. */
export function rowsByKey(parents: Table, key: string): Int32Array | undefined {
  const column = columnOf(parents, key);
  if (column?.kind !== "code") return undefined;
  const rows = new Int32Array(column.levels.length).fill(-1);
  column.codes.forEach((code, row) => {
    if (code >= 0) rows[code] = row;
  });
  return rows;
}
