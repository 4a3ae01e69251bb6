import { failure } from "../base/failure.js";
import type { Progress } from "../base/progress.js";
import { type Random, stream } from "../base/random.js";
import { type ParentRows, parentRows } from "../constraint/scope.js";
import type { CheckedColumn, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { type RefType, UNBOUNDED } from "../table/column-type.js";
import type { Table } from "../table/table.js";
import { childCounts, countsFor, parentOfRows } from "./cardinality.js";
import { type DrawnTable, drawTable, drawTablePieces, type TableRequest } from "./draw-table.js";
import type { SideColumn } from "./side-columns.js";
import type { RowModel } from "./synthesizer.js";

/** Several tables drawn together: one is counted, the others follow by their cardinalities. */
export interface FamilyRequest {
  readonly tables: readonly CheckedTable[];
  /** The table that `rows` counts. */
  readonly root: string;
  readonly rows: number;
  readonly name: string;
  readonly seed: number | string;
  readonly progress: Progress;
  /** A condition on the rows of the root. */
  readonly given?: Formula;
  /** The model of a table, once the tables that it refers to are drawn. */
  modelFor(table: CheckedTable, parents: ReadonlyMap<string, ParentRows>): Promise<RowModel>;
  /** How many children a parent has, where that was learned. */
  readonly countFor?: (
    child: string,
    ref: string,
    parent: number,
    random: Random,
    parents: Table,
  ) => number | undefined;
  /** The training table of a name, for `determines`. */
  learnedFrom?(table: string): Table | undefined;
  /** The rows of a table that no generated row may copy. */
  noCopiesOf?(table: string): Table | undefined;
  /** Draws the root, where its rows are chosen to meet goals. */
  drawRoot?(request: TableRequest): Promise<DrawnTable>;
}

type RefColumn = CheckedColumn & { readonly type: RefType };

function refsOf(table: CheckedTable): readonly RefColumn[] {
  return table.columns.filter((column): column is RefColumn => column.type.kind === "ref");
}

/** The tables that come with the root: its descendants, and whatever any of them refers to; parents first. */
export function familyOf(tables: readonly CheckedTable[], root: string): readonly CheckedTable[] {
  const wanted = new Set([root]);
  for (let size = 0; size < wanted.size; ) {
    size = wanted.size;
    for (const table of tables) {
      for (const { type } of refsOf(table)) {
        if (wanted.has(type.table) && isBelow(tables, type.table, root)) wanted.add(table.name);
        if (wanted.has(table.name)) wanted.add(type.table);
      }
    }
  }
  const ordered = new Set<CheckedTable>();
  const visit = (table: CheckedTable | undefined, above: readonly string[]): void => {
    if (table === undefined || ordered.has(table) || above.includes(table.name)) return;
    for (const { type } of refsOf(table)) {
      visit(
        tables.find((one) => one.name === type.table),
        [...above, table.name],
      );
    }
    ordered.add(table);
  };
  for (const table of tables) if (wanted.has(table.name)) visit(table, []);
  return [...ordered];
}

/** Whether a table is the root or refers to it, perhaps through others. */
function isBelow(tables: readonly CheckedTable[], name: string, root: string): boolean {
  if (name === root) return true;
  const table = tables.find((one) => one.name === name);
  return (
    table !== undefined &&
    refsOf(table).some(({ type }) => type.table !== name && isBelow(tables, type.table, root))
  );
}

/** Draw the whole family, parents before children. The result is in the order of `tables`. */
export async function drawFamily(request: FamilyRequest): Promise<readonly DrawnTable[]> {
  const family = familyOf(request.tables, request.root);
  const sizes = sizesAbove(family, request);
  const drawn = new Map<string, DrawnTable>();
  for (const table of family) {
    const member = await memberRequest(table, request, drawn, sizes);
    const draw = table.name === request.root ? (request.drawRoot ?? drawTable) : drawTable;
    drawn.set(table.name, await draw(member));
  }
  return request.tables.flatMap((table) => drawn.get(table.name) ?? []);
}

/**
 * The root's rows in pieces, the same that `drawFamily` gives, where the family is one table that refers
 * to nothing; undefined for others.
 */
export async function drawAlone(
  request: FamilyRequest,
): Promise<AsyncGenerator<DrawnTable> | undefined> {
  const [table, ...others] = familyOf(request.tables, request.root);
  if (table === undefined || others.length > 0 || refsOf(table).length > 0) return undefined;
  const sizes = new Map([[request.root, request.rows]]);
  return drawTablePieces(await memberRequest(table, request, new Map(), sizes));
}

/** Rows of the root and of the tables above it; those below follow from their parents. */
function sizesAbove(family: readonly CheckedTable[], request: FamilyRequest): Map<string, number> {
  const sizes = new Map([[request.root, request.rows]]);
  for (const table of [...family].reverse()) {
    for (const { type } of refsOf(table)) {
      const rows = sizes.get(table.name);
      if (rows === undefined || sizes.has(type.table)) continue;
      const usual = Math.max(1, Math.min((type.min + type.max) / 2, type.max));
      sizes.set(type.table, Math.max(1, Math.ceil(rows / usual)));
    }
  }
  return sizes;
}

async function memberRequest(
  table: CheckedTable,
  request: FamilyRequest,
  drawn: ReadonlyMap<string, DrawnTable>,
  sizes: Map<string, number>,
): Promise<TableRequest> {
  const { name, seed, progress, given } = request;
  const random = stream(seed, name, "family", table.name);
  const isRoot = table.name === request.root;
  const spare: ((row: number) => boolean)[] = [];
  const refs = new Map<string, SideColumn>();
  const parents = new Map<string, ParentRows>();
  let rows = sizes.get(table.name);
  for (const column of refsOf(table)) {
    if (column.type.table === table.name) continue;
    const parent = drawn.get(column.type.table)?.table;
    if (parent === undefined) continue;
    const codes = assign(table, column, parent, rows, request, random);
    rows = codes.length;
    spare.push(spareRows(codes, parent.rows, column.type.min));
    const id = parent.columns.find(({ type }) => type.kind === "id");
    const levels = id?.kind === "code" ? id.levels : numbered(parent.rows);
    refs.set(column.name, { codes, levels });
    parents.set(column.name, parentRows(parent, id?.name ?? "", levels));
  }
  rows ??= request.rows;
  for (const column of refsOf(table)) {
    if (column.type.table === table.name) refs.set(column.name, earlierRows(column, rows, random));
  }
  sizes.set(table.name, rows);
  const model = await request.modelFor(table, parents);
  const learnedFrom = request.learnedFrom?.(table.name);
  const noCopiesOf = request.noCopiesOf?.(table.name);
  return {
    ...{ table, model, rows, name, seed: `${seed}/${table.name}`, progress, refs, parents },
    ...(given === undefined || !isRoot ? {} : { given }),
    ...(isRoot ? {} : { mayGiveUp: (row: number) => spare.every((one) => one(row)) }),
    ...(learnedFrom === undefined ? {} : { learnedFrom }),
    ...(noCopiesOf === undefined ? {} : { noCopiesOf }),
  };
}

/** A row is spare while its parent has more children than it must. */
export function spareRows(
  codes: Int32Array,
  parents: number,
  min: number,
): (row: number) => boolean {
  const counts = new Uint32Array(parents);
  for (const code of codes) counts[code] = (counts[code] as number) + 1;
  return (row) => {
    const parent = codes[row] as number;
    const left = counts[parent] as number;
    if (left <= min) return false;
    counts[parent] = left - 1;
    return true;
  };
}

function assign(
  table: CheckedTable,
  column: RefColumn,
  parents: Table,
  rows: number | undefined,
  request: FamilyRequest,
  random: Random,
): Int32Array {
  const { type } = column;
  if (rows !== undefined) {
    const names = { child: table.name, parent: type.table };
    const counts = countsFor(rows, parents.rows, type, names, random);
    return parentOfRows(counts, table.name === request.root ? undefined : random);
  }
  const { countFor } = request;
  const draw = (parent: number, from: Random): number | undefined => {
    const known = countFor?.(table.name, column.name, parent, from, parents);
    if (known === undefined && type.max >= UNBOUNDED)
      throw failure("P0606", { child: table.name, parent: type.table });
    return known;
  };
  return parentOfRows(childCounts(parents.rows, type, random, draw));
}

/** A table that refers to itself: each row to one above it, the first to none or to itself. */
function earlierRows(column: RefColumn, rows: number, random: Random): SideColumn {
  const codes = Int32Array.from({ length: rows }, (_, row) =>
    row === 0 ? (column.optional ? -1 : 0) : random.below(row),
  );
  return { codes, levels: numbered(rows) };
}

function numbered(rows: number): string[] {
  return Array.from({ length: rows }, (_, row) => String(row + 1));
}
