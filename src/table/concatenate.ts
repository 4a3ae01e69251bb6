import type { CodeColumn, Column, NumberColumn, Table } from "./table.js";

/** Tables of the same columns one below the other; levels of code columns are brought together. */
export function concatenate(parts: readonly Table[]): Table {
  const first = parts[0] as Table;
  if (parts.length === 1) return first;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const columns = first.columns.map((column, at) => {
    const own = parts.map((part) => part.columns[at] as Column);
    return column.kind === "number"
      ? numbers(column, own as NumberColumn[], rows)
      : codes(column, own as CodeColumn[], rows);
  });
  return { ...first, rows, columns };
}

function numbers(column: NumberColumn, parts: readonly NumberColumn[], rows: number): NumberColumn {
  const values = new Float64Array(rows);
  let from = 0;
  for (const part of parts) {
    values.set(part.values, from);
    from += part.values.length;
  }
  return { ...column, values };
}

function codes(column: CodeColumn, parts: readonly CodeColumn[], rows: number): CodeColumn {
  const index = new Map<string, number>();
  const joined = new Int32Array(rows);
  let from = 0;
  for (const part of parts) {
    const recode = part.levels.map((level) => {
      const code = index.get(level) ?? index.size;
      index.set(level, code);
      return code;
    });
    for (const code of part.codes) joined[from++] = code < 0 ? code : (recode[code] as number);
  }
  return { ...column, codes: joined, levels: [...index.keys()] };
}
