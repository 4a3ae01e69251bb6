import { type Column, columnOf, gather, type Table } from "../../table/table.js";
import { blankCells } from "../draw-plan.js";
import type { LearnedColumn } from "../synthesizer.js";
import { type ColumnCodec, encodeRows } from "./codec.js";
import type { Layout } from "./layout.js";
import { Letters } from "./letters.js";

/**
 * Another table's rows as words of these columns; a category that they don't know counts as missing, a letter
 * that they don't know is left out.
 */
export function wordsOf(
  base: Table,
  columns: readonly LearnedColumn[],
  levels: readonly (readonly string[] | undefined)[],
  codecs: readonly ColumnCodec[],
  layout: Layout,
): Int32Array {
  const blank = blankCells(columns, base.rows);
  const found = columns.map(({ name }) => columnOf(base, name));
  const cells = found.map((column, at) => {
    if (column === undefined) return blank[at] as Int32Array;
    if (column.kind === "code" && codecs[at]?.kind === "letters") return column.codes;
    return aligned(column, levels[at]);
  });
  const spelt = codecs.map((codec, at) => {
    const column = found[at];
    return codec.kind === "letters" && column?.kind === "code"
      ? new Letters(codec.alphabet, codec.slots, column.levels)
      : codec;
  });
  return encodeRows(spelt, layout, cells, base.rows);
}

/**
 * Another table's rows that are whole in these columns: a value wherever one may not be missing. None where it
 * lacks a column.
 */
export function wholeRows(
  base: Table,
  columns: readonly LearnedColumn[],
  levels: readonly (readonly string[] | undefined)[],
): Table {
  const cells = columns.map(({ name, optional }, at) => {
    const column = columnOf(base, name);
    if (column === undefined) return undefined;
    const values = aligned(column, levels[at]);
    const isGap = (row: number): boolean =>
      column.kind === "code" ? (values[row] as number) < 0 : Number.isNaN(values[row]);
    return optional ? () => false : isGap;
  });
  const isWhole = (row: number): boolean => cells.every((isGap) => isGap?.(row) === false);
  return gather(base, Uint32Array.from({ length: base.rows }, (_, row) => row).filter(isWhole));
}

function aligned(column: Column, levels: readonly string[] | undefined): Float64Array | Int32Array {
  if (column.kind === "number") return column.values;
  const place = new Map(levels?.map((level, code) => [level, code]));
  const target = column.levels.map((level) => place.get(level) ?? -1);
  return column.codes.map((code) => (code < 0 ? -1 : (target[code] as number)));
}
