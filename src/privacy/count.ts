import { type ByteGroup, countBytePairs } from "../kernels/count.js";

/** Codes of one column, 0 .. size−1, in the narrowest array that holds them. */
export interface Codes {
  readonly size: number;
  readonly codes: Uint8Array | Uint16Array | Int32Array;
}

/** Fused columns stay within one byte, so that pairs of them stay within the second-level cache. */
const FUSED_SIZE = 256;

/** The narrowest copy of the given rows of a column. */
export function packCodes(size: number, codes: ArrayLike<number>, rows: Uint32Array): Codes {
  const Packed = size <= 256 ? Uint8Array : size <= 65_536 ? Uint16Array : Int32Array;
  const packed = new Packed(rows.length);
  for (let i = 0; i < rows.length; i++) packed[i] = codes[rows[i] as number] as number;
  return { size, codes: packed };
}

/** Codes replaced by the groups they fall into. */
export function mergeCodes({ codes }: Codes, groups: Int32Array, size: number): Codes {
  const Packed = size <= 256 ? Uint8Array : size <= 65_536 ? Uint16Array : Int32Array;
  const packed = new Packed(codes.length);
  for (let i = 0; i < packed.length; i++) packed[i] = groups[codes[i] as number] as number;
  return { size, codes: packed };
}

/** Number of cells of a set of columns. */
export function cellsOf(columns: readonly Codes[]): number {
  return columns.reduce((cells, column) => cells * column.size, 1);
}

/** Exact counts of all combinations, row-major: the last column varies fastest. */
export function countCells(columns: readonly Codes[], rows: number): Float64Array {
  const [first, second] = columns;
  if (first === undefined) return Float64Array.of(rows);
  if (second === undefined) return countOne(first);
  if (columns.length === 2) return countTwo(first, second);
  return countMany(columns, rows);
}

function countOne({ codes, size }: Codes): Float64Array {
  const even = new Float64Array(size);
  const odd = new Int32Array(size);
  const plain = new Int32Array(size);
  const paired = codes.length - (codes.length & 1);
  for (let i = 0; i < paired; i += 2) {
    plain[codes[i] as number]!++;
    odd[codes[i + 1] as number]!++;
  }
  if (paired < codes.length) plain[codes[paired] as number]!++;
  for (let cell = 0; cell < size; cell++) {
    even[cell] = (plain[cell] as number) + (odd[cell] as number);
  }
  return even;
}

/** Two histograms take turns, so that a run of equal pairs does not wait for its own last write. */
function countTwo(a: Codes, b: Codes): Float64Array {
  const cells = a.size * b.size;
  const width = b.size;
  const [x, y] = [a.codes, b.codes];
  const even = new Int32Array(cells);
  const odd = new Int32Array(cells);
  const paired = x.length - (x.length & 1);
  for (let i = 0; i < paired; i += 2) {
    even[(x[i] as number) * width + (y[i] as number)]!++;
    odd[(x[i + 1] as number) * width + (y[i + 1] as number)]!++;
  }
  if (paired < x.length) even[(x[paired] as number) * width + (y[paired] as number)]!++;
  const counts = new Float64Array(cells);
  for (let cell = 0; cell < cells; cell++) {
    counts[cell] = (even[cell] as number) + (odd[cell] as number);
  }
  return counts;
}

function countMany(columns: readonly Codes[], rows: number): Float64Array {
  const index = new Int32Array(rows);
  for (const { codes, size } of columns) {
    for (let i = 0; i < rows; i++) index[i] = (index[i] as number) * size + (codes[i] as number);
  }
  const counts = new Float64Array(cellsOf(columns));
  for (let i = 0; i < rows; i++) counts[index[i] as number]!++;
  return counts;
}

/**
 * Counts of all pairs of the given columns. Small columns are fused first, so that one pass over a pair
 * of fused columns yields many pairs at once; the rest is sums over few cells. Columns of bytes are
 * counted by the kernel.
 */
