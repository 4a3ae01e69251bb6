import type { CheckedTable } from "../ir/checked.js";
import { gather, type Table } from "../table/table.js";

/** The distinct combinations of real values that `determines` speaks of; undefined where it doesn't. */
export function togetherIn(table: CheckedTable, rows: Table | undefined): Table | undefined {
  const named = new Set(
    table.rules.flatMap((rule) => (rule.kind === "determines" ? [...rule.from, ...rule.to] : [])),
  );
  if (rows === undefined || named.size === 0) return undefined;
  const columns = rows.columns.filter(({ name }) => named.has(name));
  const seen = new Set<string>();
  const kept: number[] = [];
  for (let row = 0; row < rows.rows; row++) {
    const key = columns
      .map((column) => (column.kind === "number" ? column.values[row] : column.codes[row]))
      .join("|");
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(row);
  }
  return gather({ ...rows, columns }, Uint32Array.from(kept));
}
