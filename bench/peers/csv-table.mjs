// CSV files as tables and back, as the comparisons with other tools exchange them.
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** The fields of a line; quotation marks as in RFC 4180, no line breaks within. */
function fieldsOf(line) {
  if (!line.includes('"')) return line.split(",").map((cell) => cell.trim());
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return Array.from(fields, ([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain).trim());
}

/** A CSV as a table; the levels and kinds of `like`, if given. */
export function readTable(path, like) {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  const [head, ...lines] = text.trim().split("\n");
  const rows = lines.map(fieldsOf);
  const isMissing = (cell) => cell === "" || cell === "?" || cell === "missing" || cell === "N";
  const columns = fieldsOf(head).map((name, at) => {
    const cells = rows.map((row) => row[at]);
    const known = like?.columns[at];
    const isNumber = known
      ? known.kind === "number"
      : cells.every((cell) => isMissing(cell) || !Number.isNaN(Number(cell)));
    if (isNumber) {
      const values = Float64Array.from(cells, (cell) => (isMissing(cell) ? NaN : Number(cell)));
      const isWhole = values.every((value) => Number.isNaN(value) || Number.isInteger(value));
      const type = known?.type ?? { kind: isWhole ? "int" : "real", learned: true };
      return { kind: "number", name, type, values };
    }
    const levels = known?.levels ?? [...new Set(cells.filter((cell) => !isMissing(cell)))].sort();
    const place = new Map(levels.map((level, code) => [level, code]));
    const codes = Int32Array.from(cells, (cell) => place.get(cell) ?? -1);
    const type = { kind: "category", values: levels, ordered: false, learned: false };
    return { kind: "code", name, type, codes, levels };
  });
  return { kind: "table", name: "data", rows: rows.length, columns };
}

export function writeTable(table, path) {
  const cell = (column, row) => {
    const value = column.kind === "number" ? column.values[row] : column.levels[column.codes[row]];
    if (value === undefined || Number.isNaN(value)) return "";
    return /[,"]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  };
  const lines = [table.columns.map((column) => column.name).join(",")];
  for (let row = 0; row < table.rows; row++) {
    lines.push(table.columns.map((column) => cell(column, row)).join(","));
  }
  writeFileSync(path, `${lines.join("\n")}\n`);
}
