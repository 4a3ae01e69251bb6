import type * as Arrow from "apache-arrow";
import type { CodeColumn, Column, NumberColumn, Table } from "./table.js";

type ArrowModule = typeof Arrow;

/**
 * A table as an Arrow table. Categories, keys and texts become dictionaries, dates `Date32`, datetimes
 * `Timestamp[s]`, ints `Int32` where they fit, every other number `Float64`. Codes are not copied.
 */
export async function toArrow(table: Table): Promise<Arrow.Table> {
  const arrow = await import("apache-arrow");
  const columns = table.columns.map((column) => [column.name, vector(arrow, column)] as const);
  return new arrow.Table(Object.fromEntries(columns));
}

function vector(arrow: ArrowModule, column: Column): Arrow.Vector {
  if (column.kind === "number") {
    const type = numberType(arrow, column, fitsInt32(column.values));
    return arrow.makeVector(numberData(arrow, type, column.values));
  }
  if (column.type.kind === "bool") return arrow.makeVector(boolData(arrow, column.codes));
  const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32());
  const dictionary = arrow.vectorFromArray(column.levels as string[], new arrow.Utf8());
  return arrow.makeVector(codeData(arrow, type, column.codes, dictionary));
}

/** The Arrow type of a number column. */
export function numberType(
  arrow: ArrowModule,
  { type }: NumberColumn,
  isInt32: boolean,
): Arrow.DataType {
  switch (type.kind) {
    case "date":
      return new arrow.DateDay();
    case "datetime":
      return new arrow.TimestampSecond();
    case "int":
      return isInt32 ? new arrow.Int32() : new arrow.Float64();
    default:
      return new arrow.Float64();
  }
}

/** Numbers as that type; NaN is null. */
export function numberData(
  arrow: ArrowModule,
  type: Arrow.DataType,
  values: Float64Array,
): Arrow.Data {
  const common = {
    length: values.length,
    ...validity(values.length, (row) => Number.isNaN(values[row] as number)),
  };
  if (arrow.DataType.isDate(type)) {
    return arrow.makeData({ type: new arrow.DateDay(), data: wholes(values), ...common });
  }
  if (arrow.DataType.isTimestamp(type)) {
    const data = BigInt64Array.from(values, (value) => BigInt(whole(value)));
    return arrow.makeData({ type: new arrow.TimestampSecond(), data, ...common });
  }
  if (arrow.DataType.isInt(type)) {
    return arrow.makeData({ type: new arrow.Int32(), data: wholes(values), ...common });
  }
  return arrow.makeData({ type: new arrow.Float64(), data: values, ...common });
}

/** Codes 0 and 1 as booleans; −1 is null. */
export function boolData(arrow: ArrowModule, codes: Int32Array): Arrow.Data {
  const { length } = codes;
  const data = new Uint8Array(Math.ceil(length / 8));
  for (let row = 0; row < length; row++) {
    if (codes[row] === 1) data[row >> 3] = (data[row >> 3] as number) | (1 << (row & 7));
  }
  return arrow.makeData({ type: new arrow.Bool(), data, length, ...gapsOf(codes) });
}

/** Codes into a dictionary; −1 is null. */
export function codeData(
  arrow: ArrowModule,
  type: Arrow.Dictionary<Arrow.Utf8, Arrow.Int32>,
  codes: CodeColumn["codes"],
  dictionary: Arrow.Vector<Arrow.Utf8>,
): Arrow.Data {
  const gaps = gapsOf(codes);
  const data = gaps.nullCount === 0 ? codes : codes.map((code) => Math.max(code, 0));
  return arrow.makeData({ type, data, length: codes.length, ...gaps, dictionary });
}

/** The validity of codes: −1 is null. */
export function gapsOf(codes: Int32Array) {
  return validity(codes.length, (row) => (codes[row] as number) < 0);
}

/** One bit a row, set where there is a value; null where all are. */
function validity(length: number, isMissing: (row: number) => boolean) {
  const nullBitmap = new Uint8Array(Math.ceil(length / 64) * 8);
  let nullCount = 0;
  for (let row = 0; row < length; row++) {
    if (isMissing(row)) nullCount++;
    else nullBitmap[row >> 3] = (nullBitmap[row >> 3] as number) | (1 << (row & 7));
  }
  return nullCount === 0 ? { nullBitmap: null, nullCount } : { nullBitmap, nullCount };
}

function wholes(values: Float64Array): Int32Array {
  return Int32Array.from(values, whole);
}

function whole(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

/** Whether all are whole numbers of 32 bits, or missing. */
export function fitsInt32(values: Float64Array): boolean {
  return values.every((value) => Number.isNaN(value) || (value | 0) === value);
}
