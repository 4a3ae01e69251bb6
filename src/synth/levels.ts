import type { ColumnType } from "../table/column-type.js";

const booleans: readonly string[] = ["false", "true"];

/** The levels that a type declares; undefined for numbers and for strings that are made row by row. */
export function levelsOf(type: ColumnType): readonly string[] | undefined {
  if (type.kind === "category") return type.values;
  return type.kind === "bool" ? booleans : undefined;
}
