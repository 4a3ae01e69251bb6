import { type RefType, UNBOUNDED } from "../table/column-type.js";
import type { CheckedColumn, CheckedTable } from "./checked.js";

/** A column that names a row of another table. */
export type RefColumn = CheckedColumn & { readonly type: RefType };

/** The refs of a table, in its columns' order. */
export function refsOf(table: CheckedTable): readonly RefColumn[] {
  return table.columns.filter((column): column is RefColumn => column.type.kind === "ref");
}

/**
 * The ref that says whose the rows of a learned table are, and so how many there are, of those whose parents are
 * learned too. A ref to the table itself is none.
 */
export function leadingRef(
  tables: readonly CheckedTable[],
  table: CheckedTable,
): RefColumn | undefined {
  return firstOf(learnedRefs(tables, table));
}

/** Of several refs the one that leads: the first with a stated number per parent, else the first that is never missing. */
export function firstOf(refs: readonly RefColumn[]): RefColumn | undefined {
  return (
    refs.find(({ type, optional }) => type.max < UNBOUNDED && !optional) ??
    refs.find(({ optional }) => !optional) ??
    refs[0]
  );
}

/** The other refs of a learned table to learned tables: a visit has a patient, and beside that a doctor. */
export function furtherRefs(
  tables: readonly CheckedTable[],
  table: CheckedTable,
): readonly RefColumn[] {
  const leading = leadingRef(tables, table);
  return learnedRefs(tables, table).filter((ref) => ref !== leading);
}

function learnedRefs(tables: readonly CheckedTable[], table: CheckedTable): readonly RefColumn[] {
  if (table.source === undefined) return [];
  const learned = new Set(
    tables.flatMap(({ name, source }) => (source === undefined ? [] : [name])),
  );
  return refsOf(table).filter(({ type }) => type.table !== table.name && learned.has(type.table));
}

/** Whether refs lead from a table to another, perhaps through others; a table leads to itself. */
export function leadsTo(tables: readonly CheckedTable[], from: CheckedTable, to: string): boolean {
  const reached = new Set([from.name]);
  for (const name of reached) {
    const table = tables.find((each) => each.name === name);
    for (const { type } of table === undefined ? [] : refsOf(table)) reached.add(type.table);
  }
  return reached.has(to);
}

/** The tables that come with the root: its descendants, and whatever any of them refers to; parents first. */
export function familyOf(tables: readonly CheckedTable[], root: string): readonly CheckedTable[] {
  const wanted = new Set([root]);
  for (let size = 0; size < wanted.size; ) {
    size = wanted.size;
    for (const table of tables) {
      for (const { type } of refsOf(table)) {
        if (wanted.has(type.table) && leadsTo(tables, table, root)) wanted.add(table.name);
        if (wanted.has(table.name)) wanted.add(type.table);
      }
    }
  }
  return parentsFirst(tables).filter(({ name }) => wanted.has(name));
}

/** Tables in the order of their refs, parents before the tables that refer to them. */
export function parentsFirst(tables: readonly CheckedTable[]): readonly CheckedTable[] {
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
  for (const table of tables) visit(table, []);
  return [...ordered];
}
