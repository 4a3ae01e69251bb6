import { type ParentRows, positionOf } from "../constraint/scope.js";
import type { Formula } from "../ir/formula.js";
import type { ColumnType } from "../table/column-type.js";

const booleans: readonly string[] = ["false", "true"];

/** The levels that a type declares; undefined for numbers and for strings that are made row by row. */
export function levelsOf(type: ColumnType): readonly string[] | undefined {
  if (type.kind === "category") return type.values;
  return type.kind === "bool" ? booleans : undefined;
}

/** Whose levels a computed column can have: of its own table by name, and of the rows that its refs point to. */
export interface LevelsAround {
  readonly own: (name: string) => readonly string[] | undefined;
  readonly parents: ReadonlyMap<string, ParentRows>;
}

/**
 * The levels of a computed column: those that its type declares, else those of the column that it repeats
 * (`region: category := client.region`).
 */
export function computedLevels(
  type: ColumnType,
  formula: Formula,
  around: LevelsAround,
): readonly string[] | undefined {
  const declared = levelsOf(type);
  if (type.kind !== "category" || type.values.length > 0 || formula.op !== "column") {
    return declared;
  }
  if (formula.via === undefined) return around.own(formula.name) ?? declared;
  const parent = around.parents.get(formula.via)?.scope;
  const at = parent === undefined ? -1 : positionOf(parent, formula.name);
  return parent?.levels[at] ?? declared;
}
