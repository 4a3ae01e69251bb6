import type { DuckDBAppender, DuckDBType } from "@duckdb/node-api";
import type { ColumnType } from "./column-type.js";
import { type Connection, duckdb, identifier, literal, withDuckdb } from "./duckdb.js";
import type { CodeColumn, Column, Table } from "./table.js";

/** Most levels that go in as an ENUM; longer dictionaries go in as texts. */
const mostLevels = 1000;
const rowsAChunk = 2048;

/** Rows of a Parquet row group, DuckDB's default; fewer where they are wide, since each is held whole. */
const rowsAGroup = 122_880;
const bytesAGroup = 2 ** 24;
/** What DuckDB may hold: left alone it takes up to 80 % of the machine for pages that it has written already. */
const memory = 64e6;

/**
 * Write tables of the same columns, one below the other, as Parquet (zstd), without making a string
 * for each cell. The rows go through a DuckDB database in a file beside `path`, so that memory doesn't
 * hang on how many there are; whoever owns `path` removes it, and what DuckDB puts beside.
 */
export async function writeParquet(
  tables: AsyncIterable<Table>,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  const place = `${path}.duckdb`;
  await withDuckdb(
    async (connection) => {
      await limitMemory(connection, memory);
      // Never committed: that would write the rows once more.
      await connection.run("BEGIN TRANSACTION");
      const { columns, widestRow } = await load(connection, tables, signal);
      const rows = groupSize(widestRow);
      await limitMemory(connection, Math.max(memory, 8 * rows * widestRow));
      const casts = columns.map((column, i) => `${column.cast(i)} AS ${identifier(column.name)}`);
      await connection.run(
        `COPY (SELECT ${casts.join(", ")} FROM made) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rows})`,
      );
    },
    { signal, file: place },
  );
}

/** Put tables into DuckDB as `made`, with columns c0, c1, … */
async function load(
  connection: Connection,
  tables: AsyncIterable<Table>,
  signal?: AbortSignal,
): Promise<Loaded> {
  const { DuckDBDataChunk } = duckdb();
  let loader: Loader | undefined;
  for await (const table of tables) {
    if (loader === undefined) {
      const columns = table.columns.map((column) => new OutColumn(column));
      const declared = columns.map((column, i) => `c${i} ${column.inType}`);
      await connection.run(`CREATE TABLE made (${declared.join(", ")})`);
      const appender = await connection.createAppender("made");
      const types = columns.map((_, i) => appender.columnType(i));
      loader = new Loader(columns, appender, DuckDBDataChunk.create(types, rowsAChunk));
    }
    signal?.throwIfAborted();
    loader.add(table);
  }
  return loader?.close() ?? { columns: [], widestRow: 0 };
}

async function limitMemory(connection: Connection, bytes: number): Promise<void> {
  await connection.run(`SET memory_limit = '${Math.ceil(bytes / 1e6)}MB'`);
}

interface Loaded {
  readonly columns: readonly OutColumn[];
  /** Bytes of a row where rows are widest: the mean over a chunk. */
  readonly widestRow: number;
}

function groupSize(widestRow: number): number {
  const rows = Math.floor(bytesAGroup / Math.max(1, widestRow) / rowsAChunk) * rowsAChunk;
  return Math.min(rowsAGroup, Math.max(rowsAChunk, rows));
}

type Chunk = ReturnType<typeof import("@duckdb/node-api").DuckDBDataChunk.create>;

/** Fills chunks to the brim, however the rows come: what DuckDB writes hangs on their size. */
class Loader {
  private readonly columns: readonly OutColumn[];
  private readonly appender: DuckDBAppender;
  private readonly chunk: Chunk;
  /** Bytes of a row but for its texts. */
  private readonly fixedBytes: number;
  private filled = 0;
  /** Letters in this chunk, the most in any, and bytes that the appender holds. */
  private letters = 0;
  private mostLetters = 0;
  private held = 0;

  constructor(columns: readonly OutColumn[], appender: DuckDBAppender, chunk: Chunk) {
    this.columns = columns;
    this.appender = appender;
    this.chunk = chunk;
    this.fixedBytes = columns.reduce((sum, { inType }) => sum + (inType === "DOUBLE" ? 8 : 4), 0);
  }

  add(table: Table): void {
    table.columns.forEach((column, i) => {
      (this.columns[i] as OutColumn).see(column);
    });
    for (let from = 0; from < table.rows; ) {
      const rows = Math.min(rowsAChunk - this.filled, table.rows - from);
      table.columns.forEach((column, i) => {
        this.fill(i, column, from, rows);
      });
      this.filled += rows;
      from += rows;
      if (this.filled === rowsAChunk) this.append();
    }
  }

