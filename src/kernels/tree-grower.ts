import { impossible } from "../base/failure.js";
import type { ByteColumn } from "./count.js";
import {
  type Ask,
  type CodeTree,
  type GrowRules,
  type GrowTarget,
  type Growth,
  growthPlain,
  type Tally,
} from "./grow-tree.js";
import { growTreeWasm } from "./grow-tree-wasm.js";
import { instantiate, type KernelMemory } from "./instance.js";

interface Kernel extends KernelMemory {
  record(
    records: number,
    stride: number,
    rows: number,
    count: number,
    own: number,
    columns: number,
    width: number,
  ): void;
  rowsOf(records: number, stride: number, count: number, rows: number): void;
  tally(
    codes: number,
    rows: number,
    count: number,
    own: number,
    kinds: number,
    counts: number,
  ): void;
  tallyScores(codes: number, rows: number, count: number, own: number, sums: number): void;
  grow(
    records: number,
    count: number,
    stride: number,
    width: number,
    kinds: number,
    minLeaf: number,
    worth: number,
    missing: number,
    codes: number,
    tries: number,
    words: number,
    order: number,
    pending: number,
    spare: number,
    work: number,
    into: number,
  ): number;
}

/** What the kernel takes: rows (numbers of 24 bits), bytes of memory, columns (numbers of 15 bits), classes. */
const mostRows = 2 ** 24 - 1;
const mostBytes = 2 ** 31;
const mostColumns = 2 ** 15 - 1;
const mostKinds = 64;
/** As in assembly/tree/cut.ts: bytes of a record before its codes, of the searches' memory, of a node. */
const head = 6;
const workBytes = 8192 + 4 * 65536;
const nodeBytes = 24;
/** Where its memory has the stream's words, what the searches need (its counts zeros between calls), and the columns. */
const words = 1024;
const work = 1040;
const counted = work + 8192;
const columnsAt = work + workBytes;

/** Grows trees over columns of codes, by WebAssembly; the columns stay in its memory. */
export class TreeGrower {
  private readonly columns: readonly ByteColumn[];
  private readonly places = new Map<ByteColumn, number>();
  private readonly rows: number;
  private readonly fixed: number;
  private kernel: Kernel | undefined;

  /** All columns have the same rows. */
  constructor(columns: readonly ByteColumn[]) {
    this.columns = columns;
    this.rows = columns[0]?.codes.length ?? 0;
    let end = columnsAt;
    for (const column of columns) {
      this.places.set(column, end);
      end += rounded(this.rows);
    }
    this.fixed = end;
  }

  /** Take in a target, by row, and the rows to learn from, which are arranged in place; good until the next call. */
  take(target: GrowTarget, rows: Int32Array): Growth {
    const layout = this.layOut(rows.length);
    if (rows.length > mostRows || target.kinds > mostKinds || layout.end > mostBytes) {
      return growthPlain(target, rows);
    }
    const kernel = this.kernelOf(layout.end);
    const memory = kernel.memory.buffer;
    new Uint16Array(memory, layout.own, this.rows).set(target.own.subarray(0, this.rows));
    new Int32Array(memory, layout.rows, rows.length).set(rows);
    return {
      tally: (column) => this.tally(kernel, layout, column, target.kinds, rows.length),
      grow: (asks, rules) => this.grow(kernel, layout, target, rows, asks, rules),
    };
  }

  private layOut(rows: number) {
    let end = this.fixed;
    const taken = (bytes: number): number => {
      const at = end;
      end += rounded(bytes);
      return at;
    };
    return {
      own: taken(2 * this.rows),
      rows: taken(4 * rows),
      get end() {
        return end;
      },
      taken,
    };
  }

  private kernelOf(bytes: number): Kernel {
    if (this.kernel === undefined) {
      this.kernel = instantiate<Kernel>(growTreeWasm, bytes);
      const memory = new Uint8Array(this.kernel.memory.buffer);
      for (const column of this.columns) memory.set(column.codes, this.placeOf(column));
    }
    const missing = bytes - this.kernel.memory.buffer.byteLength;
    if (missing > 0) this.kernel.memory.grow(Math.ceil(missing / 65536));
    return this.kernel;
  }

  private placeOf(column: ByteColumn): number {
    const place = this.places.get(column);
    if (place === undefined) throw impossible("a tree asks about a column it wasn't given", column);
    return place;
  }

