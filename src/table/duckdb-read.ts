import { isNumeric } from "./column-type.js";
import { type Connection, eachChunk, literal, rowsOf } from "./duckdb.js";
import { type CellSql, readShortCells } from "./duckdb-stream.js";
import type { RawColumn, RawNumbers, RawTable } from "./raw-column.js";
import type { ColumnRequest } from "./source-types.js";
import { momentSql, numberSql, type WrittenForm } from "./written-form.js";

/** A relation in SQL with the native type of each column that is asked for. */
export interface Scan {
  /** What stands after FROM. */
  readonly from: string;
  /** For each requested column: the SQL expression and its type, e.g. `VARCHAR`, `BIGINT`. */
  readonly columns: readonly { readonly sql: string; readonly type: string }[];
  readonly missing: readonly string[];
  /** How texts write numbers and dates, where not as ISO 8601 and programs do. */
  readonly form?: WrittenForm;
}

/**
 * Read columns as typed arrays. Rows keep the order of the source. Where texts are short and numbers are numbers, one
 * pass is enough; otherwise cells are kept in a table, and texts come as dictionaries through DuckDB's ENUM, so that no
 * string is made twice.
 */
export async function readScan(
  connection: Connection,
  scan: Scan,
  wanted: readonly ColumnRequest[],
): Promise<RawTable> {
  const cells = wanted.map((column, i) => cellSql(scan, column, i));
  return (
    (await readShortCells(connection, scan.from, cells, wanted)) ??
    readKept(connection, scan.from, cells, wanted)
  );
}

async function readKept(
  connection: Connection,
  from: string,
  cells: readonly CellSql[],
  wanted: readonly ColumnRequest[],
): Promise<RawTable> {
  const kept = cells.map(({ value, odd }, i) =>
    odd === undefined ? `${value} AS c${i}` : `${value} AS c${i}, ${odd} AS t${i}`,
  );
  const sql = kept.length === 0 ? "1 AS nothing" : kept.join(", ");
  await connection.run(`CREATE TEMP TABLE kept AS SELECT ${sql} FROM ${from}`);
  const rows = Number((await rowsOf(connection, "SELECT count(*)::INTEGER FROM kept"))[0]?.[0]);
  const outlets: Outlet[] = [];
  for (const [i, column] of wanted.entries()) {
    outlets.push(
      isNumeric(column.type)
        ? { sql: `coalesce(c${i}, 'nan'::DOUBLE)`, into: new Float64Array(rows) }
        : await codeOutlet(connection, i, rows),
    );
  }
  await pour(connection, outlets);
  const unreadable = await unreadableIn(connection, wanted);
  const columns = outlets.map((outlet, i): RawColumn => {
    if (outlet.levels !== undefined) {
      return { kind: "text", codes: outlet.into as Int32Array, levels: outlet.levels };
    }
    const numbers = { kind: "number", values: outlet.into as Float64Array } as const;
    const odd = unreadable.get(i);
    return odd === undefined ? numbers : { ...numbers, unreadable: odd };
  });
  return { rows, columns };
}

interface Outlet {
  /** Never NULL: NaN or −1 stand for it, so that no validity mask need be read. */
  readonly sql: string;
  readonly into: Float64Array | Int32Array;
  readonly levels?: readonly string[];
}

async function pour(connection: Connection, outlets: readonly Outlet[]): Promise<void> {
  if (outlets.length === 0) return;
  const result = await connection.stream(
    `SELECT ${outlets.map((outlet) => outlet.sql).join(", ")} FROM kept`,
  );
  let at = 0;
  await eachChunk(result, (chunk) => {
    outlets.forEach((outlet, i) => {
      const vector = chunk.getColumnVector(i) as unknown as { items: Float64Array };
      outlet.into.set(vector.items.subarray(0, chunk.rowCount), at);
    });
    at += chunk.rowCount;
  });
}

/** A cell with missing words taken out; of numbers also the text of whatever is none. */
function cellSql(scan: Scan, column: ColumnRequest, i: number): CellSql {
  const { sql, type } = scan.columns[i] as { sql: string; type: string };
  if (!isNumeric(column.type)) return { value: presentText(scan, sql, type) };
  const cell = isText(type) ? `nullif(trim(${presentText(scan, sql, type)}), '')` : sql;
  const value = numberExpression(column, cell, type, scan.form ?? {});
  return { value, odd: `CASE WHEN ${value} IS NULL THEN CAST(${cell} AS VARCHAR) END` };
}

