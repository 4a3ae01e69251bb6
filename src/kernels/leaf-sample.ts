import type { Random } from "../base/random.js";
import { leafOf, type Tree, type TreeCells } from "./decision-tree.js";
import { instantiate, type KernelMemory } from "./instance.js";
import { type CodedTrees, type Coding, codeTrees } from "./leaf-codes.js";
import { leafSampleWasm } from "./leaf-sample-wasm.js";

/** A tree, and an entry for each training row in the tree's arrangement. */
export interface Leaves {
  readonly tree: Tree;
  readonly entries: Int32Array;
}

/**
 * The entry of a training row for each of the given rows of `from..to`, at the row's distance from `from`: the
 * rows that fall into one leaf share its training rows evenly, by systematic sampling in random order, so that
 * each is taken ⌊m/n⌋ or one more times, which halves the sampling error of what is drawn. Lots of 32 bits, one
 * for each of `from..to`, decide the order. This is the plain twin of the kernel.
 */
export function samplePlain(
  { tree, entries }: Leaves,
  cells: TreeCells,
  rows: Int32Array,
  [from, to]: readonly [number, number],
  random: Random,
): Int32Array {
  const found = new Int32Array(to - from);
  const lots = rows.length > 1 ? lotsOf(to - from, random) : new Uint32Array(to - from);
  const groups = new Map<number, number[]>();
  for (const row of rows) {
    const leaf = leafOf(tree, cells, row);
    const group = groups.get(leaf);
    if (group === undefined) groups.set(leaf, [row - from]);
    else group.push(row - from);
  }
  const { start, end } = tree;
  const lastFirst = [...groups].sort(([a], [b]) => (start[b] as number) - (start[a] as number));
  for (const [leaf, group] of lastFirst) {
    const own = entries.subarray(start[leaf], end[leaf]);
    const shared = spread(own, group.length, random.uniform());
    for (const at of group) {
      const chosen = Math.floor(((lots[at] as number) * shared.length) / 4294967296);
      found[at] = shared[chosen] as number;
      shared[chosen] = shared[shared.length - 1] as number;
      shared.pop();
    }
  }
  return found;
}

/** Words of four streams in turn. */
function lotsOf(count: number, random: Random): Uint32Array {
  const lanes = [random.fork(), random.fork(), random.fork(), random.fork()];
  return Uint32Array.from({ length: count }, (_, at) => lanes[at % 4]?.uint32() ?? 0);
}

/** As many entries, evenly from `point` of a stretch on. */
function spread(entries: Int32Array, count: number, point: number): number[] {
  const pace = entries.length / count;
  const shared: number[] = [];
  for (let i = 0; i < count; i++) {
    const at = Math.min(entries.length - 1, Math.floor((point + i) * pace));
    shared.push(entries[at] as number);
  }
  return shared;
}

interface Kernel extends KernelMemory {
  encodeNumbers(values: number, n: number, cuts: number, depth: number, codes: number): void;
  encodeLevels(values: number, n: number, table: number, codes: number): void;
  sample(
    words: number,
    nodes: number,
    ranks: number,
    bounds: number,
    entries: number,
    codes: number,
    rows: number,
    count: number,
    n: number,
    stack: number,
    spare: number,
    list: number,
    drawn: number,
    found: number,
  ): void;
}

/** Rows that the kernel takes at a time; more or much fewer are done in plain TypeScript. */
const most = 4096;
const few = 64;
/** Bytes that trees may take in a kernel. */
const mostBytes = 2 ** 27;

/** Entries for rows by the trees of one model, by WebAssembly. One model at a time has its trees there. */
export class LeafSampler {
  private readonly numbers: ReadonlyMap<Tree, number>;
  private readonly leaves: readonly Leaves[];
  /** Rows to be drawn until the way to the kernel is worth while. */
  private left: number;

  constructor(leaves: readonly Leaves[]) {
    this.leaves = leaves;
    this.numbers = new Map(leaves.map(({ tree }, at) => [tree, at]));
    this.left = leaves.reduce((sum, { tree }) => sum + tree.child.length, 0) / 8;
  }

  /** What `samplePlain` gives for rows that ascend, all of `from..to` or some of them; good until the next call. */
  sample(
    leaves: Leaves,
    cells: TreeCells,
    rows: Int32Array,
    between: readonly [number, number],
    random: Random,
  ): Int32Array {
    const at = this.numbers.get(leaves.tree);
    const kernel = this.kernelFor(rows.length, between[1] - between[0]);
    if (at === undefined || kernel === undefined) {
      return samplePlain(leaves, cells, rows, between, random);
    }
    return kernel.sample(at, cells, rows, between, random);
  }

  private kernelFor(rows: number, among: number): LeafKernel | undefined {
    if (rows < few || among > most) return undefined;
    if (loaded?.leaves === this.leaves) return loaded.kernel;
    this.left -= rows;
    if (this.left > 0) return undefined;
    loaded = load(this.leaves);
    return loaded.kernel;
  }
}

interface Loaded {
  readonly leaves: readonly Leaves[];
  /** Undefined where it can't take these trees. */
  readonly kernel: LeafKernel | undefined;
}

let loaded: Loaded | undefined;

