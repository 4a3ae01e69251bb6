import { access, constants, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Failure, failure } from "../base/failure.js";
import { conform } from "./conform.js";
import { type Connection, identifier, literal, rowsOf, withDuckdb } from "./duckdb.js";
import { factsOfScan } from "./duckdb-facts.js";
import { readScan, type Scan } from "./duckdb-read.js";
import { openFailure } from "./file-failure.js";
import { locate } from "./locate.js";
import type { ReadRequest, ReadResult, Source, SourceContext, SourceSpec } from "./source-types.js";

/** Formats that DuckDB reads: Parquet, JSON, its own files, and other databases by its extensions. */
export function openDuckdb(spec: SourceSpec, context: SourceContext): Source {
  const where = isUrl(spec.where) ? spec.where : resolve(context.folder, spec.where);
  const reader = new DuckdbReader(spec, where);
  return {
    name: spec.name,
    format: spec.format,
    tables: () => reader.with((connection) => reader.tables(connection)),
    headers: (table) =>
      reader.with(async (connection) => (await reader.shape(connection, table)).headers),
    read: (request) =>
      reader.with((connection) => reader.read(connection, request), request.signal),
    facts: (table) =>
      reader.with(async (connection) => {
        const { headers, scan } = await reader.shape(connection, table);
        return factsOfScan(connection, scan, headers);
      }),
    rowsAbout: async (table) =>
      spec.format === "parquet" || spec.format === "duckdb"
        ? reader.with((connection) => reader.count(connection, table))
        : undefined,
  };
}

const titles: Readonly<Record<string, string>> = {
  parquet: "Parquet",
  json: "JSON",
  duckdb: "a DuckDB database",
  sqlite: "an SQLite database",
};

class DuckdbReader {
  private readonly spec: SourceSpec;
  private readonly where: string;

  constructor(spec: SourceSpec, where: string) {
    this.spec = spec;
    this.where = where;
  }

  private get isFile(): boolean {
    return this.spec.format === "parquet" || this.spec.format === "json";
  }

  /** Open the source on a fresh connection and work with it. */
  async with<T>(work: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (!isUrl(this.where)) await this.refuseUnreadable();
    return withDuckdb(
      async (connection) => {
        try {
          if (!this.isFile) await this.attach(connection);
          return await work(connection);
        } catch (error) {
          throw this.explain(error);
        }
      },
      { signal },
    );
  }

  async tables(connection: Connection): Promise<readonly string[]> {
    if (this.isFile) return [this.spec.name];
    const found = await rowsOf(
      connection,
      "SELECT schema_name, name FROM (SELECT schema_name, table_name AS name FROM duckdb_tables() WHERE database_name = 'source' UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = 'source' AND NOT internal) ORDER BY 1, 2",
    );
    return found.map(([schema, name]) =>
      schema === "main" || schema === "public" ? String(name) : `${schema}.${name}`,
    );
  }

  /** The headers of a table and a scan over all of its columns. */
  async shape(
    connection: Connection,
    table: string | undefined,
  ): Promise<{ headers: readonly string[]; scan: Scan }> {
    const from = await this.relation(connection, table);
    const described = await rowsOf(connection, `DESCRIBE SELECT * FROM ${from}`);
    const headers = described.map((row) => String(row[0]));
    const json = this.spec.format === "json";
    const columns = described.map((row) => {
      const sql = identifier(String(row[0]));
      // A type found from all values would let one row change how the others read: each is taken as its text.
      return json ? { sql: `(${sql}->>'$')`, type: "VARCHAR" } : { sql, type: String(row[1]) };
    });
    return { headers, scan: { from, columns, missing: this.spec.missing } };
  }

  async count(connection: Connection, table: string | undefined): Promise<number> {
    const from = await this.relation(connection, table);
    const [row] = await rowsOf(connection, `SELECT count(*) FROM ${from}`);
    return Number(row?.[0]);
  }

  async read(connection: Connection, request: ReadRequest): Promise<ReadResult> {
    const { headers, scan } = await this.shape(connection, request.table);
    const places = locate(this.spec.name, headers, request.columns);
    const columns = places.map((place) => scan.columns[place] as Scan["columns"][number]);
    const raw = await readScan(connection, { ...scan, columns }, request.columns);
    return conform(raw, this.spec.name, request);
  }

  private async relation(connection: Connection, table: string | undefined): Promise<string> {
    if (this.spec.format === "parquet") return `read_parquet(${literal(this.where)})`;
    if (this.spec.format === "json") {
      return `read_json(${literal(this.where)}, sample_size=-1, maximum_depth=1, maximum_object_size=16777216)`;
    }
    const tables = await this.tables(connection);
    const name = table ?? (tables.length === 1 ? tables[0] : undefined);
    if (name === undefined) {
      throw failure("P1319", { source: this.spec.name, where: tables.join(", ") });
    }
    if (!tables.includes(name)) {
      const because = [`its tables are ${tables.map((other) => `\`${other}\``).join(", ")}`];
      throw failure("P1313", { source: this.spec.name, table: name }, { because });
    }
    return `source.${name.split(".").map(identifier).join(".")}`;
  }

  private async attach(connection: Connection): Promise<void> {
    const { format } = this.spec;
    if (format !== "duckdb") await this.extension(connection, format);
    // SQLite holds any type in any row: by the declared one a single row would end the reading of all.
    if (format === "sqlite") await connection.run("SET sqlite_all_varchar = true");
    const type = format === "duckdb" ? "" : `TYPE ${format}, `;
    await connection.run(`ATTACH ${literal(this.where)} AS source (${type}READ_ONLY)`);
  }

  private async extension(connection: Connection, format: string): Promise<void> {
    try {
      await connection.run(`LOAD ${format}`);
    } catch {
      try {
        await connection.run(`INSTALL ${format}`);
        await connection.run(`LOAD ${format}`);
      } catch (error) {
        throw failure("P1314", { source: this.spec.name, format }, { cause: error });
      }
    }
  }

  private async refuseUnreadable(): Promise<void> {
    const { name } = this.spec;
    const title = titles[this.spec.format] ?? this.spec.format;
    try {
      await access(this.where, constants.R_OK);
    } catch (error) {
      throw openFailure(name, this.where, title, error);
    }
    const { size } = await stat(this.where);
    if (size === 0) throw failure("P1303", { source: name, path: this.where });
  }

  private explain(error: unknown): unknown {
    if (error instanceof Failure) return error;
    const source = this.spec.name;
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
    if (isUrl(this.where)) return failure("P1318", { source, reason }, { cause: error });
    const title = titles[this.spec.format] ?? this.spec.format;
    if (/invalid|malformed|magic|not a valid|corrupt|no magic bytes/i.test(reason)) {
      return failure("P1312", { source, path: this.where, format: title }, { cause: error });
    }
    return failure("P1327", { source, reason }, { cause: error });
  }
}

function isUrl(where: string): boolean {
  return /^(postgres(ql)?|mysql|https?|s3):\/\//.test(where) || /\b(host|dbname)=/.test(where);
}
