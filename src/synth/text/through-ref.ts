import { type ParentRows, positionOf } from "../../constraint/scope.js";
import { type Column, columnOf, type Table } from "../../table/table.js";

/** `ref.column` as a column of the table itself: each row has its parent's value. */
export function throughRef(
  name: string,
  table: Table,
  parents: ReadonlyMap<string, ParentRows> | undefined,
): Column | undefined {
  const [via = "", inner = ""] = name.split(".");
  const [parent, ref] = [parents?.get(via), columnOf(table, via)];
  if (parent === undefined || ref?.kind !== "code") return undefined;
  const at = positionOf(parent.scope, inner);
  const cells = parent.cells[at];
  const type = parent.scope.columns[at]?.type;
  if (cells === undefined || type === undefined) return undefined;
  const rowOf = (code: number): number => parent.rowOfCode?.[code] ?? code;
  if (cells instanceof Float64Array) {
    const values = Float64Array.from(ref.codes, (code) => cells[rowOf(code)] ?? Number.NaN);
    return { kind: "number", name, type, values };
  }
  const codes = ref.codes.map((code) => cells[rowOf(code)] ?? -1);
  return { kind: "code", name, type, codes, levels: parent.scope.levels[at] ?? [] };
}
