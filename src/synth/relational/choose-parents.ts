import { failure } from "../../base/failure.js";
import type { Random } from "../../base/random.js";
import type { Cells } from "../../constraint/guide.js";
import type { RefType } from "../../table/column-type.js";
import type { CodeColumn, Table } from "../../table/table.js";
import { AGAIN, NONE, type Wishes } from "./links.js";
import { type PairTest, refColumn } from "./ref-tests.js";

/** Parents that were drawn, to choose from. */
export interface Choice {
  /** Their columns that are wanted like something, and how many rows name each, about. */
  readonly cells: Cells;
  readonly popularity: Float64Array;
  /** Bounds of how many rows name one. */
  readonly min: number;
  readonly max: number;
  /** Whether a child may have none. */
  readonly optional: boolean;
  readonly tests: PairTest;
  /** Whether the child is the first of its leading parent. */
  readonly isFirst: (child: number) => boolean;
  readonly random: Random;
  /** The children's table. */
  readonly table: string;
}

/** The ref column of children whose parents were chosen among the rows of a table. */
export function chosenColumn(
  ref: { readonly name: string; readonly type: RefType },
  above: Table,
  key: string,
  wishes: Wishes,
  choice: Choice,
): CodeColumn {
  const rows = chooseParents(wishes, choice);
  if (rows === undefined) {
    const { min, max, table } = choice;
    const counts = { rows: wishes.states.length, parents: above.rows, min, max };
    throw failure("P1409", { child: table, parent: above.name, ...counts });
  }
  return refColumn(ref, above, key, rows);
}

/** So many are looked at before the likest is taken. */
const LOOKED_AT = 64;

/** So many children a parent may have before its popularity counts against it. */
const ALWAYS_TAKEN = 2;

/**
 * The further parent of each child, as rows of those that were drawn; −1 for none. Of some parents, taken by
 * their popularity, the likest to what is wanted: a category that differs counts 1, a number its distance in
 * standard deviations, and a parent that more children have by now than its popularity says counts less. A parent that is full, or that rules and keys keep from the child, is passed over; a child
 * whom they leave none has none if it may, else one that they don't want, and is for the driver to leave out.
 * Undefined where the bounds can't be met.
 */
export function chooseParents(wishes: Wishes, choice: Choice): Int32Array | undefined {
  const { states } = wishes;
  const chooser = new Chooser(wishes.columns, choice);
  const chosen = new Int32Array(states.length).fill(-1);
  for (let child = 0; child < chosen.length; child++) {
    if (states[child] === NONE) continue;
    const before = choice.isFirst(child) ? -1 : (chosen[child - 1] as number);
    const again = states[child] === AGAIN && before >= 0 && chooser.mayHave(child, before);
    const parent = again ? before : chooser.likest(child, before);
    if (parent < 0 && !choice.optional) return undefined;
    chosen[child] = parent;
    if (parent >= 0) chooser.take(child, parent);
  }
  return chooser.fillUp(chosen) ? chosen : undefined;
}

class Chooser {
  private readonly wanted: Cells;
  private readonly choice: Choice;
  private readonly counts: Uint32Array;
  private readonly scales: readonly number[];
  private readonly sums: Float64Array;
  private readonly all: Int32Array;
  private readonly popular: Int32Array;
  private taken = 0;

  constructor(wanted: Cells, choice: Choice) {
    this.wanted = wanted;
    this.choice = choice;
    this.counts = new Uint32Array(choice.popularity.length);
    this.scales = choice.cells.map(deviation);
    this.sums = Float64Array.from(choice.popularity);
    for (let at = 1; at < this.sums.length; at++) {
      this.sums[at] = (this.sums[at] as number) + (this.sums[at - 1] as number);
    }
    this.all = Int32Array.from(this.sums.keys());
    this.popular = this.all.filter((parent) => (choice.popularity[parent] as number) > 0);
  }

  mayHave(child: number, parent: number): boolean {
    return this.hasRoom(parent) && this.choice.tests.fits(child, parent);
  }

