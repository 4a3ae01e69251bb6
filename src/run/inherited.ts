import type { CheckedRule, CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import type { ColumnDomain } from "../table/domain.js";
import { type Column, columnOf, MISSING, type Table } from "../table/table.js";
import { leadingRef } from "./entities.js";

/** Columns of the row above, laid beside a table's rows under the names `ref.column`. */
export interface Inherited {
  readonly ref: string;
  readonly table: Table;
  readonly domains: readonly ColumnDomain[];
}

/**
 * The columns of the rows that a table's rows belong to, where one protected unit owns both: then a row
 * and what it inherits depend on that unit alone, and a count over them moves no more than a count of the
 * row. Under `protect each row` the row above is another's, and nothing is inherited.
 *
 * @param read rows by table, with their keys.
 * @param known the domains of the table above, as they were released.
 */
export function inherit(
  checked: CheckedSpec,
  table: CheckedTable,
  read: ReadonlyMap<string, Table>,
  known: readonly ColumnDomain[],
): Inherited | undefined {
  const ref = leadingRef(checked, table);
  const parent = checked.tables.find((each) => each.name === ref?.parent);
  const rows = read.get(table.name);
  const above = parent === undefined ? undefined : read.get(parent.name);
  if (ref === undefined || rows === undefined || above === undefined) return undefined;
  const parentOf = rowsAbove(rows, ref.name, above);
  if (parentOf === undefined || known.length === 0) return undefined;
  const named = (name: string) => `${ref.name}.${name}`;
  const columns = known.map((domain) => {
    const column = columnOf(above, domain.name) as Column;
    return { ...taken(column, parentOf), name: named(domain.name) };
  });
  return {
    ref: ref.name,
    table: { ...rows, columns: [...rows.columns, ...columns] },
    domains: known.map((domain) => beside(domain, named)),
  };
}

/** A domain of the row above under the name that its column has beside the rows. */
function beside(domain: ColumnDomain, named: (name: string) => string): ColumnDomain {
  const { substitutes } = domain;
  const own = { ...domain, name: named(domain.name) };
  if (substitutes === undefined) return own;
  const goesWith = substitutes.goesWith.map(({ column, codes }) => ({
    ...{ column: named(column), codes },
  }));
  return { ...own, substitutes: { ...substitutes, goesWith } };
}

/** The row above of each row, −1 where there is none. */
function rowsAbove(rows: Table, ref: string, above: Table): Int32Array | undefined {
  const id = above.columns.find(({ type }) => type.kind === "id");
  const column = columnOf(rows, ref);
  if (id?.kind !== "code" || column?.kind !== "code") return undefined;
  const rowOf = new Map<string, number>();
  id.codes.forEach((code, row) => {
    if (code !== MISSING) rowOf.set(id.levels[code] as string, row);
  });
  const perLevel = column.levels.map((level) => rowOf.get(level) ?? -1);
  return column.codes.map((code) => (code === MISSING ? -1 : (perLevel[code] as number)));
}

function taken(column: Column, rows: Int32Array): Column {
  if (column.kind === "number") {
    const values = Float64Array.from(rows, (row) =>
      row < 0 ? Number.NaN : (column.values[row] as number),
    );
    return { ...column, values };
  }
  const codes = rows.map((row) => (row < 0 ? MISSING : (column.codes[row] as number)));
  return { ...column, codes };
}

/** The rules with `ref.column` of one ref as the columns that were laid beside the rows. */
export function withInherited(rules: readonly CheckedRule[], ref: string): CheckedRule[] {
  return rules.map((rule) =>
    rule.kind === "always" ? { ...rule, formula: lowered(rule.formula, ref) } : rule,
  );
}

function lowered(formula: Formula, ref: string): Formula {
  const deep = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(deep);
    if (typeof part !== "object" || part === null) return part;
    const { op, name, via } = part as { op?: string; name?: string; via?: string };
    if (op === "column" && via === ref) return { op, name: `${via}.${name}` };
    return Object.fromEntries(Object.entries(part).map(([key, own]) => [key, deep(own)]));
  };
  return deep(formula) as Formula;
}
