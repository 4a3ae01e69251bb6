import { compileTruth } from "../constraint/expression.js";
import { scopeOfTable } from "../constraint/scope.js";
import type { Formula } from "../ir/formula.js";
import type { Table } from "../table/table.js";

/** How many rows of a finished table break a rule. */
export function brokenRows(formula: Formula, table: Table): number {
  const { scope, cells } = scopeOfTable(table);
  const holds = compileTruth(formula, scope);
  let broken = 0;
  for (let row = 0; row < table.rows; row++) if (holds(cells, row) === 0) broken++;
  return broken;
}
