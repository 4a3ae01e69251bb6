import type { ColumnType } from "./column-type.js";
import type { Table } from "./table.js";

/** What a spec says of a source. */
export interface SourceSpec {
  readonly name: string;
  /** `csv`, `parquet`, `json`, `arrow`, `duckdb`, `sqlite`, `postgres`, `mysql`, `frame`, `example`. */
  readonly format: string;
  /** Path, URL, example name or variable name. */
  readonly where: string;
  /** Words that stand for a missing value; an empty cell always does. */
  readonly missing: readonly string[];
  readonly delimiter?: string;
  readonly encoding?: string;
  /** The mark before the fractions of numbers in a csv file, `,` or `.`; the other one groups thousands. */
  readonly decimal?: string;
  /** How dates are written in a csv file, such as `DD.MM.YYYY`; ISO dates are always understood. */
  readonly dates?: readonly string[];
}

/** Where a source is looked for. */
export interface SourceContext {
  /** Relative paths start here. */
  readonly folder: string;
  /** The variables of the notebook that `frame NAME` may name. */
  readonly frames?: ReadonlyMap<string, unknown>;
}

/** One column to read: its name in the spec, its header in the source, and what it means. */
export interface ColumnRequest {
  readonly name: string;
  readonly header: string;
  readonly type: ColumnType;
  readonly optional: boolean;
}

export interface ReadRequest {
  /** The table inside the source, for sources that hold several. */
  readonly table?: string;
  /** The name of the table that is made. */
  readonly name: string;
  readonly columns: readonly ColumnRequest[];
  /** False under privacy: findings then carry no values. */
  readonly keepExamples: boolean;
  /** True under privacy: no rows is an answer like any other, since a failure would tell that there are none. */
  readonly protected?: boolean;
  readonly signal?: AbortSignal;
}

/** Something noticed while reading; `Finding` of the release has the same shape. */
export interface ReadFinding {
  readonly kind: "outside-domain" | "missing-undeclared" | "unused-column" | "note";
  readonly table: string;
  readonly column?: string;
  readonly count: number;
  readonly examples: readonly string[];
  readonly policy: string;
}

export interface ReadResult {
  /**
   * Columns in the order of the request. Learned domains are filled in from the data in the columns'
   * types: levels sorted, bounds as they occur.
   */
  readonly table: Table;
  /** Rows in the source, with those that were left out. */
  readonly rowsRead: number;
  readonly findings: readonly ReadFinding[];
}

/** What drafting a spec asks of one column. */
export interface ColumnFacts {
  readonly header: string;
  /** How the values look, all of them: what a first spec would say. Digits after a 0 are a code, a text. */
  readonly looksLike: "int" | "real" | "bool" | "date" | "datetime" | "text";
  readonly rows: number;
  readonly missing: number;
  readonly distinct: number;
  /** The commonest values first, at most 60; empty for numbers with more distinct values. */
  readonly values: readonly string[];
  /**
   * Of a text column in which all but a few different values are numbers: those others, the commonest
   * first, and how many different numbers there are.
   */
  readonly strays?: { readonly words: readonly string[]; readonly numbers: number };
  /** Smallest and largest, of numbers and dates, as written. */
  readonly min?: string;
  readonly max?: string;
}

/** What may be asked of data. Opening one reads nothing. */
export interface Source {
  readonly name: string;
  readonly format: string;
  /** The tables inside; one, with the source's own name, where the format holds a single table. */
  tables(): Promise<readonly string[]>;
  /** The headers alone; of CSV without loading a database. */
  headers(table?: string): Promise<readonly string[]>;
  read(request: ReadRequest): Promise<ReadResult>;
  /** About how many rows there are, without reading their values; undefined where that is not quickly known. */
  rowsAbout(table?: string): Promise<number | undefined>;
  /** Facts of every column, for drafting a spec. Reads all rows. */
  facts(table?: string): Promise<readonly ColumnFacts[]>;
}
