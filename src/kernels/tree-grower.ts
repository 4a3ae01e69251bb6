import { impossible } from "../base/failure.js";
import type { ByteColumn } from "./count.js";
import {
  type Ask,
  type CodeTree,
  type ColumnGrowth,
  columnGrowthPlain,
  countsPlain,
  type GrowColumn,
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
  tallyScores(codes: number, rows: number, count: number, own: number, sums: number): number;
  census(values: number, n: number, counts: number): void;
  look(values: number, n: number, table: number, own: number): void;
  present(values: number, n: number, rows: number): number;
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
  entriesOf(
    values: number,
    rows: number,
    count: number,
    nodes: number,
    made: number,
    entries: number,
    spare: number,
  ): void;
  lay(nodes: number, made: number, into: number): void;
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
  /** Rows of every column. */
  private readonly rows: number;
  private readonly own: number;
  private readonly values: number;
  /** Where the memory for one target begins. */
  private readonly free: number;
  private kernel: Kernel | undefined;

  constructor(columns: readonly ByteColumn[], rows: number) {
    this.columns = columns;
    this.rows = rows;
    const plan = new Plan(columnsAt);
    for (const column of columns) this.places.set(column, plan.take(rows));
    this.own = plan.take(2 * rows);
    this.values = plan.take(4 * rows);
    this.free = plan.end;
  }

  /** Take in a target, by row, and the rows to learn from, which are arranged in place; good until the next call. */
  take(target: GrowTarget, rows: Int32Array): Growth {
    const plan = new Plan(this.free);
    const listed = plan.take(4 * rows.length);
    if (!fits(plan, rows.length, target.kinds)) return growthPlain(target, rows);
    const kernel = this.kernelOf(plan.end);
    const { buffer } = kernel.memory;
    new Uint16Array(buffer, this.own, this.rows).set(target.own.subarray(0, this.rows));
    new Int32Array(buffer, listed, rows.length).set(rows);
    const taken = { kernel, plan, listed, count: rows.length, kinds: target.kinds };
    return {
      tally: (column) => this.tally(taken, column),
      grow: (asks, rules) => {
        const made = this.grow(taken, asks, rules);
        if (made === undefined) return growthPlain(target, rows).grow(asks, rules);
        rows.set(new Int32Array(kernel.memory.buffer, listed, rows.length));
        return made.tree;
      },
    };
  }

  /** Take in a column to be learned; good until the next call. */
  takeColumn(column: GrowColumn): ColumnGrowth {
    const { values, table, kinds } = column;
    const plan = new Plan(this.free);
    const listed = plan.take(4 * this.rows);
    const tableAt = plan.take(2 * table.length + 2);
    if (!fits(plan, this.rows, kinds)) return columnGrowthPlain(column);
    const kernel = this.kernelOf(plan.end);
    const { buffer } = kernel.memory;
    new Int32Array(buffer, this.values, this.rows).set(values);
    new Uint16Array(buffer, tableAt, 1)[0] = 0;
    new Uint16Array(buffer, tableAt + 2, table.length).set(table);
    kernel.look(this.values, this.rows, tableAt, this.own);
    const count = kernel.present(this.values, this.rows, listed);
    const taken = { kernel, plan, listed, count, kinds };
    let made: ReturnType<TreeGrower["grow"]>;
    let plain: ColumnGrowth | undefined;
    return {
      rows: count,
      tally: (asked) => this.tally(taken, asked),
      grow: (asks, rules) => {
        made = this.grow(taken, asks, rules);
        if (made !== undefined) return made.tree;
        plain = columnGrowthPlain(column);
        return plain.grow(asks, rules);
      },
      entries: () => plain?.entries() ?? this.entries(taken, made),
    };
  }

  /** How often each value below `size` occurs. */
  countsOf(values: Int32Array, size: number): Float64Array {
    const plan = new Plan(this.free);
    const counts = plan.take(4 * size + 4);
    if (!fits(plan, this.rows, 1)) return countsPlain(values, size);
    const kernel = this.kernelOf(plan.end);
    const { buffer } = kernel.memory;
    new Int32Array(buffer, this.values, this.rows).set(values);
    const cells = new Uint32Array(buffer, counts, size + 1).fill(0);
    kernel.census(this.values, this.rows, counts);
    return Float64Array.from(cells.subarray(1));
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

  private tally({ kernel, listed, count, kinds }: Taken, column: ByteColumn): Tally {
    const { size } = column;
    const codes = this.placeOf(column);
    const counts = new Float64Array(size);
    const memory = kernel.memory.buffer;
    if (kinds === 1) {
      const squares = kernel.tallyScores(codes, listed, count, this.own, counted);
      const words = new Uint32Array(memory, counted, 2 * size);
      const sums = counts.map((_, code) => {
        const [low, high] = [words[2 * code] as number, words[2 * code + 1] as number];
        counts[code] = high >>> 8;
        return (high & 255) * 4294967296 + low;
      });
      words.fill(0);
      return { counts, sums, squares };
    }
    kernel.tally(codes, listed, count, this.own, kinds, counted);
    const cells = new Uint32Array(memory, counted, size * kinds);
    const sums = Float64Array.from(cells);
    sums.forEach((cell, at) => {
      const code = Math.floor(at / kinds);
      counts[code] = (counts[code] as number) + cell;
    });
    cells.fill(0);
    return { counts, sums, squares: count };
  }

  /** Undefined where the kernel has no room for it. */
  private grow(
    { kernel, plan: taken, listed, count, kinds }: Taken,
    asks: readonly Ask[],
    rules: GrowRules,
  ) {
    const { minLeaf, worth, tryAt } = rules;
    const stride = rounded(head + asks.length);
    const leaves = Math.max(1, Math.floor(count / minLeaf));
    const plan = new Plan(taken.end);
    const place = {
      columns: plan.take(8 * asks.length),
      tables: plan.take(256 * asks.length),
      missing: plan.take(asks.length),
      sizes: plan.take(2 * asks.length),
      order: plan.take(4 * asks.length),
      pending: plan.take(4 * leaves + 8),
      nodes: plan.take(2 * leaves * nodeBytes),
      records: plan.take(stride * count),
      spare: plan.take(stride * count + 1024),
    };
    if (asks.length > mostColumns || !fits(plan, count, kinds)) return undefined;
    const { memory } = this.kernelOf(plan.end);
    this.describe(memory.buffer, place, asks);
    kernel.record(place.records, stride, listed, count, this.own, place.columns, asks.length);
    const state = new Int32Array(memory.buffer, words, 4);
    tryAt?.random.lend(state);
    const made = kernel.grow(
      ...([place.records, count, stride, asks.length, kinds, minLeaf, worth] as const),
      ...([place.missing, place.sizes, tryAt?.count ?? 0, words, place.order] as const),
      ...([place.pending, place.spare, work, place.nodes] as const),
    );
    tryAt?.random.takeBack(state);
    kernel.rowsOf(place.records, stride, count, listed);
    // What the tree is laid out as takes less than the records, which are no longer needed, or as much memory more.
    this.kernelOf(place.records + 22 * made);
    kernel.lay(place.nodes, made, place.records);
    return { place, made, tree: treeAt(memory.buffer, place.records, made) };
  }

  private entries(
    { kernel, listed, count }: Taken,
    grown: ReturnType<TreeGrower["grow"]>,
  ): Int32Array {
    if (grown === undefined) throw impossible("entries of a tree that wasn't grown", count);
    const { place, made } = grown;
    const { memory } = this.kernelOf(place.records + 8 * count + 1024);
    const spare = place.records + 4 * count;
    kernel.entriesOf(this.values, listed, count, place.nodes, made, place.records, spare);
    return new Int32Array(memory.buffer, place.records, count).slice();
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

/** Memory that is given out piece by piece. */
class Plan {
  end: number;

  constructor(from: number) {
    this.end = from;
  }

  take(bytes: number): number {
    const at = this.end;
    this.end += rounded(bytes);
    return at;
  }
}

interface Taken {
  readonly kernel: Kernel;
  readonly plan: Plan;
  /** Where the rows are listed. */
  readonly listed: number;
  readonly count: number;
  readonly kinds: number;
}

function fits({ end }: Plan, rows: number, kinds: number): boolean {
  return end <= mostBytes && rows <= mostRows && kinds <= mostKinds;
}

/** A tree as `lay` in assembly/tree/column.ts leaves it. */
function treeAt(buffer: ArrayBuffer, at: number, nodes: number): CodeTree {
  const words = (place: number) => new Int32Array(buffer, at + 4 * place * nodes, nodes).slice();
  const bytes = (place: number) => new Uint8Array(buffer, at + (20 + place) * nodes, nodes).slice();
  return {
    ...{ ask: words(0), child: words(1), parent: words(2), start: words(3), end: words(4) },
    ...{ code: bytes(0), missingLeft: bytes(1) },
  };
}
