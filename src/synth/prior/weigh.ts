import { stream } from "../../base/random.js";
import type { Cells } from "../../constraint/guide.js";
import type { Table } from "../../table/table.js";
import { alignedCells } from "../aligned.js";
import type { RowModel } from "../synthesizer.js";
import type { ColumnPrior } from "./prior-rows.js";

/** A prior with the weight that held-out rows give it, and what that is worth. */
export interface Weighed extends ColumnPrior {
  /** Mean log-likelihood of a held-out value: of the data's model alone, and of the mixture. */
  readonly before: number;
  readonly after: number;
  readonly rows: number;
}

const ROUNDS = 200;
/** Below this a weight is noise. */
const LEAST = 0.005;

/**
 * The weight of a prior that makes held-out values likeliest: maximum likelihood of a two-part mixture
 * with known parts by expectation maximization (Dempster, Laird & Rubin 1977), which is concave in the
 * weight, so it finds the maximum. `model` must not have learned from `held`.
 */
export function weigh(model: RowModel, held: Table, prior: Omit<ColumnPrior, "weight">): Weighed {
  const cells = alignedCells({ columns: model.columns, levels: model.levels }, held);
  const { told, hoped } = likelihoods(model, cells, held.rows, prior);
  const rows = told.length;
  let weight = 0.5;
  for (let round = 0; round < ROUNDS; round++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const ours = weight * (hoped[i] as number);
      sum += ours / ((1 - weight) * (told[i] as number) + ours + 1e-300);
    }
    weight = rows === 0 ? 0 : sum / rows;
  }
  if (weight < LEAST) weight = 0;
  return { ...prior, weight, rows, before: mean(told, hoped, 0), after: mean(told, hoped, weight) };
}

/** The probability of each present held-out value given the row before it, from data and prior. */
function likelihoods(
  model: RowModel,
  cells: Cells,
  rows: number,
  prior: Omit<ColumnPrior, "weight">,
): { readonly told: number[]; readonly hoped: number[] } {
  const random = stream("prior", prior.column);
  const state = model.begin(rows, random);
  const work = cells.map((values) => values.slice());
  const own = work[prior.column] as Int32Array;
  const told: number[] = [];
  const hoped: number[] = [];
  const levels = model.levels[prior.column]?.length ?? 0;
  const all = new Uint8Array(levels).fill(1);
  for (let row = 0; row < rows; row++) {
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
    told.push(present > 0 ? ask(only) / present : 0);
    hoped.push(expected);
    own[row] = value;
  }
  return { told, hoped };
}

/** Values that neither part gives a chance count as one in a billion. */
function mean(told: readonly number[], hoped: readonly number[], weight: number): number {
  const sum = told.reduce(
    (total, p, i) => total + Math.log((1 - weight) * p + weight * (hoped[i] as number) + 1e-9),
    0,
  );
  return told.length === 0 ? 0 : sum / told.length;
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