function load(leaves: readonly Leaves[]): Loaded {
  const coded = codeTrees(leaves.map(({ tree }) => tree));
  if (coded === undefined) return { leaves, kernel: undefined };
  const layout = layOut(coded, leaves);
  if (layout.end > mostBytes) return { leaves, kernel: undefined };
  return { leaves, kernel: new LeafKernel(coded, leaves, layout) };
}

type Layout = ReturnType<typeof layOut>;

function layOut({ codings, trees }: CodedTrees, leaves: readonly Leaves[]) {
  let end = 1024;
  const take = (bytes: number): number => {
    const at = end;
    end += (bytes + 15) & ~15;
    return at;
  };
  return {
    words: take(16),
    all: take(2 * most),
    rows: take(2 * most + 64),
    found: take(4 * most),
    stack: take(12 * most),
    spare: take(2 * most + 64),
    list: take(4 * most + 64),
    drawn: take(4 * most + 64),
    codes: take(most * Math.max(1, codings.length)),
    columns: codings.map((coding) =>
      coding.kind === "numbers"
        ? { values: take(8 * most), keys: take(coding.cuts.byteLength) }
        : { values: take(4 * most), keys: take(coding.table.byteLength) },
    ),
    trees: trees.map(({ nodes, ranks, bounds }, at) => ({
      entries: take(leaves[at]?.entries.byteLength ?? 0),
      nodes: take(nodes.byteLength),
      ranks: take(ranks.byteLength),
      bounds: take(bounds.byteLength),
    })),
    end,
  };
}

/** The kernel with the trees of one model, and the columns that it coded last. */
class LeafKernel {
  private readonly kernel: Kernel;
  private readonly layout: Layout;
  private readonly columns: readonly number[];
  private readonly codings: readonly Coding[];
  private readonly asks: readonly (readonly number[])[];
  private readonly bytes: Uint8Array;
  private readonly words: Int32Array;
  private readonly rows: Uint16Array;
  private readonly found: Int32Array;
  /** Rows of each column that are coded. */
  private readonly coded: Int32Array;

  constructor({ columns, codings, trees }: CodedTrees, leaves: readonly Leaves[], layout: Layout) {
    this.layout = layout;
    this.columns = columns;
    this.codings = codings;
    this.asks = trees.map(({ asks }) => asks);
    this.coded = new Int32Array(codings.length);
    this.kernel = instantiate<Kernel>(leafSampleWasm, layout.end);
    const { buffer } = this.kernel.memory;
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer, layout.words, 4);
    this.rows = new Uint16Array(buffer, layout.rows, most);
    const all = new Uint16Array(buffer, layout.all, most);
    for (let row = 0; row < most; row++) all[row] = row;
    this.found = new Int32Array(buffer, layout.found, most);
    codings.forEach((coding, at) => {
      const keys = coding.kind === "numbers" ? coding.cuts : coding.table;
      this.bytes.set(bytesOf(keys), layout.columns[at]?.keys);
    });
    trees.forEach((tree, at) => {
      const place = layout.trees[at] as Layout["trees"][number];
      this.bytes.set(bytesOf(tree.nodes), place.nodes);
      this.bytes.set(tree.ranks, place.ranks);
      this.bytes.set(bytesOf(tree.bounds), place.bounds);
      this.bytes.set(bytesOf((leaves[at] as Leaves).entries), place.entries);
    });
  }

  sample(
    tree: number,
    cells: TreeCells,
    rows: Int32Array,
    [from, to]: readonly [number, number],
    random: Random,
  ): Int32Array {
    const { layout } = this;
    for (const ask of this.asks[tree] as readonly number[]) this.encode(ask, cells, from, to);
    if (rows.length === to - from) {
      this.bytes.copyWithin(layout.rows, layout.all, layout.all + 2 * rows.length);
    } else if (from === 0) this.rows.set(rows);
    else this.rows.set(rows.map((row) => row - from));
    const own = layout.trees[tree] as Layout["trees"][number];
    random.lend(this.words);
    this.kernel.sample(
      layout.words,
      own.nodes,
      own.ranks,
      own.bounds,
      own.entries,
      layout.codes,
      layout.rows,
      rows.length,
      to - from,
      layout.stack,
      layout.spare,
      layout.list,
      layout.drawn,
      layout.found,
    );
    random.takeBack(this.words);
    return this.found.subarray(0, to - from);
  }

  /** Code a column anew, if it is another than that which was coded last. */
  private encode(at: number, cells: TreeCells, from: number, to: number): void {
    const values = cells[this.columns[at] as number] as Float64Array | Int32Array;
    const own = bytesOf(values.subarray(from, to));
    const place = this.layout.columns[at] as Layout["columns"][number];
    const kept = this.bytes.subarray(place.values, place.values + own.length);
    if ((this.coded[at] as number) >= to - from && Buffer.compare(own, kept) === 0) return;
    kept.set(own);
    this.coded[at] = to - from;
    const coding = this.codings[at] as Coding;
    const codes = this.layout.codes + most * at;
    if (coding.kind === "levels") {
      this.kernel.encodeLevels(place.values, to - from, place.keys, codes);
    } else {
      this.kernel.encodeNumbers(place.values, to - from, place.keys, coding.depth, codes);
    }
  }
}

function bytesOf({
  buffer,
  byteOffset,
  byteLength,
}: Float64Array | Int32Array | Uint32Array | Uint8Array) {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
