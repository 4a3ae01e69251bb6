import { gowerWasm } from "./gower-wasm.js";
import { instantiate, type KernelMemory } from "./instance.js";

/**
 * Rows laid out for distances: row by row, first the numeric columns, then the others. Numbers are in
 * units of their column's range (so that 1 is the whole range), NaN where missing; everything else is
 * a code, −1 where missing.
 */
export interface DistanceRows {
  readonly count: number;
  readonly numeric: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Per query row: the distance to the nearest and second nearest reference row, and which is nearest. */
export interface Neighbours {
  /** Gower's distance, 0..1: the mean over the columns. Infinity where there is no such row. */
  readonly nearest: Float64Array;
  readonly second: Float64Array;
  /** The lowest of the nearest rows; −1 where there is none. */
  readonly row: Int32Array;
}

/**
 * Gower's distance (Gower 1971) with missing values as a value of their own: the mean over columns of
 * min(|a − b| / range, 1) for numbers and 0 or 1 for categories; two missing values are at 0, a missing
 * and a present one at 1.
 */
function gowerDistance(a: DistanceRows, i: number, b: DistanceRows, j: number): number {
  return measured(a, i, b, j) / a.columns;
}

/** So many queries are looked up at a time: a long first call would run in baseline code. */
const BLOCK = 64;

/**
 * The exact nearest and second nearest reference rows of every query row, by brute force with a quick
 * lower bound (WebAssembly SIMD): about a billion pairs of rows a second and core.
 *
 * @param self the reference row that is query 0 itself, when the queries are rows of the reference
 *   in the same order; a row is then not its own neighbour.
 */
export function nearestRows(queries: DistanceRows, reference: DistanceRows, self = -1): Neighbours {
  const found = emptyNeighbours(queries.count);
  new NearestSearch(queries, reference, self).find(0, queries.count, found);
  return found;
}

/** Neighbours of so many queries before any is looked up, in memory that threads may share. */
export function emptyNeighbours(count: number, shared = false): Neighbours {
  const Memory = shared ? SharedArrayBuffer : ArrayBuffer;
  return {
    nearest: new Float64Array(new Memory(8 * count)),
    second: new Float64Array(new Memory(8 * count)),
    row: new Int32Array(new Memory(4 * count)),
  };
}

/** All that a search needs, laid out once; then any of the queries are looked up. */
export class NearestSearch {
  private readonly queries: DistanceRows;
  private readonly reference: DistanceRows;
  private readonly self: number;
  private readonly kernel:
    | { readonly place: Place; readonly exports: Kernel; readonly unit: number }
    | undefined;

  /** @param self as for {@link nearestRows} */
  constructor(queries: DistanceRows, reference: DistanceRows, self = -1) {
    this.queries = queries;
    this.reference = reference;
    this.self = self;
    const empty = queries.count === 0 || reference.count === 0 || queries.columns === 0;
    this.kernel = empty ? undefined : load(queries, reference, unitFor(queries, reference, self));
  }

  /** Put the neighbours of queries `from` .. `to` − 1 where they belong. */
  find(from: number, to: number, into: Neighbours): void {
    if (this.kernel === undefined) {
      const { nearest, second, row } = nearestPlain(this.queries, this.reference, this.self);
      into.nearest.set(nearest.subarray(from, to), from);
      into.second.set(second.subarray(from, to), from);
      into.row.set(row.subarray(from, to), from);
      return;
    }
    const { place, exports } = this.kernel;
    for (let at = from; at < to; at += BLOCK) this.look(at, Math.min(at + BLOCK, to));
    const { buffer } = exports.memory;
    const distances = (start: number): Float64Array =>
      perColumn(new Float64Array(buffer, start + 8 * from, to - from), this.queries.columns);
    into.nearest.set(distances(place.best), from);
    into.second.set(distances(place.second), from);
    into.row.set(new Int32Array(buffer, place.index + 4 * from, to - from), from);
  }

