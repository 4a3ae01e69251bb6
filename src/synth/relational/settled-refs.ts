import { failure } from "../../base/failure.js";
import type { Random } from "../../base/random.js";
import type { CheckedTable } from "../../ir/checked.js";
import { firstOf, type RefColumn, refsOf } from "../../ir/refs.js";
import { UNBOUNDED } from "../../table/column-type.js";
import { type CodeColumn, columnOf, type Table } from "../../table/table.js";
import { childCounts, countsFor, parentOfRows } from "../cardinality.js";
import type { SideColumn } from "../side-columns.js";
import { usualMissingShare } from "../spec-only/spec-model.js";
import type { RowModel } from "../synthesizer.js";
import type { BoundParents, ChildrenModel } from "./children.js";
import { chosenColumn } from "./choose-parents.js";
import { NONE, OTHER } from "./links.js";
import { numbered, RefTests, refColumn } from "./ref-tests.js";

/** What is known of who belongs to whom. */
export interface RefRequest {
  /** The table whose rows are counted. */
  readonly root: string;
  readonly name: string;
  readonly seed: number | string;
  /** How many children a parent has, where that was learned. */
  readonly countFor?: (
    child: string,
    ref: string,
    parent: number,
    random: Random,
    parents: Table,
  ) => number | undefined;
  /** What was learned of the rows of a table that belong to those of another. */
  childrenOf?(table: string): ChildrenModel | undefined;
}

interface Settling {
  readonly table: CheckedTable;
  readonly request: RefRequest;
  /** The tables that were drawn before. */
  readonly tables: ReadonlyMap<string, Table>;
  /** Rows of the table, where they are counted already. */
  readonly rows: number | undefined;
  readonly random: Random;
}

interface Settled {
  readonly columns: ReadonlyMap<string, CodeColumn>;
  /** Undefined where no ref counts them. */
  readonly rows: number | undefined;
  /** The rows' model, given their parents, where that was learned. */
  readonly bound?: RowModel;
}

/** Who belongs to whom: the refs of a table to others. Throws P0606 where nothing says how many rows a parent has, P1409 where no numbers are within bounds. */
export function settledRefs(settling: Settling): Settled {
  const { table, request, tables, rows, random } = settling;
  const refs = refsOf(table).filter(
    ({ type }) => type.table !== table.name && tables.has(type.table),
  );
  const children = request.childrenOf?.(table.name);
  if (children !== undefined) {
    const learned = settledChildren(children, settling);
    const columns = settledFurther(settling, refs, learned.columns);
    return { ...learned, columns };
  }
  const first = firstOf(refs);
  if (first === undefined) return { columns: new Map(), rows };
  const above = tables.get(first.type.table) as Table;
  const codes = assign(table, first, above, rows, request, random);
  const column = refColumn(first, above, keyOf(above), codes);
  const columns = settledFurther(settling, refs, new Map([[first.name, column]]));
  return { columns, rows: codes.length };
}

/** As they were learned: the leading ref, those beside it, and the rows given the parents. */
function settledChildren(
  children: ChildrenModel,
  { table, request, tables, rows, random }: Settling,
): Settled {
  const { name, type } = children.ref;
  const parents = tables.get(type.table) as Table;
  const leading = children.drawRefs(
    { table: table.name, parents, total: rows },
    request.name,
    request.seed,
  );
  const further = children.drawFurther({ table, refs: leading, parents: tables, random });
  const bound = [...further.values()].map(
    (refs): BoundParents => ({
      refs,
      parents: tables.get((refs.type as RefColumn["type"]).table) as Table,
    }),
  );
  return {
    columns: new Map([[name, leading], ...further]),
    rows: leading.codes.length,
    bound: children.under(parents, leading, bound),
  };
}

/** The refs that nothing is known of: any of the parents, as the bounds, rules and keys allow. */
function settledFurther(
  { table, tables, random }: Settling,
  refs: readonly RefColumn[],
  settled: ReadonlyMap<string, CodeColumn>,
): ReadonlyMap<string, CodeColumn> {
  const columns = new Map(settled);
  const open = refs.filter(({ name }) => !settled.has(name));
  const [first] = settled.values();
  if (open.length === 0 || first === undefined) return columns;
  const rows = first.codes.length;
  const tests = new RefTests(table, rows);
  const aboveOf = ({ type }: CodeColumn) => tables.get((type as RefColumn["type"]).table) as Table;
  for (const column of settled.values()) {
    tests.settle(column, aboveOf(column), keyOf(aboveOf(column)));
  }
  for (const ref of open) {
    const above = tables.get(ref.type.table) as Table;
    const { optional } = ref;
    const gone = optional ? (ref.missingShare ?? usualMissingShare) : 0;
    const states = Int32Array.from({ length: rows }, () =>
      gone > 0 && random.uniform() < gone ? NONE : OTHER,
    );
    const column = chosenColumn(
      ref,
      above,
      keyOf(above),
      { states, columns: [] },
      {
        ...{ cells: [], popularity: new Float64Array(above.rows).fill(1), optional, random },
        ...{ min: ref.type.min, max: ref.type.max, table: table.name },
        ...{ tests: tests.of(ref.name, above, keyOf(above)), isFirst: () => true },
      },
    );
    columns.set(ref.name, column);
    tests.settle(column, above, keyOf(above));
  }
  return columns;
}

/** The name of the column that tells rows apart; none where the place in the table does. */
export function keyOf(table: Table): string {
  return table.columns.find(({ type }) => type.kind === "id")?.name ?? "";
}

function assign(
  table: CheckedTable,
  column: RefColumn,
  parents: Table,
  rows: number | undefined,
  request: RefRequest,
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
export function earlierRows(
  column: RefColumn,
  rows: number,
  missing: number,
  random: Random,
): SideColumn {
  const codes = Int32Array.from({ length: rows }, (_, row) => {
    if (row === 0) return column.optional ? -1 : 0;
    return missing > 0 && random.uniform() < missing ? -1 : random.below(row);
  });
  return { codes, levels: numbered(rows) };
}

/** The share of rows without a value of an optional ref: as stated, else as in the real rows. */
export function missingShareOf({ name, optional, missingShare }: RefColumn, real?: Table): number {
  if (!optional) return 0;
  const column = real === undefined ? undefined : columnOf(real, name);
  if (missingShare !== undefined || column?.kind !== "code") return missingShare ?? 0;
  return column.codes.filter((code) => code < 0).length / Math.max(1, column.codes.length);
}
