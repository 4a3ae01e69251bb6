import type { Progress } from "../../base/progress.js";
import type { Cells } from "../../constraint/guide.js";
import type { RefType } from "../../table/column-type.js";
import { type Column, columnOf, gather, type Table } from "../../table/table.js";
import type { FitRequest, LearnedColumn } from "../synthesizer.js";
import { type Training, visitOrder } from "../training.js";

/** A table whose rows belong to rows of another. */
export interface ChildrenRequest {
  /** Real children; their `ref` column names parents by key. */
  readonly table: Table;
  /** The columns to model: no keys, nothing computed. */
  readonly columns: readonly LearnedColumn[];
  /** The column that names the parent. */
  readonly ref: { readonly name: string; readonly type: RefType };
  /** Real parents, the name of their key column, and the columns that children may depend on. */
  readonly parent: {
    readonly table: Table;
    readonly key: string;
    readonly columns: readonly LearnedColumn[];
  };
  /** The number or date by which siblings follow each other; else their order in the table. */
  readonly sequence?: string;
  readonly options: FitRequest["options"];
  readonly first: readonly string[];
  readonly progress: Progress;
}

const wholeNumber = { kind: "int", learned: true } as const;

/**
 * Parents and children laid side by side. A child's row as trees see it: the parent's columns, the
 * number of siblings (itself included), its place among them, each own column of the sibling before,
 * then its own columns.
 */
export interface Family {
  /** Children whose parent is known, siblings together, in their old order. */
  readonly table: Table;
  readonly training: Training;
  /** Parents with the number of their children as the last column. */
  readonly counting: Training;
  /** Drawing order of the children's columns. */
  readonly order: readonly number[];
  /** Position of a child's column in `training`. */
  own(column: number): number;
  /** Positions in `training` that are known when the column of that turn is drawn. */
  visible(turn: number): readonly number[];
  levelsOf(column: number): readonly string[] | undefined;
  /** Levels of the columns that children depend on, as they were learned. */
  readonly parentLevels: readonly (readonly string[] | undefined)[];
}

export function familyOf(request: ChildrenRequest): Family {
  const { parent, columns } = request;
  const parentOf = parentRowOf(request);
  const { table, owner } = siblingsTogether(request, parentOf);
  const counts = new Float64Array(parent.table.rows);
  for (const row of owner) counts[row] = (counts[row] as number) + 1;
  const above = parent.columns.map(({ name }) => columnOf(parent.table, name) as Column);
  const below = columns.map(({ name }) => columnOf(table, name) as Column);
  const fromParent = above.map((column) => take(column, owner));
  const { siblings, place, before } = sequence(owner, counts);
  const cells: Cells = [
    ...fromParent,
    siblings,
    place,
    ...below.map((column) => takeBefore(column, before)),
    ...below.map(valuesOf),
  ];
  const levels = [
    ...above.map(levelsOfColumn),
    undefined,
    undefined,
    ...below.map(levelsOfColumn),
    ...below.map(levelsOfColumn),
  ];
  const number = { name: "", type: wholeNumber, optional: false };
  const head = [...parent.columns, number, number];
  const order = visitOrder(columns, request.first);
  const previous = head.length;
  const own = previous + columns.length;
  const all = [...head, ...columns, ...columns];
  return {
    table,
    training: { rows: table.rows, columns: all, cells, levels },
    counting: {
      rows: parent.table.rows,
      columns: [...parent.columns, number],
      cells: [...above.map(valuesOf), counts],
      levels: [...above.map(levelsOfColumn), undefined],
    },
    order,
    own: (column) => own + column,
    visible: (turn) => [
      ...head.keys(),
      ...order.slice(0, turn + 1).map((column) => previous + column),
      ...order.slice(0, turn).map((column) => own + column),
    ],
    levelsOf: (column) => levelsOfColumn(below[column] as Column),
    parentLevels: above.map(levelsOfColumn),
  };
}

/** The parent's row of each child, −1 where its key is missing or unknown. */
function parentRowOf(request: ChildrenRequest): Int32Array {
  const { parent, ref, table } = request;
  const named = columnOf(table, ref.name);
  const keys = columnOf(parent.table, parent.key);
  if (named === undefined || keys === undefined) return new Int32Array(table.rows).fill(-1);
  const rowOf = new Map<string | number, number>();
  for (let row = 0; row < parent.table.rows; row++) {
    const label = labelAt(keys, row);
    if (label !== undefined && !rowOf.has(label)) rowOf.set(label, row);
  }
  return Int32Array.from({ length: table.rows }, (_, row) => {
    const label = labelAt(named, row);
    return label === undefined ? -1 : (rowOf.get(label) ?? -1);
  });
}

function labelAt(column: Column, row: number): string | undefined {
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

function take(column: Column, rows: Int32Array): Float64Array | Int32Array {
  const values = valuesOf(column);
  return values instanceof Float64Array
    ? Float64Array.from(rows, (row) => values[row] as number)
    : Int32Array.from(rows, (row) => values[row] as number);
}

function takeBefore(column: Column, before: Int32Array): Float64Array | Int32Array {
  const values = valuesOf(column);
  return values instanceof Float64Array
    ? Float64Array.from(before, (row) => (row < 0 ? Number.NaN : (values[row] as number)))
    : Int32Array.from(before, (row) => (row < 0 ? -1 : (values[row] as number)));
}

/** The columns that children depend on, of any table of parents, in the codes that were learned; unknown labels missing. */
export function parentCells(
  parents: Table,
  columns: readonly LearnedColumn[],
  levels: Family["parentLevels"],
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
