import type * as Arrow from "apache-arrow";
import type { CodeColumn, Column, NumberColumn, Table } from "./table.js";

/**
 * A table as an Arrow table. Categories, keys and texts become dictionaries, dates `Date32`, datetimes
 * `Timestamp[s]`, ints `Int32` where they fit, every other number `Float64`. Codes are not copied.
 */
export async function toArrow(table: Table): Promise<Arrow.Table> {
  const arrow = await import("apache-arrow");
  const columns = table.columns.map((column) => [column.name, vector(arrow, column)] as const);
  return new arrow.Table(Object.fromEntries(columns));
}

/** The bytes of an Arrow IPC file. */
export async function arrowBytes(table: Table): Promise<Uint8Array> {
  const { tableToIPC } = await import("apache-arrow");
  return tableToIPC(await toArrow(table), "file");
}

function vector(arrow: typeof Arrow, column: Column): Arrow.Vector {
  return column.kind === "number" ? numberVector(arrow, column) : codeVector(arrow, column);
}

function numberVector(arrow: typeof Arrow, column: NumberColumn): Arrow.Vector {
  const { values } = column;
  const { nullBitmap, nullCount } = validity(values.length, (row) =>
    Number.isNaN(values[row] as number),
  );
  const common = { length: values.length, nullCount, nullBitmap };
  switch (column.type.kind) {
    case "date":
      return arrow.makeVector(
        arrow.makeData({
          type: new arrow.DateDay(),
          data: Int32Array.from(values, whole),
          ...common,
        }),
      );
    case "datetime": {
      const data = BigInt64Array.from(values, (value) => BigInt(whole(value)));
      return arrow.makeVector(
        arrow.makeData({ type: new arrow.TimestampSecond(), data, ...common }),
      );
    }
    case "int":
      if (fitsInt32(values)) {
        const data = Int32Array.from(values, whole);
        return arrow.makeVector(arrow.makeData({ type: new arrow.Int32(), data, ...common }));
      }
      return doubles(arrow, values, common);
    default:
      return doubles(arrow, values, common);
  }
}

function doubles(
  arrow: typeof Arrow,
  data: Float64Array,
  common: { length: number; nullCount: number; nullBitmap: Uint8Array | null },
): Arrow.Vector {
  return arrow.makeVector(arrow.makeData({ type: new arrow.Float64(), data, ...common }));
}

function codeVector(arrow: typeof Arrow, column: CodeColumn): Arrow.Vector {
  const { codes, levels } = column;
  const length = codes.length;
  const { nullBitmap, nullCount } = validity(length, (row) => (codes[row] as number) < 0);
  if (column.type.kind === "bool") {
    const data = new Uint8Array(Math.ceil(length / 8));
    for (let row = 0; row < length; row++) {
      if (codes[row] === 1) data[row >> 3] = (data[row >> 3] as number) | (1 << (row & 7));
    }
    return arrow.makeVector(
      arrow.makeData({ type: new arrow.Bool(), data, length, nullCount, nullBitmap }),
    );
  }
  const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32());
  const dictionary = arrow.vectorFromArray(levels as string[], new arrow.Utf8());
  const data = nullCount === 0 ? codes : codes.map((code) => Math.max(code, 0));
  return arrow.makeVector(
    arrow.makeData({ type, data, length, nullCount, nullBitmap, dictionary }),
  );
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

function whole(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

function fitsInt32(values: Float64Array): boolean {
  return values.every((value) => Number.isNaN(value) || (value | 0) === value);
}
