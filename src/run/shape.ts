import type { CheckedSpec } from "../ir/checked.js";
import { type ColumnType, isNumeric } from "../table/column-type.js";

/** The words for missing values of the source that a table is learned from: they are written back. */
export function missingWords(checked: CheckedSpec, table: string): readonly string[] {
  const source = checked.tables.find((each) => each.name === table)?.source?.name;
  return checked.sources.find((each) => each.name === source)?.missing ?? [];
}

/** The levels that a type states by itself; undefined for numbers. */
export function levelsOf(type: ColumnType): readonly string[] | undefined {
  if (isNumeric(type)) return undefined;
  if (type.kind === "category") return type.values;
  return type.kind === "bool" ? ["false", "true"] : [];
}
