import { stream } from "../../base/random.js";
import type { Cells } from "../../constraint/guide.js";
import type { Table } from "../../table/table.js";
import { alignedCells } from "../aligned.js";
import type { RowModel } from "../synthesizer.js";
import type { ColumnPrior } from "./prior-rows.js";

/** A prior with the weight that held-out rows give it, and what that is worth. */
export interface Weighed extends ColumnPrior {
  /** Mean log-likelihood of a held-out value: by what the data alone can tell, and with the prior. */
  readonly before: number;
  readonly after: number;
  readonly rows: number;
}

/** What each held-out value's probability is. */
export interface Chances {
  /** By the model. */
  readonly told: number[];
  /** By what needs no prior: smoothed counts given the parent, those of the column alone, and all values alike. */
  readonly plain: readonly [counted: number[], alone: number[], alike: number[]];
  /** By the prior. */
  readonly hoped: number[];
}

const ROUNDS = 500;
/** What a prior must add to the log-likelihood of all held-out values: 5 % of useless ones do (χ², one degree). */
const WORTH = 3.84 / 2;

/**
 * The weight of a prior that makes held-out values likeliest: maximum likelihood of a mixture of known parts by
 * expectation maximization (Dempster, Laird & Rubin 1977). Smoothed counts are parts of their own: a model of few rows
 * calls impossible what it has not seen, and any prior would look good beside that.
 */
export function weigh(prior: Omit<ColumnPrior, "weight">, chances: Chances): Weighed {
  const { told, plain, hoped } = chances;
  const rows = told.length;
  const own = mixtureOf([told, ...plain]);
  const all = mixtureOf([hoped, told, ...plain]);
  const [before, after] = [own.likelihood, all.likelihood].map((sum) => sum / Math.max(1, rows));
  const isWorth = all.likelihood - own.likelihood > WORTH;
  const weight = isWorth ? (all.weights[0] as number) : 0;
  return { ...prior, weight, rows, before: before as number, after: after as number };
}

/** The weights of parts that make values likeliest, and the log-likelihood of all of them. */
function mixtureOf(parts: readonly (readonly number[])[]): {
  readonly weights: readonly number[];
  readonly likelihood: number;
} {
  const rows = parts[0]?.length ?? 0;
  let weights = parts.map(() => 1 / parts.length);
  const chanceOf = (i: number) =>
    parts.reduce((sum, part, at) => sum + (weights[at] as number) * (part[i] as number), 1e-300);
  for (let round = 0; rows > 0 && round < ROUNDS; round++) {
    const sums = parts.map(() => 0);
    for (let i = 0; i < rows; i++) {
      const chance = chanceOf(i);
      parts.forEach((part, at) => {
        sums[at]! += ((weights[at] as number) * (part[i] as number)) / chance;
      });
    }
    weights = sums.map((sum) => sum / rows);
  }
  let likelihood = 0;
  for (let i = 0; i < rows; i++) likelihood += Math.log(chanceOf(i));
  return { weights, likelihood };
}

/**
 * The probability of each present held-out value given the row before it, added to `into`. `model` learned `taught` and
 * must not have learned from `held`.
 */
export function addChances(
  model: RowModel,
  taught: Table,
  held: Table,
  prior: Omit<ColumnPrior, "weight">,
  into: Chances,
): void {
  const shape = { columns: model.columns, levels: model.levels };
  const counts = sharesIn(alignedCells(shape, taught), taught.rows, prior, model);
  const random = stream("prior", prior.column);
  const state = model.begin(held.rows, random);
  const work = alignedCells(shape, held).map((values) => values.slice());
  const own = work[prior.column] as Int32Array;
  const levels = model.levels[prior.column]?.length ?? 0;
  const all = new Uint8Array(levels).fill(1);
  for (let row = 0; row < held.rows; row++) {
    const value = own[row] as number;
    const parent = prior.parent < 0 ? 0 : ((work[prior.parent] as Int32Array)[row] as number);
    const expected = prior.table[parent]?.[value];
    if (value < 0 || expected === undefined) continue;
    const only = new Uint8Array(levels);
    only[value] = 1;
    const ask = (codes: Uint8Array) => {
      const allowed = { missing: false, codes };
      return Math.exp(model.drawAllowed(state, work, prior.column, row, allowed, random));
    };
    const present = ask(all);
    into.told.push(present > 0 ? ask(only) / present : 0);
    for (const [at, chance] of counts(parent, value).entries()) into.plain[at]?.push(chance);
    into.hoped.push(expected);
    own[row] = value;
  }
}

/**
 * A value's share given the parent's (counts beside one row of the column's own shares), in the column (counts beside half
 * a row of each value, Krichevsky & Trofimov 1981), and if all were alike.
 */
function sharesIn(
  cells: Cells,
  rows: number,
  { column, parent }: Pick<ColumnPrior, "column" | "parent">,
  { levels }: Pick<RowModel, "levels">,
): (parent: number, value: number) => readonly [number, number, number] {
  const size = levels[column]?.length ?? 0;
  const own = cells[column] as Int32Array;
  const above = parent < 0 ? undefined : (cells[parent] as Int32Array);
  const alone = new Float64Array(size).fill(0.5);
  const joint = new Map<number, Float64Array>();
  for (let row = 0; row < rows; row++) {
    const value = own[row] as number;
    if (value < 0) continue;
    alone[value]! += 1;
    const key = above?.[row] ?? 0;
    const counts = joint.get(key) ?? new Float64Array(size);
    joint.set(key, counts);
    counts[value]! += 1;
  }
  const total = alone.reduce((sum, count) => sum + count, 0);
  return (key, value) => {
    const share = (alone[value] as number) / total;
    const counts = above === undefined ? undefined : joint.get(key);
    if (counts === undefined) return [share, share, 1 / size];
    const all = counts.reduce((sum, count) => sum + count, 0);
    return [((counts[value] as number) + share) / (all + 1), share, 1 / size];
  };
}

/**
 * For each category column the earlier one that tells most of it: the largest mutual information in the
 * rows, in nats, at least what a thousandth of the column's entropy is. −1 where none does.
 */
export function parentsOf(
  model: RowModel,
  table: Table,
  most: number,
): ReadonlyMap<number, number> {
  const cells = alignedCells({ columns: model.columns, levels: model.levels }, table);
  const found = new Map<number, number>();
  const before: number[] = [];
  for (const column of model.order) {
    const levels = model.levels[column]?.length;
    if (levels === undefined || levels < 2 || levels > most) continue;
    let best = -1;
    let most_ = 0.001;
    for (const parent of before) {
      const information = mutualInformation(cells, parent, column, table.rows);
      if (information <= most_) continue;
      most_ = information;
      best = parent;
    }
    found.set(column, best);
    before.push(column);
  }
  return found;
}

function mutualInformation(cells: Cells, a: number, b: number, rows: number): number {
  const [left, right] = [cells[a] as Int32Array, cells[b] as Int32Array];
  const both = new Map<string, number>();
  const ones = new Map<number, number>();
  const others = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const [x, y] = [left[row] as number, right[row] as number];
    both.set(`${x} ${y}`, (both.get(`${x} ${y}`) ?? 0) + 1);
    ones.set(x, (ones.get(x) ?? 0) + 1);
    others.set(y, (others.get(y) ?? 0) + 1);
  }
  let sum = 0;
  for (const [key, count] of both) {
    const [x, y] = key.split(" ").map(Number) as [number, number];
    const expected = ((ones.get(x) as number) * (others.get(y) as number)) / rows;
    sum += (count / rows) * Math.log(count / expected);
  }
  return sum;
}
