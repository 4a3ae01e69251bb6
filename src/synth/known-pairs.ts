import type { KnownPairs } from "../constraint/lookup.js";
import { positionOf, type Scope } from "../constraint/scope.js";
import type { CheckedTable } from "../ir/checked.js";
import type { Table } from "../table/table.js";
import { alignedCells } from "./aligned.js";
import { isBeside } from "./side-columns.js";

/** One determined column of a rule, by position. */
export type Determined = Pick<KnownPairs, "text" | "from" | "to">;

/**
 * What `determines` says in rows that were learned from, one entry a determined column; of keys that
 * contradict themselves there the first. Rows with a gap in their key say nothing.
 */
export function knownPairs(
  table: CheckedTable,
  scope: Scope,
  learnedFrom: Table | undefined,
): readonly KnownPairs[] {
  if (learnedFrom === undefined) return [];
  const found = determined(table, scope, new Set(learnedFrom.columns.map(({ name }) => name)));
  if (found.length === 0) return [];
  const cells = alignedCells(scope, learnedFrom) as readonly Float64Array[];
  const all = Array.from({ length: learnedFrom.rows }, (_, row) => row);
  return found.map((one) => {
    const firsts = new Map<string, number>();
    for (const row of all) {
      const key = keyIn(one, scope, cells, row);
      if (key !== undefined && !firsts.has(key)) firsts.set(key, row);
    }
    const to = cells[one.to] as Float64Array;
    const isGap = (row: number) => isMissing(scope, one.to, to[row] as number);
    // A gap where none is declared is a value that the output's type lacks.
    const optional = scope.columns[one.to]?.optional === true;
    const rows = [...firsts.values()].filter((row) => optional || !isGap(row));
    const taken = (at: number) => Float64Array.from(rows, (row) => cells[at]?.[row] as number);
    return { ...one, keys: one.from.map(taken), values: taken(one.to) };
  });
}

/**
 * The determined columns of a table among the named ones. Columns that are computed or stand beside the
 * model, and those that lead to other tables, are left to the keeper of keys.
 */
export function determined(
  table: CheckedTable,
  scope: Scope,
  named: ReadonlySet<string>,
): readonly Determined[] {
  const drawn = new Set(
    table.columns
      .filter((column) => column.origin.kind !== "computed" && column.type.kind !== "ref")
      .filter((column) => !isBeside(column) && named.has(column.name))
      .map(({ name }) => name),
  );
  return table.rules.flatMap((rule) => {
    if (rule.kind !== "determines" || !rule.from.every((name) => drawn.has(name))) return [];
    const from = rule.from.map((name) => positionOf(scope, name));
    return rule.to
      .filter((name) => drawn.has(name))
      .map((name) => ({ text: rule.text, from, to: positionOf(scope, name) }));
  });
}

/** A row's key in words; undefined where a part of it is missing. */
export function keyIn(
  { from }: Determined,
  scope: Scope,
  cells: readonly Float64Array[],
  row: number,
): string | undefined {
  const parts = from.map((at) => cells[at]?.[row] as number);
  return parts.some((part, i) => isMissing(scope, from[i] as number, part))
    ? undefined
    : parts.join("|");
}

function isMissing({ levels }: Scope, at: number, value: number): boolean {
  return levels[at] === undefined ? Number.isNaN(value) : value < 0;
}