export function countPairs(
  columns: readonly Codes[],
  rows: number,
): (a: number, b: number) => Float64Array {
  const small = [...columns.keys()].filter((c) => columns[c]?.codes instanceof Uint8Array);
  const bytes = small.map((c) => columns[c] as Codes & { codes: Uint8Array });
  const groups = groupColumns(bytes).map((members) => ({ members }));
  const pairs: [number, number][] = [];
  for (let h = 0; h < groups.length; h++) for (let g = 0; g <= h; g++) pairs.push([g, h]);
  const needed = pairs.filter(([g, h]) => g < h || (groups[g] as ByteGroup).members.length > 1);
  const counts = countBytePairs(bytes, groups, needed, rows);
  const known = new Map(needed.map(([g, h], i) => [`${g},${h}`, counts[i] as Float64Array]));
  const home = new Map(groups.flatMap(({ members }, g) => members.map((m) => [m, g] as const)));
  return (a, b) => {
    const [x, y] = [small.indexOf(a), small.indexOf(b)];
    const [g, h] = [home.get(x), home.get(y)];
    if (g === undefined || h === undefined) {
      return countCells([columns[a] as Codes, columns[b] as Codes], rows);
    }
    const [low, high] = g <= h ? [g, h] : [h, g];
    const members = [low, high].flatMap((group) => (groups[group] as ByteGroup).members);
    const sizes = members.map((member) => (bytes[member] as Codes).size);
    const joint = known.get(`${low},${high}`) as Float64Array;
    return project(joint, sizes, members.indexOf(x), members.lastIndexOf(y));
  };
}

/** Counts of single pairs of columns of bytes by the kernel, each row-major: the second column varies fastest. */
export function countByteColumns(
  columns: readonly Codes[],
  pairs: readonly (readonly [number, number])[],
  rows: number,
): Float64Array[] {
  const involved = [...new Set(pairs.flat())];
  const place = new Map(involved.map((column, at) => [column, at]));
  const placed = pairs.map(([a, b]) => [place.get(a) as number, place.get(b) as number] as const);
  const bytes = involved.map((column) => columns[column] as Codes & { codes: Uint8Array });
  const alone = bytes.map((_, at) => ({ members: [at] }));
  return countBytePairs(bytes, alone, placed, rows);
}

/** First fit decreasing: the products of the groups stay within one byte where they can. */
export function groupColumns(columns: readonly Codes[]): number[][] {
  const bySize = [...columns.keys()].sort(
    (a, b) => (columns[b] as Codes).size - (columns[a] as Codes).size,
  );
  const groups: { cells: number; members: number[] }[] = [];
  for (const column of bySize) {
    const { size } = columns[column] as Codes;
    const home = groups.find((group) => group.cells * size <= FUSED_SIZE);
    if (home === undefined) groups.push({ cells: size, members: [column] });
    else {
      home.cells *= size;
      home.members.push(column);
    }
  }
  return groups.map(({ members }) => members);
}

/** Sum counts over `sizes` down to two of its axes, a then b. */
function project(
  counts: Float64Array,
  sizes: readonly number[],
  a: number,
  b: number,
): Float64Array {
  const cellsOf = (axes: readonly number[]) => axes.reduce((cells, size) => cells * size, 1);
  const [first, last] = [Math.min(a, b), Math.max(a, b)];
  const [sizeFirst, sizeLast] = [sizes[first] as number, sizes[last] as number];
  const [stepFirst, stepLast] = a < b ? [sizeLast, 1] : [1, sizeFirst];
  const [before, between, after] = [
    cellsOf(sizes.slice(0, first)),
    cellsOf(sizes.slice(first + 1, last)),
    cellsOf(sizes.slice(last + 1)),
  ];
  const result = new Float64Array(sizeFirst * sizeLast);
  let cell = 0;
  for (let outer = 0; outer < before; outer++) {
    for (let i = 0; i < sizeFirst; i++) {
      for (let middle = 0; middle < between; middle++) {
        for (let j = 0; j < sizeLast; j++) {
          let sum = 0;
          for (let inner = 0; inner < after; inner++) sum += counts[cell++] as number;
          const target = i * stepFirst + j * stepLast;
          result[target] = (result[target] as number) + sum;
        }
      }
    }
  }
  return result;
}
