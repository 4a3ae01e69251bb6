import type { DuckDBConnection, DuckDBResult } from "@duckdb/node-api";

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

/**
 * Run work on a fresh DuckDB in memory and close it afterwards. DuckDB is loaded here and nowhere
 * else, at the first call.
 *
 * @param signal interrupts the running statement.
 * @param file a file for the database instead of memory; the caller takes it away.
 */
export async function withDuckdb<T>(
  work: (connection: Connection) => Promise<T>,
  signal?: AbortSignal,
  file = ":memory:",
): Promise<T> {
  const host = nativeWork();
  host?.enter();
  try {
    return await onConnection(work, signal, file);
  } finally {
    host?.leave();
  }
}

async function onConnection<T>(
  work: (connection: Connection) => Promise<T>,
  signal: AbortSignal | undefined,
  file: string,
): Promise<T> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(file);
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

/** Call `take` with each chunk of a result, without ever holding all of them. */
export async function eachChunk(
  result: DuckDBResult,
  take: (chunk: NonNullable<Awaited<ReturnType<DuckDBResult["fetchChunk"]>>>) => void,
): Promise<void> {
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    take(chunk);
  }
}
