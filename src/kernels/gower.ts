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

/**
 * The exact nearest and second nearest reference rows of every query row, by brute force with a quick
 * lower bound (WebAssembly SIMD): about a billion pairs of rows a second and core.
 *
 * @param self the reference row that is query 0 itself, when the queries are rows of the reference
 *   in the same order; a row is then not its own neighbour.
 * @param pause called between blocks of work; may throw to stop it.
 */
export function nearestRows(
  queries: DistanceRows,
  reference: DistanceRows,
  self = -1,
  pause: (done: number) => void = () => {},
): Neighbours {
  if (queries.count === 0 || reference.count === 0 || queries.columns === 0) {
    return nearestPlain(queries, reference, self);
  }
  const unit = unitFor(queries, reference, self);
  const place = layOut(queries, reference);
  const kernel = instantiate<Kernel>(gowerWasm, place.end);
  const bytes = new Uint8Array(kernel.memory.buffer);
  const doubles = (at: number, length: number) =>
    new Float64Array(kernel.memory.buffer, at, length);
  doubles(place.exact, queries.values.length).set(queries.values);
  doubles(place.rows, reference.values.length).set(reference.values);
  quantise(queries, unit, (row, column, byte) => {
    bytes[place.bytes + row * queries.columns + column] = byte;
  });
  quantise(reference, unit, (row, column, byte) => {
    const block = (row >> 4) * reference.columns + column;
    bytes[place.blocks + block * 16 + (row & 15)] = byte;
  });
  for (let from = 0; from < queries.count; from += 64) {
    pause(from);
    kernel.nearest(
      from,
      Math.min(from + 64, queries.count),
      place.bytes,
      place.exact,
      place.blocks,
      place.rows,
      reference.count,
      queries.numeric,
      queries.columns,
      unit,
      self < 0 ? noRow : self,
      place.best,
      place.second,
      place.index,
    );
  }
  return {
    nearest: perColumn(doubles(place.best, queries.count), queries.columns),
    second: perColumn(doubles(place.second, queries.count), queries.columns),
    row: new Int32Array(kernel.memory.buffer, place.index, queries.count).slice(),
  };
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

/** As `self` of the kernel: far below any row. */
const noRow = -2_000_000_000;

interface Kernel extends KernelMemory {
  readonly nearest: (...numbers: number[]) => void;
}

function perColumn(sums: Float64Array, columns: number): Float64Array {
  return sums.map((sum) => (sum === Number.MAX_VALUE ? Number.POSITIVE_INFINITY : sum / columns));
}
