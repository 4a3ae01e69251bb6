import { failure } from "../base/failure.js";
import type { CheckedColumn, CheckedPrivacy, CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { ProtectedUnit } from "../privacy/access.js";
import { type CodeColumn, columnOf, MISSING, type Table } from "../table/table.js";

/** What is protected in one table: the unit, and whose row each row is where a unit has several. */
export interface Protected {
  readonly unit: ProtectedUnit;
  readonly entities?: ArrayLike<number>;
}

/** The spec's unit in the user's nouns. */
function unitName({ unit }: CheckedPrivacy): string {
  return unit.kind === "row" ? `each row of ${unit.table}` : `each of ${unit.table}`;
}

/** The keys that must be read to know whose a row is: refs, and ids that a ref leads to. */
export function ownerKeys(checked: CheckedSpec, table: CheckedTable): readonly CheckedColumn[] {
  if (checked.privacy?.unit.kind !== "entity") return [];
  const isAbove = checked.tables.some(({ columns }) =>
    columns.some(({ type }) => type.kind === "ref" && type.table === table.name),
  );
  return table.columns.filter(({ type }) => type.kind === "ref" || (isAbove && type.kind === "id"));
}

/**
 * Who owns the rows of a table. Under `protect each row of t`, every row of every learned table is a
 * unit of its own. Under `protect each patient`, rows belong to the patient that their refs lead to;
 * rows that lead to nobody are left out. Ids are taken to be unique, as the type says.
 *
 * @param rows the table's rows, with its keys.
 * @param read the rows of the tables above it.
 * @throws Failure P0760 where no ref leads from the table to the protected one.
 */
export function ownersOf(
  checked: CheckedSpec,
  table: CheckedTable,
  rows: Table,
  read: ReadonlyMap<string, Table>,
): Protected {
  const privacy = checked.privacy as CheckedPrivacy;
  const name = unitName(privacy);
  if (privacy.unit.kind === "row") {
    return { unit: { name: `each row of ${table.name}`, contributions: 1 } };
  }
  const { table: protectedTable, atMost } = privacy.unit;
  const path = pathTo(checked, table, protectedTable);
  if (path === undefined) throw failure("P0760", { table: table.name, unit: name });
  const stated = atMost.find((bound) => bound.table === table.name)?.count;
  const contributions = stated ?? path.reduce((most, { max }) => most * Math.max(1, max), 1);
  const unit = { name, contributions };
  const owners = ownerCodes(checked, table, rows, path, read);
  if (owners === undefined) return { unit };
  return { unit, entities: alone(checked, table, protectedTable, rows, read, owners) };
}

/**
 * Owners, but nobody for rows whose refs lead to two units: they are the rows of both, and would change with
 * either. A ref that leads to nobody counts as another unit's, because a unit that goes takes its own rows
 * with it and leaves such refs behind; a missing ref says nothing.
 */
function alone(
  checked: CheckedSpec,
  table: CheckedTable,
  protectedTable: string,
  rows: Table,
  read: ReadonlyMap<string, Table>,
  owners: Int32Array,
): Int32Array {
  const unitOf = unitNames(checked, protectedTable, read);
  const refs = table.columns.flatMap(({ name, type }) => {
    const column = type.kind === "ref" ? columnOf(rows, name) : undefined;
    const known = type.kind === "ref" ? unitOf.get(type.table) : undefined;
    return column?.kind !== "code" || known === undefined ? [] : [{ column, known }];
  });
  if (refs.length < 2) return owners;
  return owners.map((owner, row) => {
    const units = refs.flatMap(({ column: { codes, levels }, known }) => {
      const code = codes[row] as number;
      return code === MISSING ? [] : [known.get(levels[code] as string) ?? NOBODY];
    });
    return new Set(units).size === 1 && units[0] !== NOBODY ? owner : MISSING;
  });
}

const NOBODY = Symbol("nobody");

/** For each table from which refs lead to the protected one: whose row each of its ids is. */
function unitNames(
  checked: CheckedSpec,
  protectedTable: string,
  read: ReadonlyMap<string, Table>,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const found = new Map<string, ReadonlyMap<string, string>>();
  for (const [name, rows] of read) {
    const table = checked.tables.find((each) => each.name === name) as CheckedTable;
    const key = keyOf(table, rows);
    if (key === undefined) continue;
    const ref = leadingRefTo(checked, table, protectedTable);
    const column = ref === undefined ? undefined : columnOf(rows, ref.name);
    const above = found.get(ref?.parent ?? "");
    if (name !== protectedTable && (column?.kind !== "code" || above === undefined)) continue;
    const owned = new Map<string, string>();
    key.codes.forEach((code, row) => {
      if (code === MISSING) return;
      const id = key.levels[code] as string;
      if (name === protectedTable) owned.set(id, id);
      else if (column?.kind === "code") {
        const unit = above?.get(column.levels[column.codes[row] as number] ?? "");
        if (unit !== undefined) owned.set(id, unit);
      }
    });
    found.set(name, owned);
  }
  return found;
}

/**
 * The ref by which a table's rows belong to their unit, where the rows above belong to it too: the first
 * step of the way up to the protected table. None under `protect each row`.
 */
export function leadingRef(
  checked: CheckedSpec,
  table: CheckedTable,
): { readonly name: string; readonly parent: string } | undefined {
  const unit = checked.privacy?.unit;
  return unit?.kind === "entity" ? leadingRefTo(checked, table, unit.table) : undefined;
}

function leadingRefTo(checked: CheckedSpec, table: CheckedTable, to: string) {
  const first = pathTo(checked, table, to)?.[0];
  return first === undefined ? undefined : { name: first.ref, parent: first.parent };
}

interface Step {
  readonly ref: string;
  readonly parent: string;
  readonly max: number;
}

/** The refs that lead from a table up to another, the shortest way; empty for the table itself. */
function pathTo(checked: CheckedSpec, from: CheckedTable, to: string): readonly Step[] | undefined {
  const seen = new Set([from.name]);
  let front: { table: CheckedTable; path: readonly Step[] }[] = [{ table: from, path: [] }];
  while (front.length > 0) {
    const found = front.find(({ table }) => table.name === to);
    if (found !== undefined) return found.path;
    front = front.flatMap(({ table, path }) =>
      table.columns.flatMap(({ name, type }) => {
        const above =
          type.kind === "ref" ? checked.tables.find((each) => each.name === type.table) : undefined;
        if (type.kind !== "ref" || above === undefined || seen.has(above.name)) return [];
        seen.add(above.name);
        return [
          { table: above, path: [...path, { ref: name, parent: above.name, max: type.max }] },
        ];
      }),
    );
  }
  return undefined;
}

/** A number for the owner of each row; undefined where each row is its own. */
function ownerCodes(
  checked: CheckedSpec,
  table: CheckedTable,
  rows: Table,
  path: readonly Step[],
  read: ReadonlyMap<string, Table>,
): Int32Array | undefined {
  const [first, ...above] = path;
  if (first === undefined) return keyOf(table, rows)?.codes;
  const ref = columnOf(rows, first.ref) as CodeColumn;
  if (above.length === 0) return ref.codes;
  const parent = checked.tables.find((each) => each.name === first.parent) as CheckedTable;
  const parentRows = read.get(parent.name) as Table;
  const key = keyOf(parent, parentRows);
  const owners = ownerCodes(checked, parent, parentRows, above, read) as Int32Array;
  const ownerOf = new Map<string, number>();
  key?.codes.forEach((code, row) => {
    if (code !== MISSING) ownerOf.set(key.levels[code] as string, owners[row] as number);
  });
  const perLevel = ref.levels.map((level) => ownerOf.get(level) ?? MISSING);
  return ref.codes.map((code) => (code === MISSING ? MISSING : (perLevel[code] as number)));
}

function keyOf(table: CheckedTable, rows: Table): CodeColumn | undefined {
  const id = table.columns.find(({ type }) => type.kind === "id");
  const column = id === undefined ? undefined : columnOf(rows, id.name);
  return column?.kind === "code" ? column : undefined;
}
