import type { CheckedTable } from "./checked.js";
import type { Formula } from "./formula.js";

/** The formulas of a table's computed columns, by name. */
export function formulasOf({ columns }: Pick<CheckedTable, "columns">): Map<string, Formula> {
  const found = new Map<string, Formula>();
  for (const { name, origin } of columns) {
    if (origin.kind === "computed") found.set(name, origin.formula);
  }
  return found;
}
