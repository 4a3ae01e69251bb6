import { inspect } from "node:util";
import { formatDate, formatDatetime } from "./format-value.js";
import type { Column, Table } from "./table.js";

/**
 * A cell for a program: numbers as they are, truth values, ISO texts for dates and datetimes, texts
 * for everything else, null for a missing value.
 */
export type CellValue = number | string | boolean | null;

/** One row as an object with a property for each column. */
export type Row = Readonly<Record<string, CellValue>>;

/** The value of a cell. */
export function cellValue(column: Column, row: number): CellValue {
  if (column.kind === "number") {
    const value = column.values[row] as number;
    if (Number.isNaN(value)) return null;
    if (column.type.kind === "date") return formatDate(value);
    return column.type.kind === "datetime" ? formatDatetime(value) : value;
  }
  const code = column.codes[row] as number;
  if (code < 0) return null;
  return column.type.kind === "bool" ? code === 1 : (column.levels[code] as string);
}

/**
 * The rows of a table as objects. They read from the table's columns when asked, so making them costs
 * little and they never go out of date; `JSON.stringify`, `Object.keys` of `toJSON()` and printing see
 * plain objects.
 */
export function toObjects(table: Table): readonly Row[] {
  const View = rowClass(table);
  return Array.from({ length: table.rows }, (_, row) => new View(row) as unknown as Row);
}

/** A class with one getter a column. Names that the class itself needs yield to the column's. */
function rowClass(table: Table): new (row: number) => object {
  class View {
    readonly #row: number;
    constructor(row: number) {
      this.#row = row;
    }
    static rowOf(view: View): number {
      return view.#row;
    }
  }
  const plain = (view: View): Row => {
    const row = View.rowOf(view);
    return Object.fromEntries(table.columns.map((each) => [each.name, cellValue(each, row)]));
  };
  const member = (value: (this: View) => Row): PropertyDescriptor => ({
    value,
    configurable: true,
  });
  const self = function (this: View): Row {
    return plain(this);
  };
  Object.defineProperties(View.prototype, { toJSON: member(self), [inspect.custom]: member(self) });
  for (const column of table.columns) {
    Object.defineProperty(View.prototype, column.name, {
      get(this: View) {
        return cellValue(column, View.rowOf(this));
      },
      enumerable: true,
      configurable: true,
    });
  }
  return View;
}
