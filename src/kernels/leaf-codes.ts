import type { Tree } from "./decision-tree.js";

/** How the values of a column become codes below 255 that tell the trees all they ask about. */
export type Coding =
  | {
      readonly kind: "numbers";
      /** Ascending: what the trees cut at, filled up with Infinity to 2^`depth` − 1. */
      readonly cuts: Float64Array;
      readonly depth: number;
    }
  | {
      readonly kind: "levels";
      /** Codes of the levels −1, 0, 1 … */
      readonly table: Uint8Array;
    };

/** Trees as the kernel reads them. */
export interface CodedTrees {
  /** Positions of the columns that are asked about, and how each is coded. */
  readonly columns: readonly number[];
  readonly codings: readonly Coding[];
  readonly trees: readonly CodedTree[];
}

export interface CodedTree {
  /** Two words a node, as `step` in assembly/leaf-sample.ts has them. */
  readonly nodes: Uint32Array;
  /** For each column that the tree asks about, the rank of each code; 256 bytes each. */
  readonly ranks: Uint8Array;
  /** The first training row and their number, a pair a node. */
  readonly bounds: Int32Array;
  /** What the tree asks about, as places in `columns`. */
  readonly asks: readonly number[];
}

const mostCodes = 254;
const mostNodes = 2 ** 24;
const mostColumns = 2 ** 15;

/** Trees coded for the kernel; undefined where they ask about more than its words can say. */
export function codeTrees(trees: readonly Tree[]): CodedTrees | undefined {
  const columns = [...new Set(trees.flatMap(askedBy))].sort((a, b) => a - b);
  if (columns.length > mostColumns) return undefined;
  const codings: Coding[] = [];
  for (const column of columns) {
    const coding = codingOf(trees, column);
    if (coding === undefined) return undefined;
    codings.push(coding);
  }
  if (trees.some((tree) => tree.child.length > mostNodes || askedBy(tree).length > 255)) {
    return undefined;
  }
  const placeOf = new Map(columns.map((column, place) => [column, place]));
  return { columns, codings, trees: trees.map((tree) => codeTree(tree, placeOf, codings)) };
}

/** Positions of the columns that a tree asks about, ascending. */
function askedBy({ feature }: Tree): readonly number[] {
  const asked = new Set(feature);
  asked.delete(-1);
  return [...asked].sort((a, b) => a - b);
}

function codingOf(trees: readonly Tree[], column: number): Coding | undefined {
  const ranked = trees.flatMap(({ ranks }) => ranks[column] ?? []);
  return ranked.length > 0 ? levelCoding(trees, column) : numberCoding(trees, column);
}

function numberCoding(trees: readonly Tree[], column: number): Coding | undefined {
  const found = new Set<number>();
  for (const { feature, threshold } of trees) {
    feature.forEach((own, node) => {
      const cut = threshold[node] as number;
      if (own === column && Number.isFinite(cut)) found.add(cut);
    });
  }
  if (found.size >= mostCodes) return undefined;
  const depth = Math.ceil(Math.log2(found.size + 1));
  const cuts = new Float64Array(2 ** depth - 1).fill(Number.POSITIVE_INFINITY);
  cuts.set(Float64Array.from(found).sort());
  return { kind: "numbers", cuts, depth };
}

/** Levels that no tree tells apart have one code. */
function levelCoding(trees: readonly Tree[], column: number): Coding | undefined {
  let codes: Int32Array | undefined;
  for (const { ranks } of trees) {
    const own = ranks[column];
    if (own === undefined) continue;
    const pairs = new Map<number, number>();
    const before: Int32Array = codes ?? new Int32Array(own.length);
    codes = own.map((rank, level) => {
      const pair = (before[level] as number) * 256 + rank;
      const code = pairs.get(pair) ?? pairs.size;
      pairs.set(pair, code);
      return code;
    });
    if (pairs.size > mostCodes) return undefined;
  }
  return { kind: "levels", table: Uint8Array.from(codes ?? []) };
}

function codeTree(
  tree: Tree,
  placeOf: ReadonlyMap<number, number>,
  codings: readonly Coding[],
): CodedTree {
  const asked = askedBy(tree);
  const asks = asked.map((column) => placeOf.get(column) as number);
  const own = new Map(asked.map((column, at) => [column, at]));
  const { feature, threshold, missingLeft, child, start, end } = tree;
  const nodes = new Uint32Array(2 * child.length);
  const bounds = new Int32Array(2 * child.length);
  for (let node = 0; node < child.length; node++) {
    bounds[2 * node] = start[node] as number;
    bounds[2 * node + 1] = (end[node] as number) - (start[node] as number);
    const at = own.get(feature[node] as number);
    if (at === undefined) {
      nodes[2 * node] = node;
      nodes[2 * node + 1] = 0x800000ff;
      continue;
    }
    const cut = threshold[node] as number;
    const coding = codings[asks[at] as number] as Coding;
    const [low, last] =
      coding.kind === "levels"
        ? [0, cut]
        : [missingLeft[node] === 1 ? 0 : 1, lastLeft(coding.cuts, cut)];
    // Code 255 is no row's: where nothing goes left, that alone does.
    const [first, more] = last < low ? [255, 0] : [low, last - low];
    nodes[2 * node] = (child[node] as number) + first * 2 ** 24;
    nodes[2 * node + 1] = more + at * 2 ** 8 + (asks[at] as number) * 2 ** 16;
  }
  return { nodes, ranks: rankTable(tree, asked, asks, codings), bounds, asks };
}

/** The highest code of a number that goes left. */
function lastLeft(cuts: Float64Array, cut: number): number {
  if (cut === Number.NEGATIVE_INFINITY) return 0;
  return cut === Number.POSITIVE_INFINITY ? mostCodes : 1 + cuts.indexOf(cut);
}

function rankTable(
  { ranks }: Tree,
  asked: readonly number[],
  asks: readonly number[],
  codings: readonly Coding[],
): Uint8Array {
  const table = new Uint8Array(256 * Math.max(1, asked.length));
  asked.forEach((column, at) => {
    const own = table.subarray(256 * at, 256 * at + 256);
    const coding = codings[asks[at] as number] as Coding;
    if (coding.kind === "numbers") for (let code = 0; code < 256; code++) own[code] = code;
    else {
      ranks[column]?.forEach((rank, level) => {
        own[coding.table[level] as number] = rank;
      });
    }
  });
  return table;
}
