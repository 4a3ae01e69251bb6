import type { Span } from "../base/source-text.js";
import type { Formula } from "../ir/formula.js";
import type { ColumnNode, TableBlock } from "../ir/spec.js";
import type { ColumnType } from "../table/column-type.js";
import type { Desk } from "./desk.js";
import type { Kind } from "./kind.js";

/** A column as the checks see it: its type is known, its formula not yet. */
export interface ColumnEntry {
  readonly name: string;
  readonly kind: Kind;
  readonly type: ColumnType;
  readonly optional: boolean;
  readonly span: Span;
  readonly node: ColumnNode;
  /** The header in the source. */
  readonly header: string;
  /** False where the type could not be made out; its uses are then not judged. */
  readonly sound: boolean;
}

export interface TableEntry {
  readonly name: string;
  readonly node: TableBlock;
  readonly columns: Map<string, ColumnEntry>;
}

export interface ParamEntry {
  readonly name: string;
  readonly kind: Kind;
  readonly formula: Formula;
}

/** What names mean at some place of the spec. */
export interface Scope {
  readonly desk: Desk;
  readonly params: ReadonlyMap<string, ParamEntry>;
  readonly tables: ReadonlyMap<string, TableEntry>;
  /** Absent where only constants may stand. */
  readonly table?: TableEntry;
  /** What this place is called, where only constants may stand: "the bound". */
  readonly constant?: string;
  /** Columns that are known to be present here (`name` or `via.name`); `"all"` where missing values are skipped. */
  readonly present: ReadonlySet<string> | "all";
  /** Column names that are read, collected for order of drawing and circles. */
  readonly reads?: Set<string>;
}

/** An expression that has been understood. */
export interface Typed {
  readonly formula: Formula;
  readonly kind: Kind;
  readonly span: Span;
  /** The values may be missing and that was not excluded. */
  readonly gap?: string;
}

/** The same place, where further columns are known to be present. */
export function withPresent(scope: Scope, more: ReadonlySet<string>): Scope {
  if (scope.present === "all" || more.size === 0) return scope;
  return { ...scope, present: new Set([...scope.present, ...more]) };
}
