import type { ColumnType } from "../table/column-type.js";
import { formatDate, formatDatetime } from "../table/format-value.js";

/** The values of a type in a few words: `17..90 years`, `"F" | "M"`, `2015-01-01..2024-12-31`. */
export function domainText(type: ColumnType): string {
  switch (type.kind) {
    case "int":
    case "real":
    case "money":
      return rangeText(type.min, type.max, String, type.unit) ?? type.kind;
    case "date":
      return rangeText(type.min, type.max, formatDate) ?? "date";
    case "datetime":
      return rangeText(type.min, type.max, formatDatetime) ?? "datetime";
    case "duration":
      return rangeText(type.min, type.max, String, "seconds") ?? "duration";
    case "category":
      return type.values.length === 0
        ? "category"
        : type.values.map((value) => `"${value}"`).join(type.ordered ? " < " : " | ");
    case "bool":
      return "yes or no";
    case "id":
      return "an id";
    case "ref":
      return `a ref to ${type.table}`;
    case "text":
      return "a text";
  }
}

function rangeText(
  min: number | undefined,
  max: number | undefined,
  say: (value: number) => string,
  unit?: string,
): string | undefined {
  if (min === undefined && max === undefined) return undefined;
  const range = `${min === undefined ? "" : say(min)}..${max === undefined ? "" : say(max)}`;
  return unit === undefined ? range : `${range} ${unit}`;
}
