import { failure } from "../base/failure.js";
import { numberFormat } from "./format-value.js";
import type { Column, Table } from "./table.js";

export interface CsvOptions {
  /** Words for a missing value: the first is written, all are kept free. Default: the empty cell. */
  readonly missing?: readonly string[];
  readonly delimiter?: string;
  /** False for rows that go below others: no header. Default true. */
  readonly header?: boolean;
}

const rowsAPiece = 4096;

/** A table as CSV (RFC 4180, UTF-8, `\n`): what it reads back to is exactly the table. */
export function toCsv(table: Table, options: CsvOptions = {}): string {
  return [...csvPieces(table, options)].join("");
}

/**
 * The same in pieces of some thousand rows.
 *
 * @throws Failure P1324 when a value is the same text as a word for missing values.
 */
export function* csvPieces(table: Table, options: CsvOptions = {}): Generator<string> {
  const delimiter = options.delimiter ?? ",";
  const words = (options.missing ?? []).filter((word) => word !== "");
  const absent = options.missing?.[0] ?? "";
  // A row with one empty field would be an empty line, which readers skip.
  const missing =
    absent === "" && table.columns.length === 1 ? '""' : quote(absent, delimiter, false);
  const writers = table.columns.map((column) => writer(column, delimiter, words, missing));
  if (options.header !== false) {
    const header = table.columns.map((column) => quote(column.name, delimiter, true));
    yield `${header.join(delimiter)}\n`;
  }
  for (let from = 0; from < table.rows; from += rowsAPiece) {
    const to = Math.min(from + rowsAPiece, table.rows);
    let piece = "";
    for (let row = from; row < to; row++) {
      for (let i = 0; i < writers.length; i++) {
        if (i > 0) piece += delimiter;
        piece += (writers[i] as (row: number) => string)(row);
      }
      piece += "\n";
    }
    yield piece;
  }
}

function writer(
  column: Column,
  delimiter: string,
  words: readonly string[],
  missing: string,
): (row: number) => string {
  if (column.kind === "number") {
    const format = numberFormat(column.type);
    const { values } = column;
    return (row) => {
      const value = values[row] as number;
      return Number.isNaN(value) ? missing : quote(format(value), delimiter, false);
    };
  }
  const { codes, levels } = column;
  const occurs = new Uint8Array(levels.length);
  for (const code of codes) if (code >= 0) occurs[code] = 1;
  const texts = levels.map((level, code) => {
    if (occurs[code] === 1 && words.includes(level.trim())) {
      throw failure("P1324", { column: column.name, value: level });
    }
    return quote(level, delimiter, true);
  });
  return (row) => {
    const code = codes[row] as number;
    return code < 0 ? missing : (texts[code] as string);
  };
}

/** In quotation marks where a reader needs them; `value` marks an empty text as not missing. */
function quote(text: string, delimiter: string, value: boolean): string {
  if (text === "") return value ? '""' : "";
  const plain =
    !text.includes(delimiter) && !/["\r\n]|^\s|\s$/.test(text) && !text.startsWith("\ufeff");
  return plain ? text : `"${text.replaceAll('"', '""')}"`;
}
