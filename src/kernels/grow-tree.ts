import type { Random } from "../base/random.js";
import type { ByteColumn } from "./count.js";
import { parentsOf } from "./decision-tree.js";

/** What a tree is grown to tell apart, by row: classes below `kinds`, 3 or more of them; or, with `kinds` 1, scores. */
export interface GrowTarget {
  readonly own: Uint8Array | Uint16Array;
  readonly kinds: number;
}

/** A column that the tree may ask about. */
export interface Ask {
  readonly column: ByteColumn;
  /** By code: the place in the order in which the tree may cut. Undefined: their own, and code 0 is a missing number. */
  readonly rank: Uint8Array | undefined;
}

export interface GrowRules {
  /** The fewest rows in a leaf, at least 1. */
  readonly minLeaf: number;
  /** A split must take this many times the node's mean square off its sum of squares. */
  readonly worth: number;
  /** Try only this many columns at each node, drawn anew. */
  readonly tryAt?: { readonly count: number; readonly random: Random };
}

/** A tree over codes, one element a node. The node's rows are `start..end` of the arrangement. */
export interface CodeTree {
  /** The place of the column asked about among the asks; −1 in a leaf. */
  readonly ask: Int32Array;
  /** Ranks up to this go left. */
  readonly code: Uint8Array;
  readonly missingLeft: Uint8Array;
  readonly child: Int32Array;
  readonly parent: Int32Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
}

/** Rows by the codes of a column. */
export interface Tally {
  readonly counts: Float64Array;
  /** Sums of scores, or numbers of rows of each class, `kinds` a code. */
  readonly sums: Float64Array;
  /** Sum of the squared scores; of classes, the number of rows. */
  readonly squares: number;
}

/** A target and rows that were taken in; the rows are arranged, in place, as the tree grows. */
export interface Growth {
  tally(column: ByteColumn): Tally;
  /**
   * Grow a tree by exact sums: splits by the least sum of squares about the mean (Gini for classes), as Breiman,
   * Friedman, Olshen & Stone (1984, ch. 4 and 8) have it; the first of equal cuts is taken, a node's left child comes
   * before its right one, and rows that go the same way keep their order.
   */
  grow(asks: readonly Ask[], rules: GrowRules): CodeTree;
}

/** A column that was taken in: its rows without a missing value, and what the tree is to tell apart in them. */
export interface ColumnGrowth extends Growth {
  /** How many rows have a value. */
  readonly rows: number;
  /** The values of the rows as the tree last grown arranges them, ascending within each leaf. */
  entries(): Int32Array;
}

/** Values by row, −1 where missing, and what each is told apart as: a class or score, by value. */
export interface GrowColumn {
  readonly values: Int32Array;
  readonly table: Uint16Array;
  readonly kinds: number;
}

/** How often each value below `size` occurs, where −1 is missing. */
export function countsPlain(values: Int32Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const value of values) if (value >= 0) counts[value] = (counts[value] as number) + 1;
  return counts;
}

/** The plain twin of the kernel for a column. */
export function columnGrowthPlain({ values, table, kinds }: GrowColumn): ColumnGrowth {
  const own = Uint16Array.from(values, (value) => table[value] ?? 0);
  const rows = Int32Array.from(values.keys()).filter((row) => (values[row] as number) >= 0);
  const growth = growthPlain({ own, kinds }, rows);
  let tree: CodeTree | undefined;
  return {
    ...growth,
    rows: rows.length,
    grow: (asks, rules) => {
      tree = growth.grow(asks, rules);
      return tree;
    },
    entries: () => {
      const entries = rows.map((row) => values[row] as number);
      tree?.child.forEach((left, node) => {
        if (left < 0) entries.subarray(tree?.start[node], tree?.end[node]).sort();
      });
      return entries;
    },
  };
}

/** The plain twin of the kernel. */
export function growthPlain(target: GrowTarget, rows: Int32Array): Growth {
  return {
    tally: (column) => tallyPlain(column, target, rows),
    grow: (asks, rules) => new PlainGrower(target, rows, asks, rules).run(),
  };
}

function tallyPlain({ codes, size }: ByteColumn, target: GrowTarget, rows: Int32Array): Tally {
  const { own, kinds } = target;
  const counts = new Float64Array(size);
  const sums = new Float64Array(size * kinds);
  let squares = 0;
  for (const row of rows) {
    const code = codes[row] as number;
    const value = own[row] as number;
    const cell = kinds === 1 ? code : code * kinds + value;
    counts[code] = (counts[code] as number) + 1;
    sums[cell] = (sums[cell] as number) + (kinds === 1 ? value : 1);
    squares += kinds === 1 ? value * value : 1;
  }
  return { counts, sums, squares };
}

/** What is known of the rows on one side of a cut, or of all of a node. */
interface Side {
  count: number;
  sum: number;
  readonly classes: Float64Array;
}

interface Cut {
  ask: number;
  code: number;
  missingLeft: boolean;
  score: number;
}

class PlainGrower {
  private readonly target: GrowTarget;
  private readonly rows: Int32Array;
  private readonly asks: readonly Ask[];
  private readonly rules: GrowRules;
  private readonly order: number[];
  private readonly nodes: { ask: number; cut?: Cut; child: number; start: number; end: number }[] =
    [];

  constructor(target: GrowTarget, rows: Int32Array, asks: readonly Ask[], rules: GrowRules) {
    this.target = target;
    this.rows = rows;
    this.asks = asks;
    this.rules = rules;
    this.order = [...asks.keys()];
  }

