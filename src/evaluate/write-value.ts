import type { ColumnType } from "../table/column-type.js";

/** A number of a column as people write it: dates as ISO, others with at most four digits that matter. */
export function valueWriter(type: ColumnType): (value: number) => string {
  if (type.kind === "date") return (value) => iso(value * 86_400).slice(0, 10);
  if (type.kind === "datetime") return (value) => iso(value).slice(0, 16).replace("T", " ");
  if (type.kind === "bool") return (value) => (value === 0 ? "false" : "true");
  return (value) =>
    Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** The unit behind the name of a column, as on an axis: `hours (hours/week)`. */
export function axisTitle(name: string, type: ColumnType): string {
  return "unit" in type && type.unit !== undefined ? `${name} (${type.unit})` : name;
}
