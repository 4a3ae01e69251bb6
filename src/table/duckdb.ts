import { createRequire } from "node:module";
import type { DuckDBConnection, DuckDBResult } from "@duckdb/node-api";

type DuckDB = typeof import("@duckdb/node-api");

/**
 * DuckDB, loaded at the first call. Its ninety CommonJS files are required: `import` would read each of them
 * twice to find the names that it exports, which takes longer than reading a table of 50,000 rows.
 */
export function duckdb(): DuckDB {
  return createRequire(import.meta.url)("@duckdb/node-api") as DuckDB;
}

export type Connection = DuckDBConnection;

/**
 * A host that may end this thread by force is told here when native code is at work, which would take
 * the whole process with it.
 */
interface NativeWork {
  /** @throws Error when the thread is about to be ended. */
  enter(): void;
  leave(): void;
}

const place = Symbol.for("parable.native");

function nativeWork(): NativeWork | undefined {
  return (globalThis as { [place]?: NativeWork })[place];
}

/** Under so many bytes of data a second thread takes more time than it saves. */
const FEW_BYTES = 4_000_000;

export interface DuckdbOptions {
  /** Interrupts the running statement. */
  readonly signal?: AbortSignal | undefined;
  /** A file for the database instead of memory; the caller takes it away. */
  readonly file?: string;
  /** How much there is to read, where it is known. */
  readonly bytes?: number;
}

/** Run work on a fresh DuckDB in memory and close it afterwards. DuckDB is loaded at the first call. */
export async function withDuckdb<T>(
  work: (connection: Connection) => Promise<T>,
  options: DuckdbOptions = {},
): Promise<T> {
  const host = nativeWork();
  host?.enter();
  try {
    return await onConnection(work, options);
  } finally {
    host?.leave();
  }
}

async function onConnection<T>(
  work: (connection: Connection) => Promise<T>,
  { signal, file = ":memory:", bytes = FEW_BYTES }: DuckdbOptions,
): Promise<T> {
  const threads: Record<string, string> = bytes < FEW_BYTES ? { threads: "1" } : {};
  const instance = await duckdb().DuckDBInstance.create(file, threads);
  const connection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    signal?.throwIfAborted();
    return await work(connection);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}

/** `"a""b"`. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `'it''s'`. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The rows of a small result as arrays of plain values (no BigInt: numbers and texts). */
export async function rowsOf(
  connection: Connection,
  sql: string,
): Promise<readonly (readonly unknown[])[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowsJson();
}

/** Call `take` with each chunk of a result, without ever holding all of them, until it says false; whether it never did. */
export async function eachChunk(
  result: DuckDBResult,
  take: (chunk: NonNullable<Awaited<ReturnType<DuckDBResult["fetchChunk"]>>>) => unknown,
): Promise<boolean> {
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return true;
    if (take(chunk) === false) return false;
  }
}
