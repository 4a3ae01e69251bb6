import type { Random } from "../../base/random.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import { leafOf, type Tree } from "../../kernels/decision-tree.js";
import { type LeafSampler, type Leaves, samplePlain } from "../../kernels/leaf-sample.js";
import {
  type Cell,
  countSorted,
  inSet,
  nthSorted,
  type Observed,
  pick,
  rowsBetween,
} from "../observed.js";

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
  sampler?: LeafSampler,
): void {
  const values = cells[column] as Float64Array | Int32Array;
  const { missing, present } = model;
  const between = [from, to] as const;
  const sample = (leaves: Leaves, rows: Int32Array) =>
    sampler?.sample(leaves, cells, rows, between, random) ??
    samplePlain(leaves, cells, rows, between, random);
  let rows = rowsBetween(from, to);
  if (missing !== undefined) rows = leaveOut(sample(gapsOf(missing), rows), rows, from, values);
  if (rows.length > 0) {
    present.observed.writeAll(sample(leavesOf(present), rows), rows, from, values, random);
  }
}

function leavesOf({ tree, observed: { entries } }: PresentModel): Leaves {
  return { tree, entries };
}

/** What is drawn from for a column: first whether a value is missing, where any was. */
export function drawnFrom({ missing, present }: ColumnModel): readonly Leaves[] {
  return missing === undefined ? [leavesOf(present)] : [gapsOf(missing), leavesOf(present)];
}

/** Mark the rows whose gap is 1 as missing, and give the others. */
function leaveOut(
  gaps: Int32Array,
  rows: Int32Array,
  from: number,
  values: Float64Array | Int32Array,
): Int32Array {
  const left = new Int32Array(rows.length);
  const absent = absentMark(values);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (gaps[row - from] === 1) values[row] = absent;
    else left[count++] = row;
  }
  return left.subarray(0, count);
}

const gaps = new WeakMap<MissingModel, Leaves>();

/** A 1 for each missing value of a leaf and a 0 for each other. */
function gapsOf(model: MissingModel): Leaves {
  const known = gaps.get(model);
  if (known !== undefined) return known;
  const { tree, share } = model;
  const entries = new Int32Array(tree.end[0] as number);
  for (let node = 0; node < tree.child.length; node++) {
    if ((tree.child[node] as number) >= 0) continue;
    const first = tree.start[node] as number;
    const size = (tree.end[node] as number) - first;
    entries.fill(1, first, first + Math.round((share[node] as number) * size));
  }
  const found = { tree, entries };
  gaps.set(model, found);
  return found;
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
