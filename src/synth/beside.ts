import { type Column, columnOf, type Table } from "../table/table.js";

/** The column that tells generated rows from real ones. */
export const markColumn = "generated";

/**
 * `beside SOURCE`: the real rows, then the generated ones, with a bool column `generated` that tells them
 * apart. Columns are those of the generated table; what the real one lacks is missing there.
 */
export function beside(real: Table, made: Table): Table {
  const rows = real.rows + made.rows;
  const columns = made.columns.map((column): Column => {
    const known = columnOf(real, column.name);
    if (column.kind === "number") {
      const values = new Float64Array(rows).fill(Number.NaN);
      if (known?.kind === "number") values.set(known.values);
      values.set(column.values, real.rows);
      return { ...column, values };
    }
    const levels = [...column.levels];
    const index = new Map(levels.map((level, code) => [level, code]));
    const codes = new Int32Array(rows).fill(-1);
    if (known?.kind === "code") {
      const recode = known.levels.map((level) => {
        const found = index.get(level) ?? levels.push(level) - 1;
        index.set(level, found);
        return found;
      });
      known.codes.forEach((code, row) => {
        codes[row] = code < 0 ? code : (recode[code] as number);
      });
    }
    codes.set(column.codes, real.rows);
    return { ...column, codes, levels };
  });
  const mark = new Int32Array(rows).fill(1, real.rows);
  const marked: Column = {
    kind: "code",
    name: markColumn,
    type: { kind: "bool" },
    codes: mark,
    levels: ["false", "true"],
  };
  return { ...made, rows, columns: [...columns, marked] };
}