  run(): CodeTree {
    const { nodes } = this;
    nodes.push({ ask: -1, child: -1, start: 0, end: this.rows.length });
    const pending = [0];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      const left = this.split(node);
      if (left >= 0) pending.push(left + 1, left);
    }
    const child = Int32Array.from(nodes, (node) => node.child);
    return {
      ask: Int32Array.from(nodes, ({ ask }) => ask),
      code: Uint8Array.from(nodes, ({ cut }) => cut?.code ?? 0),
      missingLeft: Uint8Array.from(nodes, ({ cut }) => (cut?.missingLeft === true ? 1 : 0)),
      ...{ child, parent: parentsOf(child) },
      start: Int32Array.from(nodes, ({ start }) => start),
      end: Int32Array.from(nodes, ({ end }) => end),
    };
  }

  /** Split a node in two; returns the left one, −1 where it is a leaf. */
  private split(number: number): number {
    const { nodes, rows, rules } = this;
    const node = nodes[number] as (typeof nodes)[number];
    const own = rows.slice(node.start, node.end);
    if (own.length < 2 * rules.minLeaf || own.length === 0) return -1;
    const all = this.sideOf(own);
    const first = this.target.own[own[0] as number];
    if (own.every((row) => this.target.own[row] === first)) return -1;
    const base = this.scoreOf(all);
    const spread = this.squares(own) - base;
    const needed = base + Math.max(1e-9 * spread, (rules.worth * spread) / own.length);
    const cut: Cut = { ask: -1, code: 0, missingLeft: false, score: needed };
    for (const ask of this.tries()) this.improve(cut, ask, own, all);
    if (cut.ask < 0) return -1;
    const goesLeft = (row: number) => this.isLeft(row, cut);
    const left = own.filter(goesLeft);
    rows.set(left, node.start);
    rows.set(
      own.filter((row) => !goesLeft(row)),
      node.start + left.length,
    );
    node.ask = cut.ask;
    node.cut = cut;
    node.child = nodes.length;
    const middle = node.start + left.length;
    nodes.push({ ask: -1, child: -1, start: node.start, end: middle });
    nodes.push({ ask: -1, child: -1, start: middle, end: node.end });
    return node.child;
  }

  /** Columns to be tried at a node. */
  private tries(): readonly number[] {
    const { order, rules } = this;
    if (rules.tryAt === undefined) return order;
    const { count, random } = rules.tryAt;
    const tries = Math.min(count, order.length);
    for (let i = 0; i < tries; i++) {
      const j = i + random.below(order.length - i);
      const kept = order[i] as number;
      order[i] = order[j] as number;
      order[j] = kept;
    }
    return order.slice(0, tries);
  }

  private codeOf(row: number, { column, rank }: Ask): number {
    const code = column.codes[row] as number;
    return rank === undefined ? code : (rank[code] as number);
  }

  private isLeft(row: number, { ask, code, missingLeft }: Cut): boolean {
    const asked = this.asks[ask] as Ask;
    const own = this.codeOf(row, asked);
    return own === 0 && asked.rank === undefined ? missingLeft : own <= code;
  }

  private sideOf(rows: Int32Array): Side {
    const { own, kinds } = this.target;
    const side = { count: rows.length, sum: 0, classes: new Float64Array(kinds) };
    for (const row of rows) {
      const value = own[row] as number;
      if (kinds === 1) side.sum += value;
      else side.classes[value] = (side.classes[value] as number) + 1;
    }
    return side;
  }

  private scoreOf({ count, sum, classes }: Side): number {
    if (this.target.kinds === 1) return (sum * sum) / count;
    return classes.reduce((squares, each) => squares + each * each, 0) / count;
  }

  /** The sum of squares of scores, rounded once; of classes, their number. */
  private squares(rows: Int32Array): number {
    const { own, kinds } = this.target;
    if (kinds > 1) return rows.length;
    let high = 0;
    let low = 0;
    for (const row of rows) {
      const square = (own[row] as number) * (own[row] as number);
      high += Math.floor(square / 65536);
      low += square % 65536;
    }
    return high * 65536 + low;
  }

  /** Improve `cut` by the best cut of a column, if better: missing numbers go left first, then right. */
  private improve(cut: Cut, ask: number, rows: Int32Array, all: Side): void {
    const asked = this.asks[ask] as Ask;
    const groups = new Map<number, number[]>();
    for (const row of rows) {
      const code = this.codeOf(row, asked);
      const group = groups.get(code);
      if (group === undefined) groups.set(code, [row]);
      else group.push(row);
    }
    const codes = [...groups.keys()].sort((a, b) => a - b);
    this.scan(cut, ask, codes, groups, all, true);
    if (asked.rank === undefined && codes[0] === 0) {
      this.scan(cut, ask, codes.slice(1), groups, all, false);
    }
  }

  private scan(
    cut: Cut,
    ask: number,
    codes: readonly number[],
    groups: ReadonlyMap<number, number[]>,
    all: Side,
    missingLeft: boolean,
  ): void {
    const { minLeaf } = this.rules;
    const left: Side = { count: 0, sum: 0, classes: new Float64Array(this.target.kinds) };
    for (const code of codes) {
      const here = this.sideOf(Int32Array.from(groups.get(code) ?? []));
      left.count += here.count;
      left.sum += here.sum;
      here.classes.forEach((count, k) => {
        left.classes[k] = (left.classes[k] as number) + count;
      });
      if (left.count < minLeaf || all.count - left.count < minLeaf) continue;
      const right: Side = {
        count: all.count - left.count,
        sum: all.sum - left.sum,
        classes: all.classes.map((count, k) => count - (left.classes[k] as number)),
      };
      const score = this.scoreOf(left) + this.scoreOf(right);
      if (score > cut.score) Object.assign(cut, { ask, code, missingLeft, score });
    }
  }
}
