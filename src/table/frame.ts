import type { ColumnType } from "./column-type.js";
import { isNumeric } from "./column-type.js";
import { formatDate, formatDatetime } from "./format-value.js";
import { parseAs } from "./parse-value.js";
import { type RawColumn, rawTexts } from "./raw-column.js";
import type { Column, Table } from "./table.js";

/** Data in memory, seen as columns: whatever `frame NAME` may name. */
export interface Frame {
  readonly headers: readonly string[];
  readonly rows: number;
  /** A column by its place: one of ours, or a way to look at each cell. */
  column(place: number): FrameColumn;
}

type FrameColumn =
  | { readonly kind: "ours"; readonly column: Column }
  /** Cells are numbers, bigints, texts, booleans, `Date`s, or null, undefined, NaN for missing. */
  | { readonly kind: "cells"; readonly at: (row: number) => unknown };

/**
 * See a value as a frame, by its shape alone and without importing anything: a table of ours, a danfo
 * DataFrame, an Arrow table, an array of objects, or an object of arrays. Undefined for anything else.
 */
export function asFrame(value: unknown): Frame | undefined {
  if (Array.isArray(value)) return ofObjects(value);
  if (typeof value !== "object" || value === null) return undefined;
  return ofTable(value) ?? ofDanfo(value) ?? ofArrow(value) ?? ofArrays(value);
}

/** A column of a frame under a type, with words for missing values taken out. */
export function rawOf(
  frame: Frame,
  place: number,
  type: ColumnType,
  missing: readonly string[],
): RawColumn {
  const given = frame.column(place);
  if (given.kind === "ours") return ofOurs(given.column, type, missing);
  const text = (row: number): string | null => textOf(given.at(row), missing);
  if (!isNumeric(type)) return rawTexts(frame.rows, text);
  const values = new Float64Array(frame.rows);
  const rows: number[] = [];
  const texts: string[] = [];
  for (let row = 0; row < values.length; row++) {
    const cell = given.at(row);
    values[row] = numberOf(cell, type.kind, missing);
    if (Number.isNaN(values[row]) && text(row) !== null && text(row) !== "") {
      rows.push(row);
      texts.push(text(row) as string);
    }
  }
  const unreadable = { rows: Uint32Array.from(rows), texts };
  return rows.length === 0 ? { kind: "number", values } : { kind: "number", values, unreadable };
}

function numberOf(cell: unknown, kind: ColumnType["kind"], missing: readonly string[]): number {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : Number.NaN;
  if (typeof cell === "bigint") return Number.isFinite(Number(cell)) ? Number(cell) : Number.NaN;
  if (typeof cell === "boolean") return Number(cell);
  if (cell instanceof Date) {
    return Math.floor(cell.getTime() / (kind === "date" ? 86_400_000 : 1_000));
  }
  if (typeof cell !== "string" || missing.includes(cell.trim())) return Number.NaN;
  return parseAs(kind, cell);
}

function textOf(cell: unknown, missing: readonly string[]): string | null {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return null;
  // A date that is none is how frames write a missing one.
  if (cell instanceof Date && Number.isNaN(cell.getTime())) return null;
  const text = cell instanceof Date ? isoText(cell) : plainText(cell);
  return missing.includes(text.trim()) ? null : text;
}

/**
 * Any cell as a text, lists and plain objects as JSON. What has none is a value like no other: one row's cell must not
 * end the reading of all.
 */
function plainText(cell: unknown): string {
  try {
    const text = String(cell);
    const isPlain = Array.isArray(cell) || text === "[object Object]";
    return isPlain ? (JSON.stringify(cell) ?? text) : text;
  } catch {
    return "[no text]";
  }
}

function isoText(moment: Date): string {
  const seconds = moment.getTime() / 1_000;
  return seconds % 86_400 === 0 ? formatDate(seconds / 86_400) : formatDatetime(seconds);
}

