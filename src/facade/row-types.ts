import { rowType } from "../check/row-type.js";
import type { CheckedSpec } from "../ir/checked.js";

/**
 * The TypeScript type that has a property for each output, its row type: what a notebook binds the
 * spec's name to. Categories are unions of literals, so a misspelt value does not compile.
 */
export function rowTypes(checked: CheckedSpec): string {
  const lines = checked.outputs.map((output) => {
    const table = checked.tables.find((candidate) => candidate.name === output.table);
    const row = table === undefined ? "{}" : rowType(table).replaceAll("\n", "\n  ");
    return `  ${JSON.stringify(output.name)}: ${row};`;
  });
  return `{\n${lines.join("\n")}\n}`;
}
