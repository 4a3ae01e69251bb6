import { isNumeric } from "./column-type.js";
import { type Connection, eachChunk } from "./duckdb.js";
import type { RawColumn, RawTable } from "./raw-column.js";
import { SHORT_TEXT_BYTES, ShortTexts } from "./short-texts.js";
import type { ColumnRequest } from "./source-types.js";

/** A cell of a column in SQL: its value or text, NULL where missing; of numbers also the text of what is none. */
export interface CellSql {
  readonly value: string;
  readonly odd?: string;
}

/**
 * Read columns as typed arrays in one pass, keeping nothing but codes and numbers. Rows keep the order of the source;
 * levels are in the order of their bytes.
 *
 * @returns undefined as soon as a text of more than {@link SHORT_TEXT_BYTES} bytes is met, or a cell that is no number
 * in a column of numbers
 */
export async function readShortCells(
  connection: Connection,
  from: string,
  cells: readonly CellSql[],
  wanted: readonly ColumnRequest[],
): Promise<RawTable | undefined> {
  if (wanted.length === 0) return undefined;
  const columns = wanted.map(({ type }) => (isNumeric(type) ? new Numbers() : new Texts()));
  const shown = cells.map((cell, i) => columns[i]?.sql(cell));
  const result = await connection.stream(`SELECT ${shown.join(", ")} FROM ${from}`);
  let rows = 0;
  const whole = await eachChunk(result, (chunk) => {
    const count = chunk.rowCount;
    const take = (column: Numbers | Texts, i: number): boolean =>
      column.take(chunk.getColumnVector(i) as unknown as Items, count, rows);
    const good = columns.every(take);
    rows += count;
    return good;
  });
  return whole ? { rows, columns: columns.map((column) => column.settle(rows)) } : undefined;
}

/** What the vectors of DuckDB's package hold: numbers, or of texts 16 bytes each; and a bit for each present cell. */
interface Items {
  readonly items: Float64Array;
  readonly dataView: DataView;
  readonly validity: { readonly data: BigUint64Array | null };
}

/** No number is infinite: that stands for what is none. */
class Numbers {
  #values = new Float64Array(2048);

  sql({ value, odd = "NULL" }: CellSql): string {
    return `coalesce(${value}, CASE WHEN ${odd} IS NULL THEN 'nan'::DOUBLE ELSE 'inf'::DOUBLE END)`;
  }

  take({ items }: Items, count: number, at: number): boolean {
    if (at + count > this.#values.length) {
      const more = new Float64Array(2 * (at + count));
      more.set(this.#values);
      this.#values = more;
    }
    let good = true;
    for (let cell = 0; cell < count; cell++) {
      const value = items[cell] as number;
      if (value === Number.POSITIVE_INFINITY) good = false;
      this.#values[at + cell] = value;
    }
    return good;
  }

  settle(rows: number): RawColumn {
    return { kind: "number", values: this.#values.slice(0, rows) };
  }
}

class Texts {
  #texts = new ShortTexts();
  #codes = new Int32Array(2048);

  sql({ value }: CellSql): string {
    return value;
  }

  take({ dataView, validity: { data } }: Items, count: number, at: number): boolean {
    if (at + count > this.#codes.length) {
      const more = new Int32Array(2 * (at + count));
      more.set(this.#codes);
      this.#codes = more;
    }
    const present =
      data === null ? undefined : new Uint32Array(data.buffer, data.byteOffset, 2 * data.length);
    return this.#texts.take(dataView, present, count, this.#codes, at);
  }

  settle(rows: number): RawColumn {
    const codes = this.#codes.slice(0, rows);
    return { kind: "text", codes, levels: this.#texts.settle(codes) };
  }
}