function ofOurs(column: Column, type: ColumnType, missing: readonly string[]): RawColumn {
  if (column.kind === "number") {
    if (isNumeric(type)) return { kind: "number", values: column.values };
    return rawTexts(column.values.length, (row) => textOf(column.values[row], missing));
  }
  if (!column.levels.some((level) => missing.includes(level.trim()))) {
    return { kind: "text", codes: column.codes, levels: column.levels };
  }
  return rawTexts(column.codes.length, (row) =>
    textOf(column.levels[column.codes[row] as number], missing),
  );
}

function ofTable(value: object): Frame | undefined {
  const table = value as Partial<Table>;
  if (table.kind !== "table" || table.columns === undefined || table.rows === undefined) {
    return undefined;
  }
  const { columns, rows } = table as Table;
  return {
    headers: columns.map((column) => column.name),
    rows,
    column: (place) => ({ kind: "ours", column: columns[place] as Column }),
  };
}

/** Works for both memory modes of danfo: `getColumnData` is the one getter that does. */
function ofDanfo(value: object): Frame | undefined {
  const frame = value as { columns?: unknown; shape?: unknown; getColumnData?: unknown };
  if (!Array.isArray(frame.columns) || !Array.isArray(frame.shape)) return undefined;
  const data = frame.getColumnData;
  if (!Array.isArray(data)) return undefined;
  return {
    headers: frame.columns.map(String),
    rows: Number(frame.shape[0]),
    column: (place) => cellsOf(data[place] as ArrayLike<unknown>),
  };
}

interface ArrowLike {
  readonly numRows: number;
  readonly schema: {
    readonly fields: readonly { readonly name: string; readonly type: unknown }[];
  };
  getChildAt(place: number): { get(row: number): unknown } | null;
}

function ofArrow(value: object): Frame | undefined {
  const table = value as Partial<ArrowLike>;
  if (typeof table.numRows !== "number" || typeof table.getChildAt !== "function") return undefined;
  const { schema, numRows } = table as ArrowLike;
  return {
    headers: schema.fields.map((field) => field.name),
    rows: numRows,
    column: (place) => {
      const vector = (table as ArrowLike).getChildAt(place);
      const temporal = /^(Date|Timestamp)/.test(String(schema.fields[place]?.type));
      const get = (row: number): unknown => vector?.get(row);
      return { kind: "cells", at: temporal ? (row) => momentOf(get(row)) : get };
    },
  };
}

/** Arrow gives dates and timestamps as milliseconds. */
function momentOf(cell: unknown): unknown {
  return cell === null || cell === undefined ? null : new Date(Number(cell));
}

function ofObjects(rows: readonly unknown[]): Frame | undefined {
  const headers = new Set<string>();
  for (const row of rows) {
    if (typeof row !== "object" || row === null || Array.isArray(row)) return undefined;
    for (const key in row) headers.add(key);
  }
  const names = [...headers];
  const objects = rows as readonly Readonly<Record<string, unknown>>[];
  return {
    headers: names,
    rows: rows.length,
    column: (place) => {
      const name = names[place] as string;
      return { kind: "cells", at: (row) => objects[row]?.[name] };
    },
  };
}

function ofArrays(value: object): Frame | undefined {
  const entries = Object.entries(value);
  const rows = (entries[0]?.[1] as ArrayLike<unknown> | undefined)?.length;
  const even = entries.every(([, cells]) => isArrayLike(cells) && cells.length === rows);
  if (rows === undefined || !even) return undefined;
  return {
    headers: entries.map(([name]) => name),
    rows,
    column: (place) => cellsOf(entries[place]?.[1] as ArrayLike<unknown>),
  };
}

function isArrayLike(cells: unknown): cells is ArrayLike<unknown> {
  return Array.isArray(cells) || (ArrayBuffer.isView(cells) && !(cells instanceof DataView));
}

function cellsOf(cells: ArrayLike<unknown>): FrameColumn {
  return { kind: "cells", at: (row) => cells[row] };
}
