import type { KnownPairs } from "../constraint/lookup.js";
import { positionOf, type Scope } from "../constraint/scope.js";
import type { CheckedRule, CheckedTable } from "../ir/checked.js";
import type { Table } from "../table/table.js";
import { alignedCells } from "./aligned.js";
import { isBeside } from "./side-columns.js";

/**
 * What `determines` says in rows that were learned from, one entry a determined column; of keys that
 * contradict themselves there the first. Rows with a gap in their key say nothing, and columns that are
 * computed or stand beside the model are left to the keeper of keys.
 */
export function knownPairs(
  table: CheckedTable,
  scope: Scope,
  learnedFrom: Table | undefined,
): readonly KnownPairs[] {
  if (learnedFrom === undefined) return [];
  const named = new Set(learnedFrom.columns.map(({ name }) => name));
  const drawn = new Set(
    table.columns
      .filter((column) => column.origin.kind !== "computed" && column.type.kind !== "ref")
      .filter((column) => !isBeside(column) && named.has(column.name))
      .map(({ name }) => name),
  );
  const rules = table.rules.flatMap((rule) =>
    rule.kind === "determines" && rule.from.every((name) => drawn.has(name)) ? [rule] : [],
  );
  if (rules.length === 0) return [];
  const cells = alignedCells(scope, learnedFrom) as readonly Float64Array[];
  return rules.flatMap((rule) => pairsOf(rule, { scope, cells, rows: learnedFrom.rows, drawn }));
}

function pairsOf(
  rule: CheckedRule & { readonly kind: "determines" },
  learned: {
    readonly scope: Scope;
    readonly cells: readonly Float64Array[];
    readonly rows: number;
    readonly drawn: ReadonlySet<string>;
  },
): KnownPairs[] {
  const { scope, cells, rows, drawn } = learned;
  const from = rule.from.map((name) => positionOf(scope, name));
  const firsts = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const key = from.map((at) => cells[at]?.[row] as number);
    const gap = key.some((part, i) =>
      scope.levels[from[i] as number] === undefined ? Number.isNaN(part) : part < 0,
    );
    const word = key.join("|");
    if (!gap && !firsts.has(word)) firsts.set(word, row);
  }
  const first = [...firsts.values()];
  return rule.to
    .filter((name) => drawn.has(name))
    .map((name) => positionOf(scope, name))
    .map((to) => {
      const isCode = scope.levels[to] !== undefined;
      const value = (row: number) => cells[to]?.[row] as number;
      const isGap = (row: number) => (isCode ? value(row) < 0 : Number.isNaN(value(row)));
      // A gap where none is declared is a value that the output's type lacks.
      const rows = scope.columns[to]?.optional ? first : first.filter((row) => !isGap(row));
      const keys = from.map((at) => Float64Array.from(rows, (row) => cells[at]?.[row] as number));
      return { text: rule.text, from, to, keys, values: Float64Array.from(rows, value) };
    });
}