  private look(from: number, to: number): void {
    const { place, exports, unit } = this.kernel as NonNullable<typeof this.kernel>;
    exports.nearest(
      from,
      to,
      place.bytes,
      place.exact,
      place.blocks,
      place.rows,
      this.reference.count,
      this.queries.numeric,
      this.queries.columns,
      unit,
      this.self < 0 ? noRow : this.self,
      place.best,
      place.second,
      place.index,
    );
  }
}

function load(queries: DistanceRows, reference: DistanceRows, unit: number) {
  const place = layOut(queries, reference);
  const exports = instantiate<Kernel>(gowerWasm, place.end);
  const { buffer } = exports.memory;
  const bytes = new Uint8Array(buffer);
  new Float64Array(buffer, place.exact, queries.values.length).set(queries.values);
  new Float64Array(buffer, place.rows, reference.values.length).set(reference.values);
  quantise(queries, unit, (row, column, byte) => {
    bytes[place.bytes + row * queries.columns + column] = byte;
  });
  quantise(reference, unit, (row, column, byte) => {
    const block = (row >> 4) * reference.columns + column;
    bytes[place.blocks + block * 16 + (row & 15)] = byte;
  });
  return { place, exports, unit };
}

/** The same in plain TypeScript, pair by pair: slow, and what the kernel is held against. */
export function nearestPlain(
  queries: DistanceRows,
  reference: DistanceRows,
  self = -1,
): Neighbours {
  const nearest = new Float64Array(queries.count).fill(Number.POSITIVE_INFINITY);
  const second = new Float64Array(queries.count).fill(Number.POSITIVE_INFINITY);
  const row = new Int32Array(queries.count).fill(-1);
  for (let q = 0; q < queries.count; q++) {
    for (let r = 0; r < reference.count; r++) {
      if (self >= 0 && r === self + q) continue;
      const distance = gowerDistance(queries, q, reference, r);
      if (distance < (nearest[q] as number)) {
        second[q] = nearest[q] as number;
        nearest[q] = distance;
        row[q] = r;
      } else if (distance < (second[q] as number)) second[q] = distance;
    }
  }
  return { nearest, second, row };
}

function measured(a: DistanceRows, i: number, b: DistanceRows, j: number): number {
  const left = i * a.columns;
  const right = j * b.columns;
  let sum = 0;
  for (let c = 0; c < a.numeric; c++) {
    const x = a.values[left + c] as number;
    const y = b.values[right + c] as number;
    if (Number.isNaN(x) || Number.isNaN(y)) sum += Number(Number.isNaN(x) !== Number.isNaN(y));
    else sum += Math.min(Math.abs(x - y), 1);
  }
  for (let c = a.numeric; c < a.columns; c++) {
    if (a.values[left + c] !== b.values[right + c]) sum += 1;
  }
  return sum;
}

/**
 * Bytes a distance of one column gets: as fine as fits when the distances that matter, taken from some
 * queries and some rows, are to stay below 255.
 */
function unitFor(queries: DistanceRows, reference: DistanceRows, self: number): number {
  let longest = 0;
  const strideQ = Math.max(1, Math.floor(queries.count / 100));
  const strideR = Math.max(1, Math.floor(reference.count / 1000));
  for (let q = 0; q < queries.count; q += strideQ) {
    let first = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    for (let r = q % strideR; r < reference.count; r += strideR) {
      if (self >= 0 && r === self + q) continue;
      const sum = measured(queries, q, reference, r);
      if (sum < first) {
        next = first;
        first = sum;
      } else if (sum < next) next = sum;
    }
    if (next > longest && next < Number.POSITIVE_INFINITY) longest = next;
  }
  const room = 250 - Math.min(200, queries.numeric);
  return Math.max(4, Math.min(254, Math.floor(room / Math.max(longest, 0.5))));
}

function quantise(
  table: DistanceRows,
  unit: number,
  put: (row: number, column: number, byte: number) => void,
): void {
  for (let row = 0; row < table.count; row++) {
    for (let c = 0; c < table.columns; c++) {
      const value = table.values[row * table.columns + c] as number;
      const byte =
        c >= table.numeric
          ? value & 255
          : Number.isNaN(value)
            ? 0
            : Math.floor(Math.max(0, Math.min(1, value)) * unit);
      put(row, c, byte);
    }
  }
}

function layOut(queries: DistanceRows, reference: DistanceRows) {
  let end = 1024;
  const take = (size: number): number => {
    const at = end;
    end += (size + 15) & ~15;
    return at;
  };
  return {
    bytes: take(queries.count * queries.columns),
    exact: take(queries.values.length * 8),
    blocks: take(((reference.count + 15) >> 4) * 16 * reference.columns),
    rows: take(reference.values.length * 8),
    best: take(queries.count * 8),
    second: take(queries.count * 8),
    index: take(queries.count * 4),
    end,
  };
}

type Place = ReturnType<typeof layOut>;

/** As `self` of the kernel: far below any row. */
const noRow = -2_000_000_000;

interface Kernel extends KernelMemory {
  readonly nearest: (...numbers: number[]) => void;
}

function perColumn(sums: Float64Array, columns: number): Float64Array {
  return sums.map((sum) => (sum === Number.MAX_VALUE ? Number.POSITIVE_INFINITY : sum / columns));
}
