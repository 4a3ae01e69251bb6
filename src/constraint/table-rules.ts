import type { CheckedRule } from "../ir/checked.js";
import type { Column, Table } from "../table/table.js";
import { visitColumns } from "./columns-in.js";
import { compileTruth } from "./expression.js";
import { type ParentRows, scopeOfTable } from "./scope.js";

/**
 * How many rows of a finished table break a rule; see `brokenRows`. Undefined for rules that no single
 * row can break (`expect`, `correlate`).
 */
export function countBroken(
  rule: CheckedRule,
  table: Table,
  parents?: ReadonlyMap<string, ParentRows>,
): number | undefined {
  return brokenRows(rule, table, parents)?.length;
}

/**
 * The rows of a finished table that break a rule, ascending: of `unique` those that repeat a key, of
 * `increases` those not above the one before them, of `determines` those that contradict the first with
 * their key. Undefined for rules that no single row can break (`expect`, `correlate`), and for those of
 * columns that the table doesn't hold: of real rows, what was `written`.
 */
export function brokenRows(
  rule: CheckedRule,
  table: Table,
  parents?: ReadonlyMap<string, ParentRows>,
): readonly number[] | undefined {
  if (!holds(table, columnsNamedBy(rule))) return undefined;
  switch (rule.kind) {
    case "always": {
      const { scope, cells } = scopeOfTable(table, parents);
      const isTrue = compileTruth(rule.formula, scope);
      const broken: number[] = [];
      for (let row = 0; row < table.rows; row++) if (isTrue(cells, row) === 0) broken.push(row);
      return broken;
    }
    case "unique":
      return repeats(columnsNamed(table, rule.columns), table.rows);
    case "determines": {
      const from = columnsNamed(table, rule.from);
      return contradictions(from, columnsNamed(table, rule.to), table.rows);
    }
    case "increases":
      return falls(table, rule.column, rule.parent);
    default:
      return undefined;
  }
}

/** The table's own columns that a rule speaks of. */
function columnsNamedBy(rule: CheckedRule): readonly string[] {
  switch (rule.kind) {
    case "always": {
      const names: string[] = [];
      visitColumns(rule.formula, ({ name, via }) => names.push(via ?? name));
      return names;
    }
    case "unique":
      return rule.columns;
    case "determines":
      return [...rule.from, ...rule.to];
    case "increases":
      return [rule.column, rule.parent];
    default:
      return [];
  }
}

function holds(table: Table, names: readonly string[]): boolean {
  return names.every((name) => table.columns.some((column) => column.name === name));
}

function columnsNamed(table: Table, names: readonly string[]): readonly Column[] {
  return names.flatMap((name) => table.columns.find((column) => column.name === name) ?? []);
}

function valueAt(column: Column, row: number): number {
  return (column.kind === "number" ? column.values[row] : column.codes[row]) as number;
}

function isGap(column: Column, row: number): boolean {
  const value = valueAt(column, row);
  return column.kind === "number" ? Number.isNaN(value) : value < 0;
}

function keyOf(columns: readonly Column[], row: number): string {
  return columns.map((column) => valueAt(column, row)).join("|");
}

/** A row with a gap in its key repeats nothing. */
function repeats(columns: readonly Column[], rows: number): number[] {
  const seen = new Set<string>();
  const broken: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (columns.some((column) => isGap(column, row))) continue;
    const key = keyOf(columns, row);
    if (seen.has(key)) broken.push(row);
    seen.add(key);
  }
  return broken;
}

/** A row with a gap in its key contradicts nothing. */
function contradictions(from: readonly Column[], to: readonly Column[], rows: number): number[] {
  const first = new Map<string, string>();
  const broken: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (from.some((column) => isGap(column, row))) continue;
    const key = keyOf(from, row);
    const found = keyOf(to, row);
    if ((first.get(key) ?? found) !== found) broken.push(row);
    if (!first.has(key)) first.set(key, found);
  }
  return broken;
}

function falls(table: Table, name: string, parent: string): number[] {
  const column = table.columns.find((one) => one.name === name);
  const owner =
    table.columns.find((one) => one.name === parent) ??
    table.columns.find(({ type }) => type.kind === "ref" && type.table === parent);
  if (column === undefined || owner === undefined) return [];
  const last = new Map<number, number>();
  const broken: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    if (isGap(column, row)) continue;
    const key = valueAt(owner, row);
    const value = valueAt(column, row);
    if (value <= (last.get(key) ?? -Infinity)) broken.push(row);
    last.set(key, value);
  }
  return broken;
}