function presentText(scan: Scan, sql: string, type: string): string {
  const text = type === "VARCHAR" ? sql : `CAST(${sql} AS VARCHAR)`;
  if (scan.missing.length === 0) return text;
  const words = scan.missing.map(literal).join(", ");
  return `CASE WHEN trim(${text}) IN (${words}) THEN NULL ELSE ${text} END`;
}

/** The value in the scale of `ColumnType` as DOUBLE, NULL where there is none. */
function numberExpression(
  column: ColumnRequest,
  cell: string,
  type: string,
  form: WrittenForm,
): string {
  const written = momentSql(cell, form);
  const castTo = (kind: "DATE" | "TIMESTAMP"): string => {
    const cast = `TRY_CAST(${cell} AS ${kind})`;
    return written === undefined ? cast : `coalesce(CAST(${written} AS ${kind}), ${cast})`;
  };
  switch (column.type.kind) {
    case "date": {
      const day = castTo("DATE");
      return `CASE WHEN isfinite(${day}) THEN datediff('day', DATE '1970-01-01', ${day})::DOUBLE END`;
    }
    case "datetime": {
      const moment = castTo("TIMESTAMP");
      return `CASE WHEN isfinite(${moment}) THEN floor(epoch(${moment})) END`;
    }
    case "duration": {
      if (isNumber(type)) return `${cell}::DOUBLE`;
      const span = `epoch(TRY_CAST(${cell} AS INTERVAL))`;
      return isText(type) ? `coalesce(TRY_CAST(${cell} AS DOUBLE), ${span})` : span;
    }
    default: {
      const value = `TRY_CAST(${numberSql(cell, form)} AS DOUBLE)`;
      return `CASE WHEN isfinite(${value}) THEN ${value} END`;
    }
  }
}

/** The levels are sorted once, into a table of their own: the ENUM and their texts are made from it. */
async function codeOutlet(connection: Connection, i: number, rows: number): Promise<Outlet> {
  await connection.run(
    `CREATE TEMP TABLE words${i} AS SELECT DISTINCT c${i} FROM kept WHERE c${i} IS NOT NULL ORDER BY 1`,
  );
  const into = new Int32Array(rows);
  const levels = (await rowsOf(connection, `FROM words${i}`)).map((row) => row[0] as string);
  if (levels.length === 0) return { sql: "-1::INTEGER", into, levels };
  await connection.run(`CREATE TYPE levels${i} AS ENUM (FROM words${i})`);
  await connection.run(`DROP TABLE words${i}`);
  return { sql: `coalesce(enum_code(c${i}::levels${i})::INTEGER, -1)`, into, levels };
}

/** Cells that hold something which became no number, looked up only where their count says so. */
async function unreadableIn(
  connection: Connection,
  wanted: readonly ColumnRequest[],
): Promise<ReadonlyMap<number, NonNullable<RawNumbers["unreadable"]>>> {
  const numeric = wanted.flatMap((column, i) => (isNumeric(column.type) ? [i] : []));
  const found = new Map<number, NonNullable<RawNumbers["unreadable"]>>();
  if (numeric.length === 0) return found;
  const counts = numeric.map((i) => `count(t${i})::INTEGER`).join(", ");
  const [row = []] = await rowsOf(connection, `SELECT ${counts} FROM kept`);
  for (const [place, i] of numeric.entries()) {
    if (Number(row[place]) === 0) continue;
    const cells = await rowsOf(
      connection,
      `SELECT rowid::INTEGER, t${i} FROM kept WHERE t${i} IS NOT NULL ORDER BY rowid`,
    );
    const rows = Uint32Array.from(cells, (pair) => Number(pair[0]));
    found.set(i, { rows, texts: cells.map((pair) => String(pair[1])) });
  }
  return found;
}

/** Whatever is neither a number nor a moment is read by its text. */
function isText(type: string): boolean {
  return !isNumber(type) && !/^(DATE|TIME|TIMESTAMP|INTERVAL|BOOLEAN)/.test(type);
}

function isNumber(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/.test(type);
}
