import { instantiate, type KernelMemory } from "./instance.js";
import { nearestWasm } from "./nearest-wasm.js";

/** Finds rows near a row among a set of rows; numbers and codes are singles. */
export interface Nearest {
  /** Choose among `rows`: positions in the columns. */
  among(rows: Int32Array): void;
  /** Up to k rows nearest to a row, nearest first, itself left out. */
  of(row: number): Int32Array;
}

/** What is compared: squared gaps of numbers, and a penalty for each code that differs. */
export interface Compared {
  readonly numbers: readonly Float32Array[];
  readonly codes: readonly Float32Array[];
  readonly penalty: number;
  readonly k: number;
}

/** Row by row in plain TypeScript: what the kernel is held against, to the bit. */
export class PlainNearest implements Nearest {
  private readonly compared: Compared;
  private rows = new Int32Array(0);

  constructor(compared: Compared) {
    this.compared = compared;
  }

  among(rows: Int32Array): void {
    this.rows = rows.slice();
  }

  of(row: number): Int32Array {
    const { k } = this.compared;
    const found: { readonly other: number; readonly distance: number }[] = [];
    for (const other of this.rows) {
      if (other === row) continue;
      const distance = this.distance(row, other);
      const after = found.findIndex((one) => one.distance > distance);
      found.splice(after < 0 ? found.length : after, 0, { other, distance });
      if (found.length > k) found.pop();
    }
    return Int32Array.from(found, ({ other }) => other);
  }

  private distance(a: number, b: number): number {
    const { numbers, codes, penalty } = this.compared;
    let sum = 0;
    for (const values of numbers) {
      const gap = Math.fround((values[b] as number) - (values[a] as number));
      sum = Math.fround(sum + Math.fround(gap * gap));
    }
    for (const values of codes) {
      if (values[a] !== values[b]) sum = Math.fround(sum + Math.fround(penalty));
    }
    return sum;
  }
}

interface Kernel extends KernelMemory {
  nearest(
    query: number,
    columns: number,
    stride: number,
    count: number,
    numbers: number,
    all: number,
    penalty: number,
    skip: number,
    k: number,
    distances: number,
    best: number,
  ): number;
}

/** Four rows at a time by WebAssembly SIMD. */
export class KernelNearest implements Nearest {
  private readonly compared: Compared;
  private readonly columns: readonly Float32Array[];
  private rows = new Int32Array(0);
  private readonly placeOf = new Map<number, number>();
  private loaded: ReturnType<typeof load> | undefined;

  constructor(compared: Compared) {
    this.compared = compared;
    this.columns = [...compared.numbers, ...compared.codes];
  }

  among(rows: Int32Array): void {
    const { columns, compared } = this;
    this.rows = rows.slice();
    this.placeOf.clear();
    this.rows.forEach((row, place) => {
      this.placeOf.set(row, place);
    });
    if (this.loaded === undefined || this.loaded.most < rows.length) {
      this.loaded = load(columns.length, rows.length, compared.k);
    }
    const { lines } = this.loaded;
    columns.forEach((values, c) => {
      const line = lines[c] as Float32Array;
      for (let at = 0; at < rows.length; at++) line[at] = values[rows[at] as number] as number;
    });
  }

  of(row: number): Int32Array {
    const { rows, columns, loaded, compared } = this;
    if (loaded === undefined) return new Int32Array(0);
    columns.forEach((values, c) => {
      loaded.query[c] = values[row] as number;
    });
    const { place, stride } = loaded;
    const kept = loaded.kernel.nearest(
      place.query,
      place.columns,
      stride,
      rows.length,
      compared.numbers.length,
      columns.length,
      compared.penalty,
      this.placeOf.get(row) ?? -1,
      compared.k,
      place.distances,
      place.best,
    );
    return Int32Array.from(loaded.best.subarray(0, kept), (at) => rows[at] as number);
  }
}

function load(columns: number, most: number, k: number) {
  const stride = (4 * most + 79) & ~15;
  const line = (4 * Math.max(columns, k) + 15) & ~15;
  const place = {
    query: 1024,
    distances: 1024 + line,
    best: 1024 + 2 * line,
    columns: 1024 + 3 * line,
  };
  const kernel = instantiate<Kernel>(nearestWasm, place.columns + stride * columns);
  const { buffer } = kernel.memory;
  const lines = Array.from(
    { length: columns },
    (_, c) => new Float32Array(buffer, place.columns + c * stride, most),
  );
  return {
    ...{ kernel, place, stride, most, lines },
    query: new Float32Array(buffer, place.query, columns),
    best: new Int32Array(buffer, place.best, k),
  };
}