  private tally(
    kernel: Kernel,
    { own, rows }: ReturnType<TreeGrower["layOut"]>,
    column: ByteColumn,
    kinds: number,
    count: number,
  ): Tally {
    const { size } = column;
    const codes = this.placeOf(column);
    const counts = new Float64Array(size);
    const memory = kernel.memory.buffer;
    if (kinds === 1) {
      kernel.tallyScores(codes, rows, count, own, counted);
      const words = new Uint32Array(memory, counted, 2 * size);
      const sums = counts.map((_, code) => {
        const [low, high] = [words[2 * code] as number, words[2 * code + 1] as number];
        counts[code] = high >>> 8;
        return (high & 255) * 4294967296 + low;
      });
      words.fill(0);
      return { counts, sums };
    }
    kernel.tally(codes, rows, count, own, kinds, counted);
    const cells = new Uint32Array(memory, counted, size * kinds);
    const sums = Float64Array.from(cells);
    sums.forEach((cell, at) => {
      const code = Math.floor(at / kinds);
      counts[code] = (counts[code] as number) + cell;
    });
    cells.fill(0);
    return { counts, sums };
  }

  private grow(
    { record, grow, rowsOf, memory }: Kernel,
    layout: ReturnType<TreeGrower["layOut"]>,
    target: GrowTarget,
    rows: Int32Array,
    asks: readonly Ask[],
    rules: GrowRules,
  ): CodeTree {
    const { taken, own, rows: listed } = layout;
    const { minLeaf, worth, tryAt } = rules;
    const stride = rounded(head + asks.length);
    const leaves = Math.max(1, Math.floor(rows.length / minLeaf));
    const place = {
      columns: taken(8 * asks.length),
      tables: taken(256 * asks.length),
      missing: taken(asks.length),
      sizes: taken(2 * asks.length),
      order: taken(4 * asks.length),
      pending: taken(4 * leaves + 8),
      nodes: taken(2 * leaves * nodeBytes),
      records: taken(stride * rows.length),
      spare: taken(stride * rows.length + stride),
    };
    if (asks.length > mostColumns || layout.end > mostBytes) {
      return growthPlain(target, rows).grow(asks, rules);
    }
    this.kernelOf(layout.end);
    const { buffer } = memory;
    this.describe(buffer, place, asks);
    record(place.records, stride, listed, rows.length, own, place.columns, asks.length);
    const state = new Int32Array(buffer, words, 4);
    tryAt?.random.lend(state);
    const nodes = grow(
      place.records,
      rows.length,
      stride,
      asks.length,
      target.kinds,
      minLeaf,
      worth,
      place.missing,
      place.sizes,
      tryAt?.count ?? 0,
      words,
      place.order,
      place.pending,
      place.spare,
      work,
      place.nodes,
    );
    tryAt?.random.takeBack(state);
    rowsOf(place.records, stride, rows.length, listed);
    rows.set(new Int32Array(buffer, listed, rows.length));
    return treeAt(buffer, place.nodes, nodes);
  }

  /** Tell the kernel of the columns: their codes, as what they are recorded, whether 0 is missing, and their number. */
  private describe(
    buffer: ArrayBuffer,
    place: { columns: number; tables: number; missing: number; sizes: number },
    asks: readonly Ask[],
  ): void {
    const columns = new Uint32Array(buffer, place.columns, 2 * asks.length);
    const tables = new Uint8Array(buffer, place.tables, 256 * asks.length);
    const missing = new Uint8Array(buffer, place.missing, asks.length);
    const sizes = new Uint16Array(buffer, place.sizes, asks.length);
    asks.forEach(({ column, rank }, at) => {
      columns[2 * at] = this.placeOf(column);
      columns[2 * at + 1] = place.tables + 256 * at;
      tables.set(rank ?? identity, 256 * at);
      missing[at] = rank === undefined ? 1 : 0;
      sizes[at] = column.size;
    });
  }
}

const identity = Uint8Array.from({ length: 256 }, (_, code) => code);

function rounded(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

/** The nodes as assembly/grow-tree.ts leaves them. */
function treeAt(buffer: ArrayBuffer, at: number, nodes: number): CodeTree {
  const words = new Int32Array(buffer, at, (nodeBytes / 4) * nodes);
  const made = {
    ask: new Int32Array(nodes),
    code: new Uint8Array(nodes),
    missingLeft: new Uint8Array(nodes),
    child: new Int32Array(nodes),
    start: new Int32Array(nodes),
    end: new Int32Array(nodes),
  };
  for (let node = 0; node < nodes; node++) {
    const own = (nodeBytes / 4) * node;
    const asked = words[own + 3] as number;
    made.start[node] = words[own] as number;
    made.end[node] = words[own + 1] as number;
    made.child[node] = words[own + 2] as number;
    made.ask[node] = (asked << 16) >> 16;
    made.code[node] = (asked >> 16) & 255;
    made.missingLeft[node] = asked >>> 24;
  }
  return made;
}
