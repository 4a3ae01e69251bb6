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
  const write = writerFor(table, path, options);
  await writeWhole(path, write, options.signal);
}

function writerFor(
  table: Table,
  path: string,
  options: WriteOptions,
): (aside: string) => Promise<void> {
  const { signal } = options;
  const ending = extname(path).toLowerCase();
  switch (ending) {
    case ".csv":
      return (aside) => writePieces(aside, csvPieces(table, options), signal);
    case ".tsv":
      return (aside) =>
        writePieces(aside, csvPieces(table, { ...options, delimiter: "\t" }), signal);
    case ".json":
      return (aside) => writePieces(aside, jsonPieces(table), signal);
    case ".jsonl":
    case ".ndjson":
      return (aside) => writePieces(aside, jsonLinePieces(table), signal);
    case ".arrow":
    case ".feather":
      return async (aside) => {
        const { arrowBytes } = await import("./arrow.js");
        await writePieces(aside, [await arrowBytes(table)], signal);
      };
    case ".parquet":
      return async (aside) => {
        const { writeParquet } = await import("./duckdb-write.js");
        await writeParquet(table, aside, signal);
      };
    default:
      throw failure("P1323", { path, ending });
  }
}
