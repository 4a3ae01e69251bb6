import type { Cells } from "../constraint/guide.js";
import type { Scope } from "../constraint/scope.js";
import { isNumeric } from "../table/column-type.js";
import type { Table } from "../table/table.js";

/** A table's cells in the positions and codes of a scope; absent columns are empty. */
export function alignedCells(scope: Scope, table: Table): Cells {
  return scope.columns.map(({ name, type }, at) => {
    const column = table.columns.find((one) => one.name === name);
    if (column === undefined) {
      return isNumeric(type)
        ? new Float64Array(table.rows).fill(Number.NaN)
        : new Int32Array(table.rows).fill(-1);
    }
    if (column.kind === "number") return column.values;
    const index = new Map((scope.levels[at] ?? []).map((level, code) => [level, code]));
    const recode = column.levels.map((level) => index.get(level) ?? -1);
    return column.codes.map((code) => (code < 0 ? code : (recode[code] as number)));
  });
}
