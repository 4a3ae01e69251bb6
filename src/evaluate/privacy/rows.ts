import { stream } from "../../base/random.js";
import type { DistanceRows } from "../../kernels/gower.js";
import { type Column, columnOf, type Table } from "../../table/table.js";

/** Generated rows, the rows that were learned from, and rows of the same kind that were not. */
export interface Parties {
  readonly synthetic: Table;
  readonly train: Table;
  readonly holdout: Table;
}

/** The columns that an attacker can compare: in every table, and neither keys nor free text. */
export function comparable(parties: Parties): readonly string[] {
  const { synthetic, train, holdout } = parties;
  return train.columns
    .filter(({ type }) => type.kind !== "id" && type.kind !== "ref" && type.kind !== "text")
    .map(({ name }) => name)
    .filter((name) =>
      [synthetic, holdout].every(
        (table) => columnOf(table, name)?.kind === columnOf(train, name)?.kind,
      ),
    );
}

/** The three tables laid out alike over some columns, for distances. */
export interface Encoded {
  readonly synthetic: DistanceRows;
  readonly train: DistanceRows;
  readonly holdout: DistanceRows;
}

/**
 * Lay out tables for distances: numbers in units of the range of the real rows (learned and held out),
 * categories in one dictionary.
 */
export function encode(parties: Parties, names: readonly string[]): Encoded {
  const { synthetic, train, holdout } = parties;
  const tables = [synthetic, train, holdout];
  const real = [train, holdout];
  const numeric = names.filter((name) => columnOf(train, name)?.kind === "number");
  const codes = names.filter((name) => columnOf(train, name)?.kind === "code");
  const width = numeric.length + codes.length;
  const made = tables.map(
    (table): DistanceRows => ({
      count: table.rows,
      numeric: numeric.length,
      columns: width,
      values: new Float64Array(table.rows * width),
    }),
  );
  numeric.forEach((name, place) => {
    const [low, range] = rangeOf(real.map((table) => columnOf(table, name)));
    tables.forEach((table, t) => {
      const scale = Number.isFinite(range)
        ? (value: number) => (value - low) / range
        : (value: number) => value / Number.MAX_VALUE;
      fill(made[t], place, numbersOf(columnOf(table, name)), scale);
    });
  });
  codes.forEach((name, i) => {
    const dictionary = new Map<string, number>();
    tables.forEach((table, t) => {
      const column = columnOf(table, name);
      if (column?.kind !== "code") return;
      const target = column.levels.map((level) => {
        const known = dictionary.get(level) ?? dictionary.size;
        dictionary.set(level, known);
        return known;
      });
      const place = numeric.length + i;
      fill(made[t], place, column.codes, (code) => (code < 0 ? -1 : (target[code] as number)));
    });
  });
  const [s, t, h] = made as [DistanceRows, DistanceRows, DistanceRows];
  return { synthetic: s, train: t, holdout: h };
}

/** `most` different positions out of `rows` in random order. */
export function samplePositions(
  rows: number,
  most: number,
  seed: number | string,
  purpose: string,
): Uint32Array {
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  return stream(seed, "attack", purpose).shuffle(all).slice(0, most);
}

/** Some rows of a layout. */
export function pick(rows: DistanceRows, positions: ArrayLike<number>): DistanceRows {
  const { columns } = rows;
  const values = new Float64Array(positions.length * columns);
  for (let i = 0; i < positions.length; i++) {
    const from = (positions[i] as number) * columns;
    values.set(rows.values.subarray(from, from + columns), i * columns);
  }
  return { ...rows, count: positions.length, values };
}

/** Some columns of a layout, by their places, numeric ones first. */
export function project(rows: DistanceRows, places: readonly number[]): DistanceRows {
  const ordered = [...places].sort((a, b) => a - b);
  const values = new Float64Array(rows.count * ordered.length);
  for (let row = 0; row < rows.count; row++) {
    for (let i = 0; i < ordered.length; i++) {
      values[row * ordered.length + i] = rows.values[
        row * rows.columns + (ordered[i] as number)
      ] as number;
    }
  }
  const numeric = ordered.filter((place) => place < rows.numeric).length;
  return { count: rows.count, numeric, columns: ordered.length, values };
}

function fill(
  rows: DistanceRows | undefined,
  place: number,
  cells: ArrayLike<number>,
  scale: (value: number) => number,
): void {
  if (rows === undefined) return;
  for (let row = 0; row < rows.count; row++) {
    rows.values[row * rows.columns + place] = scale(cells[row] as number);
  }
}

function numbersOf(column: Column | undefined): Float64Array {
  return column?.kind === "number" ? column.values : new Float64Array();
}

function rangeOf(columns: readonly (Column | undefined)[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    for (const value of numbersOf(column)) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return high > low ? [low, high - low] : [Number.isFinite(low) ? low : 0, 1];
}
