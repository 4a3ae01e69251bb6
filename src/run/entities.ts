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
 * rows that lead to nobody are left out.
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
  const units = unitsOf(table, rows, path, knownUnits(checked, protectedTable, read));
  if (units === undefined) return { unit };
  const numbers = new Map<string, number>();
  const entities = Int32Array.from(units, (owner) => {
    if (owner === NOBODY) return MISSING;
    const number = numbers.get(owner) ?? numbers.size;
    numbers.set(owner, number);
    return number;
  });
  return { unit, entities };
}

/**
 * The unit that each row belongs to, by its id; undefined for rows of nobody, and in all where each row is a unit
 * of its own.
 */
export function unitOfRows(
  checked: CheckedSpec,
  table: CheckedTable,
  rows: Table,
  read: ReadonlyMap<string, Table>,
): readonly (string | undefined)[] | undefined {
  const unit = checked.privacy?.unit;
  const path = unit?.kind === "entity" ? pathTo(checked, table, unit.table) : undefined;
  if (unit === undefined || path === undefined) return undefined;
  const units = unitsOf(table, rows, path, knownUnits(checked, unit.table, read));
  return units?.map((each) => (each === NOBODY ? undefined : each));
}

const NOBODY = Symbol("nobody");

/** A protected unit by its id; nobody, where there is none or more than one. */
type Unit = string | typeof NOBODY;

/** For each table from which refs lead to the protected one: whose each of its ids is. */
type Known = ReadonlyMap<string, ReadonlyMap<string, Unit>>;

/** Tables come parents first; an id that stands in rows of several units is nobody's. */
function knownUnits(
  checked: CheckedSpec,
  protectedTable: string,
  read: ReadonlyMap<string, Table>,
): Known {
  const known = new Map<string, ReadonlyMap<string, Unit>>();
  for (const [name, rows] of read) {
    const table = checked.tables.find((each) => each.name === name) as CheckedTable;
    const key = keyOf(table, rows);
    const path = pathTo(checked, table, protectedTable);
    if (key === undefined || path === undefined) continue;
    // Rows that lead to rows of their own table are nobody's where those are, and so on.
    for (let before = -1, nobodys = 0; before !== nobodys; ) {
      const owned = unitsById(key, unitsOf(table, rows, path, known) ?? []);
      known.set(name, owned);
      before = nobodys;
      nobodys = [...owned.values()].filter((unit) => unit === NOBODY).length;
    }
  }
  return known;
}

function unitsById(key: CodeColumn, units: readonly Unit[]): ReadonlyMap<string, Unit> {
  const owned = new Map<string, Unit>();
  key.codes.forEach((code, row) => {
    if (code === MISSING) return;
    const id = key.levels[code] as string;
    const unit = units[row] ?? NOBODY;
    owned.set(id, (owned.get(id) ?? unit) === unit ? unit : NOBODY);
  });
  return owned;
}

/**
 * Whose each row is; undefined where the keys were not read. A row of the protected table is its own id's. Any other
 * is the unit's that its refs lead to, and nobody's where they lead to two: it is a row of both, and would change
 * with either. So is whatever leads to such a row. A ref that leads to nobody counts as another unit's, because a
 * unit that goes takes its own rows with it and leaves such refs behind; a missing ref says nothing.
 */
function unitsOf(
  table: CheckedTable,
  rows: Table,
  path: readonly Step[],
  units: Known,
): readonly Unit[] | undefined {
  const [first] = path;
  if (first === undefined) {
    const key = keyOf(table, rows);
    if (key === undefined) return undefined;
    return Array.from(key.codes, (code) =>
      code === MISSING ? NOBODY : (key.levels[code] as string),
    );
  }
  const refs = table.columns.flatMap(({ name, type }) => {
    const column = type.kind === "ref" ? columnOf(rows, name) : undefined;
    const known = type.kind === "ref" ? units.get(type.table) : undefined;
    return column?.kind !== "code" || known === undefined ? [] : [{ name, column, known }];
  });
  // An only ref names its unit even where the unit has no row of its own.
  const alone = path.length === 1 && refs.length === 1;
  const meanings = refs.map(({ column, known }) =>
    column.levels.map((id) => known.get(id) ?? (alone ? id : NOBODY)),
  );
  return Array.from({ length: rows.rows }, (_, row) => {
    let unit: Unit | undefined;
    for (const [at, { name, column }] of refs.entries()) {
      const code = column.codes[row] as number;
      if (code === MISSING && name !== first.ref) continue;
      const own = meanings[at]?.[code] ?? NOBODY;
      if (own === NOBODY || (unit ?? own) !== own) return NOBODY;
      unit = own;
    }
    return unit ?? NOBODY;
  });
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

function keyOf(table: CheckedTable, rows: Table): CodeColumn | undefined {
  const id = table.columns.find(({ type }) => type.kind === "id");
  const column = id === undefined ? undefined : columnOf(rows, id.name);
  return column?.kind === "code" ? column : undefined;
}
