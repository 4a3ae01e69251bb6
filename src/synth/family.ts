import type { Progress } from "../base/progress.js";
import { stream } from "../base/random.js";
import { type ParentRows, parentRows } from "../constraint/scope.js";
import type { CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { familyOf, refsOf } from "../ir/refs.js";
import type { Table } from "../table/table.js";
import { type DrawnTable, drawTable, drawTablePieces, type TableRequest } from "./draw-table.js";
import type { OwnRefModel } from "./relational/own-refs.js";
import {
  earlierRows,
  keyOf,
  missingShareOf,
  type RefRequest,
  settledRefs,
} from "./relational/settled-refs.js";
import type { SideColumn } from "./side-columns.js";
import type { RowModel } from "./synthesizer.js";

/** Several tables drawn together: one is counted, the others follow by their cardinalities. */
export interface FamilyRequest extends RefRequest {
  readonly tables: readonly CheckedTable[];
  readonly rows: number;
  readonly progress: Progress;
  /** A condition on the rows of the root. */
  readonly given?: Formula;
  /** The model of a table, once the tables that it refers to are drawn; `bound`: what was learned of its rows, given them. */
  modelFor(
    table: CheckedTable,
    parents: ReadonlyMap<string, ParentRows>,
    bound?: RowModel,
  ): Promise<RowModel>;
  /** What was learned of rows that lead to others of their table. */
  ownRefsOf?(table: string): readonly OwnRefModel[];
  /** How many rows a table has that nothing else counts: as many as the real one, where that may be told. */
  rowsOf?(table: string): number | undefined;
  /** The training table of a name, for `determines`. */
  learnedFrom?(table: string): Table | undefined;
  /** What it taught of each `determines`, where it is not here. */
  taught?(table: string): readonly Table[] | undefined;
  /** The rows of a table that no generated row may copy. */
  noCopiesOf?(table: string): Table | undefined;
  /** Rows that the root's are put beside. */
  readonly beside?: Table;
  /** Draws the root, where its rows are chosen to meet goals. */
  drawRoot?(request: TableRequest): Promise<DrawnTable>;
}

/** Draw the whole family, parents before children. The result is in the order of `tables`. */
export async function drawFamily(request: FamilyRequest): Promise<readonly DrawnTable[]> {
  const family = familyOf(request.tables, request.root);
  const sizes = sizesAbove(family, request);
  const drawn = new Map<string, DrawnTable>();
  for (const table of family) {
    const member = await memberRequest(table, request, drawn, sizes);
    const draw = table.name === request.root ? (request.drawRoot ?? drawTable) : drawTable;
    drawn.set(table.name, withOwnRefs(await draw(member), table, request));
  }
  return request.tables.flatMap((table) => drawn.get(table.name) ?? []);
}

/** Rows that lead to each other as it was learned; below those that they lead to, where no rule has ordered them. */
function withOwnRefs(made: DrawnTable, table: CheckedTable, request: FamilyRequest): DrawnTable {
  const isOrdered = table.rules.some(({ kind }) => kind === "increases");
  let own = made.table;
  for (const [at, model] of (request.ownRefsOf?.(table.name) ?? []).entries()) {
    const ref = refsOf(table).find(({ name }) => name === model.ref);
    if (ref === undefined) continue;
    const random = stream(request.seed, request.name, "own refs", table.name, ref.name);
    own = model.linked(own, ref.type, random, at === 0 && !isOrdered);
  }
  return { ...made, table: own };
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
    const children = request.childrenOf?.(table.name);
    for (const { name, type } of refsOf(table)) {
      const rows = sizes.get(table.name);
      if (rows === undefined || sizes.has(type.table)) continue;
      if (children !== undefined && children.ref.name !== name) continue;
      const known = children?.perParent ?? (type.min + type.max) / 2;
      const usual = Math.max(children === undefined ? 1 : 1e-9, Math.min(known, type.max));
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
  const tables = new Map([...drawn].map(([each, { table: made }]) => [each, made]));
  const settled = settledRefs({ table, request, tables, rows: sizes.get(table.name), random });
  const rows = settled.rows ?? rowsAlone(table, request);
  const refs = new Map<string, SideColumn>(settled.columns);
  const parents = new Map<string, ParentRows>();
  const spare: ((row: number) => boolean)[] = [];
  for (const column of refsOf(table)) {
    const { type } = column;
    if (type.table === table.name) {
      const gone = missingShareOf(column, request.learnedFrom?.(table.name));
      refs.set(column.name, earlierRows(column, rows, gone, random));
    }
    const own = settled.columns.get(column.name);
    const above = tables.get(type.table);
    if (own === undefined || above === undefined) continue;
    parents.set(column.name, parentRows(above, keyOf(above), own.levels));
    spare.push(spareRows(own.codes, own.levels.length, type.min));
  }
  sizes.set(table.name, rows);
  const model = await request.modelFor(table, parents, settled.bound);
  const learnedFrom = request.learnedFrom?.(table.name);
  const taught = request.taught?.(table.name);
  const noCopiesOf = request.noCopiesOf?.(table.name);
  return {
    ...{ table, model, rows, name, seed: `${seed}/${table.name}`, progress, refs, parents },
    ...(given === undefined || !isRoot ? {} : { given }),
    ...(request.beside === undefined || !isRoot ? {} : { beside: request.beside }),
    ...(isRoot ? {} : { mayGiveUp: (row: number) => spare.every((one) => one(row)) }),
    ...(learnedFrom === undefined ? {} : { learnedFrom }),
    ...(taught === undefined ? {} : { taught }),
    ...(noCopiesOf === undefined ? {} : { noCopiesOf }),
  };
}

/**
 * Rows of a table that nothing counts: as many as were read; where rows below would be too few for each to have those
 * that it must, the same share of them as of the root.
 */
function rowsAlone({ name }: CheckedTable, { tables, root, rows, rowsOf }: FamilyRequest): number {
  const [read, ofRoot] = [rowsOf?.(name), rowsOf?.(root)];
  if (read === undefined || ofRoot === undefined) return read ?? rows;
  const share = rows / ofRoot;
  const isTooMany = tables.some((below) =>
    refsOf(below).some(
      ({ type }) =>
        type.table === name && read * type.min > share * (rowsOf?.(below.name) ?? Infinity),
    ),
  );
  return isTooMany ? Math.max(1, Math.floor(read * share)) : read;
}

/** A row is spare while its parent has more children than it must. */
function spareRows(codes: Int32Array, parents: number, min: number): (row: number) => boolean {
  const counts = new Uint32Array(parents);
  for (const code of codes) if (code >= 0) counts[code] = (counts[code] as number) + 1;
  return (row) => {
    const parent = codes[row] as number;
    if (parent < 0) return true;
    const left = counts[parent] as number;
    if (left <= min) return false;
    counts[parent] = left - 1;
    return true;
  };
}
