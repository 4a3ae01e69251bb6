import type { CheckedColumn, CheckedTable } from "../ir/checked.js";

/**
 * The TypeScript type of one row of a table, as an object type: category unions, `number` for numbers
 * and durations (in seconds), `string` for dates and datetimes (ISO), keys and texts, `boolean` for
 * bools; `| null` where a value may be missing. Doc comments travel along.
 */
export function rowType(table: CheckedTable): string {
  const lines = table.columns.map((column) => {
    const doc = docOf(column);
    return `${doc}  ${keyOf(column.name)}: ${valueType(column)};`;
  });
  return `{\n${lines.join("\n")}\n}`;
}

/** The type of one column's values in a row object. */
function valueType(column: CheckedColumn): string {
  const present = presentType(column.type);
  return column.optional ? `${present} | null` : present;
}

function presentType(type: CheckedColumn["type"]): string {
  switch (type.kind) {
    case "int":
    case "real":
    case "money":
    case "duration":
      return "number";
    case "category":
      return type.values.length === 0
        ? "string"
        : type.values.map((value) => JSON.stringify(value)).join(" | ");
    case "bool":
      return "boolean";
    case "date":
    case "datetime":
    case "id":
    case "ref":
    case "text":
      return "string";
  }
}

const keyOf = (name: string): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);

function docOf(column: CheckedColumn): string {
  const unit =
    "unit" in column.type && column.type.unit !== undefined ? `In ${column.type.unit}.` : "";
  const text = [column.doc, unit].filter((part) => part !== undefined && part !== "").join(" ");
  return text === "" ? "" : `  /** ${text.replace(/\*\//g, "* /").replace(/\s+/g, " ")} */\n`;
}
