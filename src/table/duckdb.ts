import type { DuckDBConnection, DuckDBResult } from "@duckdb/node-api";

export type Connection = DuckDBConnection;

/**
 * Run work on a fresh DuckDB in memory and close it afterwards. DuckDB is loaded here and nowhere
 * else, at the first call.
 *
 * @param signal interrupts the running statement.
 * @param place a file for the database instead of memory; the caller takes it away.
 */
export async function withDuckdb<T>(
  work: (connection: Connection) => Promise<T>,
  signal?: AbortSignal,
  place = ":memory:",
): Promise<T> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(place);
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