  private hasRoom(parent: number): boolean {
    return (this.counts[parent] as number) < this.choice.max;
  }

  take(child: number, parent: number): void {
    this.counts[parent] = (this.counts[parent] as number) + 1;
    this.taken++;
    this.choice.tests.take(child, parent);
  }

  /** The likest of some that the child may have, else of all; one that is not `before` where there is any. */
  likest(child: number, before: number): number {
    const mayHave = (parent: number) => this.mayHave(child, parent);
    const some = this.some();
    const other = this.nearest(child, some, (parent) => parent !== before && mayHave(parent));
    if (other >= 0) return other;
    const any = this.nearest(child, this.all, mayHave);
    if (any >= 0 || this.choice.optional) return any;
    return this.nearest(child, this.all, (parent) => this.hasRoom(parent));
  }

  /** Parents by their popularity; all that have any, where they are few. */
  private some(): Int32Array {
    if (this.popular.length <= LOOKED_AT) return this.popular;
    const { random } = this.choice;
    const total = this.sums.at(-1) as number;
    return Int32Array.from({ length: LOOKED_AT }, () => this.at(random.uniform() * total));
  }

  private at(sum: number): number {
    let [low, high] = [0, this.all.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sums[middle] as number) > sum) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private nearest(
    child: number,
    parents: Int32Array,
    mayTake: (parent: number) => boolean,
  ): number {
    const { popularity, random } = this.choice;
    const isSample = parents !== this.all && parents !== this.popular;
    let [best, found, weights] = [Number.POSITIVE_INFINITY, -1, 0];
    for (const parent of parents) {
      const distance = this.distance(child, parent, best) + this.overload(parent);
      if (distance > best || !mayTake(parent)) continue;
      // Among equals by popularity: those of a sample are equally likely by now.
      const weight = isSample ? 1 : Math.max(popularity[parent] as number, 1e-9);
      weights = distance < best ? weight : weights + weight;
      if (distance < best || random.uniform() * weights < weight) found = parent;
      best = distance;
    }
    return found;
  }

  /** How far above its popularity a parent was taken so far: up to 0.9, less than a category that differs. */
  private overload(parent: number): number {
    const share = (this.choice.popularity[parent] as number) / (this.sums.at(-1) as number);
    const expected = share * this.taken + ALWAYS_TAKEN;
    const over = (this.counts[parent] as number) / expected - 1;
    return over > 0 ? Math.min(0.9, over / 2) : 0;
  }

  private distance(child: number, parent: number, best: number): number {
    let sum = 0;
    for (let at = 0; at < this.wanted.length && sum <= best; at++) {
      const wanted = this.wanted[at] as Float64Array | Int32Array;
      const [x, y] = [wanted[child] as number, this.choice.cells[at]?.[parent] as number];
      if (wanted instanceof Int32Array) sum += x === y ? 0 : 1;
      else if (Number.isNaN(x) || Number.isNaN(y))
        sum += Number.isNaN(x) === Number.isNaN(y) ? 0 : 1;
      else sum += Math.abs(x - y) / (this.scales[at] as number);
    }
    return sum;
  }

  /** Give parents that have too few some of the children of those that have more than they must; false where that is not enough. */
  fillUp(chosen: Int32Array): boolean {
    const { min, random, tests } = this.choice;
    if (min === 0) return true;
    const children = random.shuffle(Int32Array.from(chosen.keys()));
    for (const parent of this.all) {
      for (const child of children) {
        if ((this.counts[parent] as number) >= min) break;
        const had = chosen[child] as number;
        if (had < 0 || (this.counts[had] as number) <= min || !tests.fits(child, parent)) continue;
        this.counts[had] = (this.counts[had] as number) - 1;
        this.take(child, parent);
        chosen[child] = parent;
      }
    }
    return this.counts.every((count) => count >= min);
  }
}

function deviation(values: Float64Array | Int32Array): number {
  if (values instanceof Int32Array) return 1;
  let [count, mean, squares] = [0, 0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count++;
    const off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
  }
  return Math.sqrt(squares / Math.max(1, count)) || 1;
}
