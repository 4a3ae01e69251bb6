import type { Random } from "../../base/random.js";

/** What a network is made of; everything else follows. */
export interface Shape {
  /** Features of a token. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Features inside the two-layer perceptron of a block. */
  readonly hidden: number;
  /** Tokens that a column's slots may hold, by column. */
  readonly words: readonly number[];
  /** Slots of a column: 1, but for texts one a character. */
  readonly slots: readonly number[];
}

/** One array among the parameters, row-major. */
export interface Piece {
  readonly name: string;
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
}

/** Where each array of parameters lies in the one flat array of all. */
export interface Layout {
  readonly shape: Shape;
  readonly pieces: ReadonlyMap<string, Piece>;
  readonly size: number;
  /** By slot: its column and its place among the column's slots. */
  readonly columnOf: readonly number[];
  readonly placeOf: readonly number[];
  /** The first slot of each column. */
  readonly firstOf: readonly number[];
}

/** The dense layers of a block, with the sizes of what goes in and comes out. */
export function denseLayers({ width, layers, hidden }: Shape): [string, number, number][] {
  return Array.from({ length: layers }, (_, at): [string, number, number][] => [
    [`${at}.attend`, width, 3 * width],
    [`${at}.merge`, width, width],
    [`${at}.widen`, width, hidden],
    [`${at}.narrow`, hidden, width],
  ]).flat();
}

export function layoutOf(shape: Shape): Layout {
  const pieces = new Map<string, Piece>();
  let size = 0;
  const add = (name: string, rows: number, columns: number): void => {
    pieces.set(name, { name, at: size, rows, columns });
    size += rows * columns;
  };
  const { width, words, slots } = shape;
  const columnOf = slots.flatMap((count, column) => new Array<number>(count).fill(column));
  const placeOf = slots.flatMap((count) => Array.from({ length: count }, (_, place) => place));
  words.forEach((count, column) => {
    add(`embed.${column}`, count, width);
    add(`head.${column}`, count, width);
    add(`head.${column}.bias`, 1, count);
  });
  add("ask", columnOf.length, width);
  for (const [name, from, to] of denseLayers(shape)) {
    add(name, from, to);
    add(`${name}.bias`, 1, to);
  }
  let first = 0;
  const firstOf = slots.map((count) => {
    first += count;
    return first - count;
  });
  return { shape, pieces, size, columnOf, placeOf, firstOf };
}

export function pieceOf(layout: Layout, name: string): Piece {
  return layout.pieces.get(name) as Piece;
}

/** The part of a flat array that a piece names; a view, not a copy. */
export function partOf(all: Float32Array, { at, rows, columns }: Piece): Float32Array {
  return all.subarray(at, at + rows * columns);
}

/**
 * Parameters to begin with. Heads are zero but for their bias, so an untrained network draws each
 * column by itself; `bias` gives log-probabilities where they may be known.
 */
export function firstParameters(
  layout: Layout,
  random: Random,
  bias: (column: number) => Float64Array | undefined,
): Float32Array {
  const all = new Float32Array(layout.size);
  const fill = (name: string, spread: number): void => {
    const part = partOf(all, pieceOf(layout, name));
    for (let i = 0; i < part.length; i++) part[i] = spread * random.normal();
  };
  const { shape } = layout;
  shape.words.forEach((_, column) => {
    fill(`embed.${column}`, 0.3);
    const known = bias(column);
    if (known !== undefined) partOf(all, pieceOf(layout, `head.${column}.bias`)).set(known);
  });
  fill("ask", 0.3);
  for (const [name, from] of denseLayers(shape)) {
    const last = name.endsWith("merge") || name.endsWith("narrow");
    fill(name, (last ? 1 / Math.sqrt(2 * shape.layers) : 1) / Math.sqrt(from));
  }
  return all;
}
