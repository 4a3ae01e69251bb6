import type * as Arrow from "apache-arrow";
import { boolData, codeData, fitsInt32, gapsOf, numberData, numberType } from "./arrow.js";
import { concatenate } from "./concatenate.js";
import type { CodeColumn, Column, NumberColumn, Table } from "./table.js";

type ArrowModule = typeof Arrow;

/** Rows of a record batch: how the rows come changes no byte. */
const rowsABatch = 16_384;

/**
 * Tables of the same columns, one below the other, as an Arrow IPC file, in pieces; no more than a record batch
 * is kept. Categories become dictionaries, keys and texts are written out, ints are `Int32` where their declared
 * bounds allow it, the rest is as in `toArrow`.
 */
export async function* arrowPieces(tables: AsyncIterable<Table>): AsyncGenerator<Uint8Array> {
  const arrow = await import("apache-arrow");
  const writer = new arrow.RecordBatchFileWriter();
  const sink = collector(arrow);
  writer.reset(sink.queue);
  let columns: readonly OutColumn[] | undefined;
  let schema: Arrow.Schema | undefined;
  for await (const batch of batches(tables)) {
    columns ??= batch.columns.map((column, at) => outColumn(arrow, column, at));
    schema ??= new arrow.Schema(
      columns.map(({ type }, at) => new arrow.Field(batch.columns[at]?.name ?? "", type, true)),
    );
    const children = columns.map((own, at) => own.data(batch.columns[at] as Column));
    const type = new arrow.Struct(schema.fields);
    const data = arrow.makeData({ type, children, length: batch.rows, nullCount: 0 });
    writer.write(new arrow.RecordBatch(schema, data));
    yield* sink.taken();
  }
  writer.finish();
  yield* sink.taken();
}

/** A queue that hands out what was written into it, at once. */
function collector(arrow: ArrowModule) {
  let pieces: Uint8Array[] = [];
  class Collector extends arrow.AsyncByteQueue {
    override write(value: Uint8Array): void {
      pieces.push(value);
    }
  }
  const taken = (): readonly Uint8Array[] => {
    const found = pieces;
    pieces = [];
    return found;
  };
  return { queue: new Collector(), taken };
}

/** The same rows, as many as a record batch has at a time. */
async function* batches(tables: AsyncIterable<Table>): AsyncGenerator<Table> {
  let parts: Table[] = [];
  let rows = 0;
  let any = false;
  for await (const table of tables) {
    for (let from = 0; from < table.rows || !any; ) {
      const to = Math.min(table.rows, from + rowsABatch - rows);
      parts.push(rowsOf(table, from, to));
      rows += to - from;
      from = to;
      any = true;
      if (rows === rowsABatch) {
        yield concatenate(parts);
        parts = [];
        rows = 0;
      }
    }
  }
  if (parts.length > 0) yield concatenate(parts);
}

/** Copies: whoever hands out tables may use their arrays again. */
function rowsOf(table: Table, from: number, to: number): Table {
  const columns = table.columns.map(
    (column): Column =>
      column.kind === "number"
        ? { ...column, values: column.values.slice(from, to) }
        : { ...column, codes: column.codes.slice(from, to) },
  );
  return { ...table, rows: to - from, columns };
}

/** How the cells of a column are written. */
interface OutColumn {
  readonly type: Arrow.DataType;
  data(column: Column): Arrow.Data;
}

function outColumn(arrow: ArrowModule, column: Column, at: number): OutColumn {
  if (column.kind === "number") return numbers(arrow, column);
  switch (column.type.kind) {
    case "bool":
      return {
        type: new arrow.Bool(),
        data: (own) => boolData(arrow, (own as CodeColumn).codes),
      };
    case "category":
      return new Categories(arrow, at, column.type.ordered);
    default:
      return { type: new arrow.Utf8(), data: (own) => texts(arrow, own as CodeColumn) };
  }
}

function numbers(arrow: ArrowModule, column: NumberColumn): OutColumn {
  const { type: declared, name } = column;
  const [low, high] =
    declared.kind === "int" ? [declared.min, declared.max] : [undefined, undefined];
  const isInt32 = low !== undefined && high !== undefined && low >= -(2 ** 31) && high < 2 ** 31;
  const type = numberType(arrow, column, isInt32 && fitsInt32(column.values));
  const data = (own: Column): Arrow.Data => {
    const { values } = own as NumberColumn;
    if (arrow.DataType.isInt(type) && !fitsInt32(values)) {
      throw new Error(`a value of ${name} is outside ${low}..${high}`);
    }
    return numberData(arrow, type, values);
  };
  return { type, data };
}

/** Texts one after the other in one array of their own size. */
function texts(arrow: ArrowModule, { codes, levels }: CodeColumn): Arrow.Data {
  const sizes = levels.map((level) => Buffer.byteLength(level));
  const { length } = codes;
  const valueOffsets = new Int32Array(length + 1);
  for (let row = 0; row < length; row++) {
    const code = codes[row] as number;
    valueOffsets[row + 1] =
      (valueOffsets[row] as number) + (code < 0 ? 0 : (sizes[code] as number));
  }
  const data = Buffer.alloc(valueOffsets[length] as number);
  for (let row = 0; row < length; row++) {
    const code = codes[row] as number;
    if (code >= 0) data.write(levels[code] as string, valueOffsets[row] as number);
  }
  const type = new arrow.Utf8();
  return arrow.makeData({ type, data, valueOffsets, length, ...gapsOf(codes) });
}

/** One dictionary for all batches; levels that come later are added to it. */
class Categories implements OutColumn {
  readonly type: Arrow.Dictionary<Arrow.Utf8, Arrow.Int32>;
  private readonly arrow: ArrowModule;
  private readonly index = new Map<string, number>();
  private dictionary: Arrow.Vector<Arrow.Utf8> | undefined;

  /** `id`: of the dictionary in the file; left alone, it would count on from file to file. */
  constructor(arrow: ArrowModule, id: number, isOrdered: boolean) {
    this.arrow = arrow;
    this.type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), id, isOrdered);
  }

  data(column: Column): Arrow.Data {
    const { codes, levels } = column as CodeColumn;
    this.learn(levels);
    const recode = levels.map((level) => this.index.get(level) as number);
    const isSame = recode.every((code, own) => code === own);
    const own = isSame ? codes : codes.map((code) => (code < 0 ? code : (recode[code] as number)));
    return codeData(this.arrow, this.type, own, this.dictionary as Arrow.Vector<Arrow.Utf8>);
  }

  private learn(levels: readonly string[]): void {
    const fresh = levels.filter((level) => !this.index.has(level));
    if (fresh.length === 0 && this.dictionary !== undefined) return;
    for (const level of fresh) this.index.set(level, this.index.size);
    const added = this.arrow.vectorFromArray(fresh, new this.arrow.Utf8());
    this.dictionary = this.dictionary === undefined ? added : this.dictionary.concat(added);
  }
}
