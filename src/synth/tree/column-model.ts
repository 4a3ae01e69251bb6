import type { Random } from "../../base/random.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import { type Cell, countSorted, inSet, nthSorted, type Observed, pick } from "../observed.js";
import { leafOf, type Tree } from "./tree.js";

/** How one column depends on those before it: first whether it is missing, then its value. */
export interface ColumnModel {
  /** Absent when the column was never missing; of shares 1 when it always was. */
  readonly missing?: MissingModel;
  readonly present: PresentModel;
}

export interface MissingModel {
  readonly tree: Tree;
  /** Share of missing values in each node. */
  readonly share: Float64Array;
}

interface PresentModel {
  readonly tree: Tree;
  readonly observed: Observed;
}

/** Draw the column in rows `from..to` from the leaf that each row falls into. */
export function drawColumn(
  model: ColumnModel,
  cells: Cells,
  column: number,
  from: number,
  to: number,
  random: Random,
): void {
  const values = cells[column] as Float64Array | Int32Array;
  const { missing, present } = model;
  const { tree, observed } = present;
  const absent = absentMark(values);
  const cell: Cell = { values, row: from };
  const rows = new Int32Array(to - from);
  const leaves = new Int32Array(to - from);
  let count = 0;
  for (let row = from; row < to; row++) {
    if (missing !== undefined && isMissing(missing, cells, row, random)) values[row] = absent;
    else {
      rows[count] = row;
      leaves[count++] = leafOf(tree, cells, row);
    }
  }
  const places = spreadOver(tree, leaves.subarray(0, count), random);
  for (let i = 0; i < count; i++) {
    cell.row = rows[i] as number;
    const place = places[i] as number;
    observed.draw(place, place + 1, cell, random);
  }
}

const scratch = new WeakMap<Tree, Int32Array>();

/**
 * A training row of its leaf for each row that is drawn. The rows that fall into one leaf share its
 * training rows evenly: by systematic sampling in random order, so that each is taken ⌊m/n⌋ or one more
 * times, which halves the sampling error of what is drawn.
 */