  private fill(i: number, column: Column, from: number, rows: number): void {
    const vector = this.chunk.getColumnVector(i) as unknown as FillableVector;
    const out = this.columns[i] as OutColumn;
    const span = { from, rows, at: this.filled };
    if (column.kind === "number") fillNumbers(vector, column.values, span);
    else if (out.asText) this.letters += fillTexts(vector, column, span);
    else fillCodes(vector, column, span);
  }

  private append(): void {
    this.columns.forEach((_, i) => {
      this.chunk.getColumnVector(i).flush();
    });
    // After the flush: setting it lets go of the vectors.
    if (this.filled < rowsAChunk) this.chunk.rowCount = this.filled;
    this.appender.appendDataChunk(this.chunk);
    // The same one again: the memory of those let go would wait for the garbage collector.
    this.chunk.reset();
    this.chunk.rowCount = rowsAChunk;
    this.filled = 0;
    this.held += this.letters + rowsAChunk * this.fixedBytes;
    if (this.held > bytesAGroup) {
      this.appender.flushSync();
      this.held = 0;
    }
    this.mostLetters = Math.max(this.mostLetters, this.letters);
    this.letters = 0;
  }

  close(): Loaded {
    if (this.filled > 0) this.append();
    this.appender.closeSync();
    const { columns, fixedBytes } = this;
    return { columns, widestRow: fixedBytes + this.mostLetters / rowsAChunk };
  }
}

/** What the numeric and ENUM vectors of the driver have in common. */
interface FillableVector {
  readonly items: { [index: number]: number };
  readonly validity: { setItemValid(row: number, valid: boolean): void };
  readonly type: DuckDBType;
  setItem(row: number, value: string | null): void;
}

/** Rows `from … from + rows` of a column go into a vector from `at` on. */
interface Span {
  readonly from: number;
  readonly rows: number;
  readonly at: number;
}

function fillNumbers(vector: FillableVector, values: Float64Array, { from, rows, at }: Span): void {
  const { items, validity } = vector;
  for (let row = 0; row < rows; row++) {
    const value = values[from + row] as number;
    if (Number.isNaN(value)) validity.setItemValid(at + row, false);
    else items[at + row] = value;
  }
}

function fillCodes(vector: FillableVector, { codes }: CodeColumn, { from, rows, at }: Span): void {
  const { items, validity } = vector;
  for (let row = 0; row < rows; row++) {
    const code = codes[from + row] as number;
    if (code < 0) validity.setItemValid(at + row, false);
    else items[at + row] = code;
  }
}

/** Returns how many letters there were. */
function fillTexts(
  vector: FillableVector,
  { codes, levels }: CodeColumn,
  { from, rows, at }: Span,
): number {
  let letters = 0;
  for (let row = 0; row < rows; row++) {
    const text = levels[codes[from + row] as number] ?? null;
    letters += text?.length ?? 0;
    vector.setItem(at + row, text);
  }
  return letters;
}

/** How a column goes into DuckDB and out of it. Whole numbers get the narrowest type that holds all. */
class OutColumn {
  readonly name: string;
  readonly inType: string;
  readonly asText: boolean;
  private readonly kind: ColumnType["kind"];
  private readonly isNumber: boolean;
  private fits: "INTEGER" | "BIGINT" | "DOUBLE" = "INTEGER";

  constructor(column: Column) {
    this.name = column.name;
    this.kind = column.type.kind;
    this.isNumber = column.kind === "number";
    this.asText =
      column.kind === "code" &&
      this.kind !== "bool" &&
      (this.kind !== "category" || isLong(column));
    this.inType =
      column.kind === "number"
        ? this.kind === "date"
          ? "INTEGER"
          : "DOUBLE"
        : this.kind === "bool"
          ? "UTINYINT"
          : this.asText
            ? "VARCHAR"
            : `ENUM(${column.levels.map(literal).join(", ")})`;
  }

  /** Look at the next rows. */
  see(column: Column): void {
    if (column.kind !== "number" || this.kind !== "int" || this.fits === "DOUBLE") return;
    for (const value of column.values) {
      if (Number.isNaN(value) || (value | 0) === value) continue;
      if (Math.abs(value) > 2 ** 53) {
        this.fits = "DOUBLE";
        return;
      }
      this.fits = "BIGINT";
    }
  }

  /** The value of column `i` as it is written. */
  cast(i: number): string {
    if (!this.isNumber) return this.kind === "bool" ? `c${i}::BOOLEAN` : `c${i}::VARCHAR`;
    switch (this.kind) {
      case "date":
        return `(DATE '1970-01-01' + c${i})`;
      case "datetime":
        return `make_timestamp((c${i} * 1000000)::BIGINT)`;
      case "int":
        return `c${i}::${this.fits}`;
      default:
        return `c${i}`;
    }
  }
}

function isLong(column: CodeColumn): boolean {
  return column.levels.length > mostLevels || column.levels.length === 0;
}
