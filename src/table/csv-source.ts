import { stat } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import { failure } from "../base/failure.js";
import { conform } from "./conform.js";
import { csvFailure } from "./csv-failure.js";
import { type CsvHeader, csvRowsAbout, readCsvHeader } from "./csv-header.js";
import { locate } from "./locate.js";
import type {
  ColumnFacts,
  ReadRequest,
  ReadResult,
  Source,
  SourceContext,
  SourceSpec,
} from "./source-types.js";

/** A CSV file. The header is read here; rows are read by DuckDB. */
export function openCsv(spec: SourceSpec, context: SourceContext): Source {
  const path = isAbsolute(spec.where) ? spec.where : resolve(context.folder, spec.where);
  return csvFile(spec, path);
}

/** A CSV file by its full path. */
export function csvFile(spec: SourceSpec, path: string): Source {
  let header: Promise<CsvHeader> | undefined;
  const head = (): Promise<CsvHeader> => {
    header ??= readCsvHeader(spec.name, path, spec);
    return header;
  };
  return {
    name: spec.name,
    format: spec.format,
    tables: async () => [spec.name],
    headers: async () => (await head()).headers,
    read: async (request) => read(spec, await head(), request),
    facts: async () => facts(spec, await head()),
    rowsAbout: () => csvRowsAbout(path),
  };
}

async function read(
  spec: SourceSpec,
  header: CsvHeader,
  request: ReadRequest,
): Promise<ReadResult> {
  const { withDuckdb } = await import("./duckdb.js");
  const { readScan } = await import("./duckdb-read.js");
  const places = locate(spec.name, header.headers, request.columns);
  const columns = places.map((place) => ({ sql: `f${place}`, type: "VARCHAR" }));
  const scan = { from: scanOf(header), columns, missing: spec.missing, form: spec };
  const raw = await withDuckdb(
    async (connection) => {
      try {
        return await readScan(connection, scan, request.columns);
      } catch (error) {
        throw await csvFailure(spec.name, header, error);
      }
    },
    { signal: request.signal, ...(await sizeOf(header)) },
  );
  return conform(raw, spec.name, request);
}

/** Bytes to be read, where the file is not packed. */
async function sizeOf({ path }: CsvHeader): Promise<{ readonly bytes?: number }> {
  if (path.endsWith(".gz")) return {};
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? {} : { bytes: found.size };
}

async function facts(spec: SourceSpec, header: CsvHeader): Promise<readonly ColumnFacts[]> {
  const { withDuckdb } = await import("./duckdb.js");
  const { factsOfScan } = await import("./duckdb-facts.js");
  const columns = header.headers.map((_, place) => ({ sql: `f${place}`, type: "VARCHAR" }));
  const scan = { from: scanOf(header), columns, missing: spec.missing, form: spec };
  return withDuckdb(async (connection) => {
    try {
      return await factsOfScan(connection, scan, header.headers);
    } catch (error) {
      throw await csvFailure(spec.name, header, error);
    }
  });
}

/** `read_csv` with everything said, so that nothing is guessed twice. Fields are f0, f1, … */
function scanOf(header: CsvHeader): string {
  if (header.path.includes("*"))
    throw failure("P1327", { source: header.path, reason: "`*` in a path" });
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const columns = header.headers.map((_, place) => `'f${place}': 'VARCHAR'`).join(", ");
  const options = [
    "auto_detect=false",
    "header=true",
    ...(header.skipped === 0 ? [] : [`skip=${header.skipped}`]),
    `delim=${quote(header.delimiter)}`,
    `quote='"'`,
    `escape='"'`,
    `nullstr=''`,
    "allow_quoted_nulls=false",
    "max_line_size=16777216",
    `encoding=${quote(header.encoding)}`,
    ...(header.path.endsWith(".gz") ? ["compression='gzip'"] : []),
    `columns={${columns}}`,
  ];
  return `read_csv(${quote(header.path)}, ${options.join(", ")})`;
}
