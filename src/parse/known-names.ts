import type { ColumnNode, Spec, TableBlock } from "../ir/spec.js";
import { blocksOf } from "../ir/spec.js";
import { parse } from "./parse.js";
import { ExpressionPrinter } from "./print-expression.js";
import { printColumnType } from "./print-table.js";

/** What is known beyond the text; everything in it is public. */
export interface LanguageFacts {
  readonly learners?: readonly {
    readonly name: string;
    readonly summary: string;
    readonly options?: readonly string[];
  }[];
  /** The headers of sources that could be read: by `source` or `source.table`. */
  readonly headers?: ReadonlyMap<string, readonly string[]>;
  /** What may be said of columns of sources that are public, by source and header: `int 17..90 years`. */
  readonly types?: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Variables of the notebook that can be a `frame`. */
  readonly frames?: readonly FrameInScope[];
  readonly examples?: readonly { readonly name: string; readonly title: string }[];
}

/** A variable that `frame NAME` may name, and the headers of its columns. */
export interface FrameInScope {
  readonly name: string;
  readonly headers: readonly string[];
}

const fewHeaders = 12;

/** Headers as a line of help has them. */
export const some = (headers: readonly string[]): string => {
  const shown = headers.slice(0, fewHeaders).join(", ");
  const more = headers.length - fewHeaders;
  return `${headers.length === 1 ? "column" : "columns"} ${shown}${more > 0 ? ` and ${more} more` : ""}`;
};

/** The names that a text declares, and what is known about them. */
export class KnownNames {
  readonly spec: Spec;
  readonly facts: LanguageFacts;
  /** The table whose block holds the place, if it is in one. */
  readonly table: TableBlock | undefined;
  private readonly printer: ExpressionPrinter;

  constructor(text: string, offset: number, facts: LanguageFacts) {
    this.spec = parse(text, "").spec;
    this.facts = facts;
    this.printer = new ExpressionPrinter(text);
    const before = this.spec.blocks.filter((block) => block.span.start <= offset);
    const last = before.at(-1);
    this.table = last?.kind === "table" ? last : undefined;
  }

  get tables(): readonly TableBlock[] {
    return blocksOf(this.spec, "table");
  }

  /** The columns in sight: of the table that the place is in, else of all tables. */
  columns(): readonly ColumnNode[] {
    return this.table?.columns ?? this.tables.flatMap((table) => table.columns);
  }

  column(name: string): ColumnNode | undefined {
    return (
      this.columns().find((column) => column.name.text === name) ??
      this.tables.flatMap((table) => table.columns).find((column) => column.name.text === name)
    );
  }

  /** The table that a `ref` column points to. */
  referred(name: string): TableBlock | undefined {
    const type = this.column(name)?.type;
    if (type?.kind !== "ref") return undefined;
    return this.tables.find((table) => table.name.text === type.table.text);
  }

  /** A column's type as written, with its doc. */
  describe(column: ColumnNode): string {
    const type = printColumnType(column, this.printer);
    return column.doc === undefined ? type : `${type} · ${column.doc.split("\n")[0]}`;
  }

  /** The table's source as facts are filed under it: `source`, or `source.table`. */
  private sourceKey(): string | undefined {
    const source = this.table?.source;
    if (source === undefined) return undefined;
    return source.table === undefined
      ? source.name.text
      : `${source.name.text}.${source.table.text}`;
  }

  /** What a public source tells of the column under a header. */
  typeUnder(header: string): string | undefined {
    const key = this.sourceKey();
    return key === undefined ? undefined : this.facts.types?.get(key)?.get(header);
  }

  /** What is in a source: a line for each of its tables whose headers are known. */
  inside(source: string): readonly string[] {
    return [...(this.facts.headers ?? [])].flatMap(([key, headers]) => {
      if (key !== source && !key.startsWith(`${source}.`)) return [];
      return [`${key === source ? "" : `${key}: `}${some(headers)}`];
    });
  }

  /** Headers of the table's source that no column is mapped to. */
  freeHeaders(): readonly string[] {
    const key = this.sourceKey();
    if (key === undefined) return [];
    const taken = new Set(
      this.table?.columns.flatMap((column) =>
        column.headers.length === 0 ? [column.name.text] : column.headers.map(({ value }) => value),
      ),
    );
    return (this.facts.headers?.get(key) ?? []).filter((header) => !taken.has(header));
  }

  /** The categories of a column. */
  values(name: string): readonly string[] {
    const type = this.column(name)?.type;
    return type?.kind === "choice" ? type.values.map(({ value }) => value.value) : [];
  }
}