function spreadOver(tree: Tree, leaves: Int32Array, random: Random): Int32Array {
  const { start, end } = tree;
  const slots = scratch.get(tree) ?? new Int32Array(start.length);
  scratch.set(tree, slots);
  const counts = new Int32Array(leaves.length + 1);
  let found = 0;
  for (let i = 0; i < leaves.length; i++) {
    const leaf = leaves[i] as number;
    if (slots[leaf] === 0) slots[leaf] = ++found;
    const slot = slots[leaf] as number;
    counts[slot] = (counts[slot] as number) + 1;
  }
  const points = new Float64Array(found + 1).fill(-1);
  const order = new Int32Array(leaves.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  random.shuffle(order);
  const places = new Int32Array(leaves.length);
  for (let turn = 0; turn < order.length; turn++) {
    const i = order[turn] as number;
    const leaf = leaves[i] as number;
    const slot = slots[leaf] as number;
    const first = start[leaf] as number;
    const size = (end[leaf] as number) - first;
    const step = size / (counts[slot] as number);
    let point = points[slot] as number;
    if (point < 0) point = random.uniform() * step;
    places[i] = first + Math.min(size - 1, Math.floor(point));
    points[slot] = point + step;
  }
  for (let i = 0; i < leaves.length; i++) slots[leaves[i] as number] = 0;
  return places;
}

function isMissing(missing: MissingModel, cells: Cells, row: number, random: Random): boolean {
  return random.uniform() < (missing.share[leafOf(missing.tree, cells, row)] as number);
}

/** NaN for numbers, −1 for codes. */
export function absentMark(values: Float64Array | Int32Array): number {
  return values instanceof Float64Array ? Number.NaN : -1;
}

/**
 * Draw the column in one row within `allowed`: from the leaf's values that are allowed, else from the
 * nearest ancestor that has some. The log mass backs off likewise: a leaf of n rows without an allowed
 * value lends 1/(n + 1) of its mass to its parent (one pseudo-row), and so on up.
 */
export function drawColumnAllowed(
  model: ColumnModel,
  cells: Cells,
  column: number,
  row: number,
  allowed: Allowed,
  random: Random,
): number {
  const values = cells[column] as Float64Array | Int32Array;
  const cell: Cell = { values, row };
  const { missing, present } = model;
  const absent = missing === undefined ? 0 : missingShare(missing, cells, row);
  const proposal = propose(present, cells, row, allowed);
  const missingMass = allowed.missing ? absent : 0;
  const presentMass = (1 - absent) * (proposal?.mass ?? 0);
  const mass = missingMass + presentMass;
  if (mass > 0) {
    if (random.uniform() * mass < missingMass || proposal === undefined) {
      values[row] = absentMark(values);
    } else {
      const entry = proposal.entryAt(random);
      present.observed.write(entry, allowed, cell, random);
    }
    return Math.log(Math.min(1, mass));
  }
  if (isEmpty(allowed)) {
    values[row] = absentMark(values);
    return Number.NEGATIVE_INFINITY;
  }
  const invented = present.observed.invent(allowed, cell, random);
  return invented === 0 ? Number.NEGATIVE_INFINITY : Math.log(invented * (1 - absent));
}

/** Never quite 0 or 1 where the column was seen both ways: the root counts as one pseudo-row. */
function missingShare(missing: MissingModel, cells: Cells, row: number): number {
  const leaf = leafOf(missing.tree, cells, row);
  const share = missing.share[leaf] as number;
  if (share > 0 && share < 1) return share;
  const size = (missing.tree.end[leaf] as number) - (missing.tree.start[leaf] as number);
  return (share * size + (missing.share[0] as number)) / (size + 1);
}

function isEmpty(allowed: Allowed): boolean {
  if (allowed.intervals !== undefined) return allowed.intervals.length === 0;
  return allowed.codes?.includes(1) === false;
}

interface Proposal {
  readonly mass: number;
  entryAt(random: Random): number;
}

/** Above this many rows an ancestor isn't scanned: the root, sorted once, takes its place. */
const longestScan = 4096;

function propose(
  present: PresentModel,
  cells: Cells,
  row: number,
  allowed: Allowed,
): Proposal | undefined {
  const { tree, observed } = present;
  const { entries } = observed;
  const set = observed.restrict(allowed);
  if (set.count === 0) return undefined;
  const leaf = leafOf(tree, cells, row);
  const from = tree.start[leaf] as number;
  const to = tree.end[leaf] as number;
  const count = countSorted(entries, from, to, set);
  if (count > 0) {
    return {
      mass: count / (to - from),
      entryAt: (random) => nthSorted(entries, from, to, set, pick(count, random)),
    };
  }
  let lent = 1 / (to - from + 1);
  let node = tree.parent[leaf] as number;
  while (node > 0) {
    const start = tree.start[node] as number;
    const end = tree.end[node] as number;
    if (end - start > longestScan) break;
    const found = scan(entries, start, end, (entry) => inSet(entry, set));
    if (found.length > 0) {
      const mass = (lent * found.length) / (end - start);
      return { mass, entryAt: (random) => found[pick(found.length, random)] as number };
    }
    lent /= end - start + 1;
    node = tree.parent[node] as number;
  }
  const sorted = sortedOf(entries);
  const all = countSorted(sorted, 0, sorted.length, set);
  if (all === 0) return undefined;
  return {
    mass: (lent * all) / sorted.length,
    entryAt: (random) => nthSorted(sorted, 0, sorted.length, set, pick(all, random)),
  };
}

function scan(
  entries: Int32Array,
  start: number,
  end: number,
  wanted: (entry: number) => boolean,
): number[] {
  const found: number[] = [];
  for (let i = start; i < end; i++)
    if (wanted(entries[i] as number)) found.push(entries[i] as number);
  return found;
}

const sortedCopies = new WeakMap<Int32Array, Int32Array>();

function sortedOf(entries: Int32Array): Int32Array {
  const known = sortedCopies.get(entries);
  if (known !== undefined) return known;
  const sorted = entries.slice().sort();
  sortedCopies.set(entries, sorted);
  return sorted;
}
