import { extname } from "node:path";
import { failure } from "../base/failure.js";
import { csvPieces } from "./csv-write.js";
import { jsonLinePieces, jsonPieces } from "./json-write.js";
import type { Table } from "./table.js";
import { writePieces, writeWhole } from "./whole-file.js";

export interface WriteOptions {
  /** Words for a missing value in CSV; the first is written. Default: the empty cell. */
  readonly missing?: readonly string[];
  readonly delimiter?: string;
  readonly signal?: AbortSignal;
}

/**
 * Write a table to a file; the ending chooses the format: `.csv`, `.tsv`, `.parquet`, `.arrow` (or
 * `.feather`), `.json`, `.jsonl` (or `.ndjson`). Folders are made as needed. The file appears whole or
 * not at all, and reads back to exactly the same values.
 *
 * @throws Failure P1321, P1322, P1323, P1324, P1325, P1326.
 */
export async function writeTable(
  table: Table,
  path: string,
  options: WriteOptions = {},
): Promise<void> {
  await writeTables(alone(table), path, options);
}

/**
 * Write tables of the same columns one below the other into one file, each as it comes: none is kept, but for
 * what a record batch of `.arrow` holds. The bytes don't hang on how the rows are cut.
 * Returns the size of the file in bytes.
 */
export async function writeTables(
  tables: AsyncIterable<Table>,
  path: string,
  options: WriteOptions = {},
): Promise<number> {
  const write = writerFor(tables, path, options);
  return writeWhole(path, write, options.signal);
}

async function* alone(table: Table): AsyncGenerator<Table> {
  yield table;
}

function writerFor(
  tables: AsyncIterable<Table>,
  path: string,
  options: WriteOptions,
): (aside: string) => Promise<void> {
  const { signal } = options;
  const ending = extname(path).toLowerCase();
  switch (ending) {
    case ".csv":
      return (aside) => writePieces(aside, csvOf(tables, options), signal);
    case ".tsv":
      return (aside) => writePieces(aside, csvOf(tables, { ...options, delimiter: "\t" }), signal);
    case ".json":
      return (aside) => writePieces(aside, jsonPieces(tables), signal);
    case ".jsonl":
    case ".ndjson":
      return (aside) => writePieces(aside, each(tables, jsonLinePieces), signal);
    case ".arrow":
    case ".feather":
      return async (aside) => {
        const { arrowPieces } = await import("./arrow-write.js");
        await writePieces(aside, arrowPieces(tables), signal);
      };
    case ".parquet":
      return async (aside) => {
        const { writeParquet } = await import("./duckdb-write.js");
        await writeParquet(tables, aside, signal);
      };
    default:
      throw failure("P1323", { path, ending });
  }
}

async function* csvOf(tables: AsyncIterable<Table>, options: WriteOptions): AsyncGenerator<string> {
  let header = true;
  for await (const table of tables) {
    yield* csvPieces(table, { ...options, header });
    header = false;
  }
}

async function* each(
  tables: AsyncIterable<Table>,
  pieces: (table: Table) => Iterable<string>,
): AsyncGenerator<string> {
  for await (const table of tables) yield* pieces(table);
}
