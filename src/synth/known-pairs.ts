import type { KnownPairs } from "../constraint/lookup.js";
import { positionOf, type Scope } from "../constraint/scope.js";
import type { CheckedTable } from "../ir/checked.js";
import { isBeside } from "./side-columns.js";
import type { Determines, Teachers } from "./teaching-rows.js";

/** One determined column of a rule, by position. */
export interface Determined extends Pick<KnownPairs, "text" | "from" | "to"> {
  readonly rule: Determines;
}

/**
 * What `determines` says in rows that were learned from, one entry a determined column.
 * Of keys that contradict themselves there one row teaches.
 */
export function knownPairs(
  table: CheckedTable,
  scope: Scope,
  teachers: Teachers,
): readonly KnownPairs[] {
  return determined(table, scope, teachers.named).map(({ rule, ...one }) => {
    const { cells, rows } = teachers.of(rule);
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
      .map((name) => ({ text: rule.text, rule, from, to: positionOf(scope, name) }));
  });
}
