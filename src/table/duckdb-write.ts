import type { DuckDBAppender, DuckDBType } from "@duckdb/node-api";
import type { ColumnType } from "./column-type.js";
import { type Connection, identifier, literal, withDuckdb } from "./duckdb.js";
import type { CodeColumn, Column, Table } from "./table.js";

/** Most levels that go in as an ENUM; longer dictionaries go in as texts. */
const mostLevels = 1000;
const rowsAChunk = 2048;

/** Write a table as Parquet (zstd), through DuckDB and without making a string for each cell. */
export async function writeParquet(
  table: Table,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  await withDuckdb(async (connection) => {
    await load(connection, table, signal);
    const casts = table.columns.map(
      (column, i) => `${outCast(column, i)} AS ${identifier(column.name)}`,
    );
    await connection.run(
      `COPY (SELECT ${casts.join(", ")} FROM made) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  }, signal);
}

/** Put a table into DuckDB as `made`, with columns c0, c1, … */
async function load(connection: Connection, table: Table, signal?: AbortSignal): Promise<void> {
  const { DuckDBDataChunk } = await import("@duckdb/node-api");
  const columns = table.columns.map((column, i) => `c${i} ${inType(column)}`);
  await connection.run(`CREATE TEMP TABLE made (${columns.join(", ")})`);
  const appender = await connection.createAppender("made");
  const types = table.columns.map((_, i) => appender.columnType(i));
  for (let from = 0; from < table.rows; from += rowsAChunk) {
    signal?.throwIfAborted();
    const rows = Math.min(rowsAChunk, table.rows - from);
    appendChunk(appender, DuckDBDataChunk.create(types, rows), table, from, rows);
  }
  appender.closeSync();
}

function appendChunk(
  appender: DuckDBAppender,
  chunk: ReturnType<typeof import("@duckdb/node-api").DuckDBDataChunk.create>,
  table: Table,
  from: number,
  rows: number,
): void {
  chunk.rowCount = rows;
  table.columns.forEach((column, i) => {
    const vector = chunk.getColumnVector(i) as unknown as FillableVector;
    if (column.kind === "number") fillNumbers(vector, column.values.subarray(from, from + rows));
    else fillCodes(vector, column, from, rows);
    vector.flush();
  });
  appender.appendDataChunk(chunk);
}

/** What the numeric and ENUM vectors of the driver have in common. */
interface FillableVector {
  readonly items: { [index: number]: number };
  readonly validity: { setItemValid(row: number, valid: boolean): void };
  readonly type: DuckDBType;
  setItem(row: number, value: string | null): void;
  flush(): void;
}

function fillNumbers(vector: FillableVector, values: Float64Array): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value)) vector.validity.setItemValid(row, false);
    else vector.items[row] = value;
  }
}

function fillCodes(vector: FillableVector, column: CodeColumn, from: number, rows: number): void {
  const asText = column.type.kind !== "bool" && isLong(column);
  for (let row = 0; row < rows; row++) {
    const code = column.codes[from + row] as number;
    if (asText) vector.setItem(row, column.levels[code] ?? null);
    else if (code < 0) vector.validity.setItemValid(row, false);
    else vector.items[row] = code;
  }
}

function inType(column: Column): string {
  if (column.kind === "number") return column.type.kind === "date" ? "INTEGER" : "DOUBLE";
  if (column.type.kind === "bool") return "UTINYINT";
  if (isLong(column)) return "VARCHAR";
  return `ENUM(${column.levels.map(literal).join(", ")})`;
}

function isLong(column: CodeColumn): boolean {
  return column.levels.length > mostLevels || column.levels.length === 0;
}

function outCast(column: Column, i: number): string {
  if (column.kind === "code")
    return column.type.kind === "bool" ? `c${i}::BOOLEAN` : `c${i}::VARCHAR`;
  switch (column.type.kind) {
    case "date":
      return `(DATE '1970-01-01' + c${i})`;
    case "datetime":
      return `make_timestamp((c${i} * 1000000)::BIGINT)`;
    case "int":
      return `c${i}::${intType(column.type, column.values)}`;
    default:
      return `c${i}`;
  }
}

function intType(type: ColumnType, values: Float64Array): string {
  const fits = values.every((value) => Number.isNaN(value) || (value | 0) === value);
  if (fits) return "INTEGER";
  return type.kind === "int" && values.every((value) => !(Math.abs(value) > 2 ** 53))
    ? "BIGINT"
    : "DOUBLE";
}
