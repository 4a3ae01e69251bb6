import type { CheckedSpec } from "../ir/checked.js";
import { isNumeric } from "../table/column-type.js";

/** Bytes that the columns of sources and outputs take together, where row counts are known. */
export function estimateMemory(checked: CheckedSpec, rows: ReadonlyMap<string, number>): number {
  let bytes = 0;
  for (const table of checked.tables) {
    const width = table.columns.reduce((sum, column) => sum + (isNumeric(column.type) ? 8 : 4), 0);
    const drawn = checked.outputs
      .filter((output) => output.table === table.name)
      .reduce((sum, output) => sum + output.rows, 0);
    bytes += width * (drawn + 2 * (rows.get(table.name) ?? 0));
  }
  return bytes;
}
