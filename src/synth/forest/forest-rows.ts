import type { Random } from "../../base/random.js";
import type { Box } from "../../constraint/boxes.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import type { Tree } from "../../kernels/decision-tree.js";
import { AllowedRows } from "../allowed-rows.js";
import { type Cell, type Observed, pick } from "../observed.js";
import { ShapedRows } from "../shaped-rows.js";
import type { Conditioned, RowModel, SavedModel } from "../synthesizer.js";
import { absentMark } from "../tree/column-model.js";
import {
  loadObserved,
  loadShape,
  loadTree,
  type SavedArray,
  saveObserved,
  saveTree,
  shapeOf,
} from "../tree/save-parts.js";
import { conditionForest } from "./conditioned-forest.js";
import type { ForestParts } from "./forest-parts.js";
import type { Partition } from "./prune.js";
import { type Donors, donorsByRoot, tiedDonor, untied } from "./ties.js";

interface State {
  /** The tree and node that each row of the batch is drawn from. */
  readonly tree: Int32Array;
  readonly node: Int32Array;
  /** 1 once a column of the row was drawn or read. */
  readonly started: Uint8Array;
  readonly known: Uint8Array;
  /** The column that was drawn last under a restriction, and the row's node before that. */
  readonly last: Int32Array;
  readonly before: Int32Array;
  readonly donors: Donors;
}

/**
 * Density estimation and sampling with the forest's leaves: a mixture over all leaves of all trees,
 * weighted by their real rows; within a leaf the columns are independent. What a row hides is its leaf.
 *
 * A condition on any boxes of values is held exactly (`condition`). Where rows are weighed instead, the first
 * restricted column is conditioned on exactly: leaves are reweighted by their allowed rows. Later ones are drawn within the row's leaf, or where it has none, within the nearest ancestor that
 * has (each step up costs one pseudo-row, as in `trees`), and the leaf moves there.
 */
export class ForestRows extends ShapedRows implements RowModel {
  readonly learner = "forest";
  private readonly parts: ForestParts;
  private readonly rows: number;
  private readonly allowedRows: AllowedRows;

  constructor(parts: ForestParts) {
    super(parts);
    this.parts = parts;
    this.rows = parts.partitions[0]?.rows.length ?? 0;
    this.allowedRows = new AllowedRows(parts.observed);
  }

  begin(rows: number, random: Random): State {
    const tree = new Int32Array(rows);
    const node = new Int32Array(rows);
    const started = new Uint8Array(rows);
    const known = new Uint8Array(this.columns.length);
    const last = new Int32Array(rows).fill(-1);
    const donors = donorsByRoot(this.parts.ties, rows);
    const before = new Int32Array(rows);
    const state = { tree, node, started, known, last, before, donors };
    for (let row = 0; row < rows; row++) this.choose(state, row, random);
    return state;
  }

  private choose(state: State, row: number, random: Random): void {
    state.tree[row] = pick(this.parts.partitions.length, random);
    const { leafOfRow } = this.partition(state.tree[row] as number);
    state.node[row] = leafOfRow[pick(this.rows, random)] as number;
    state.last[row] = -1;
  }

  /** A row that is drawn again from its first column on falls into another leaf. */
  private again(state: State, column: number, row: number, random: Random): void {
    if (state.started[row] === 0 || column !== this.order[0]) return;
    this.choose(state, row, random);
    state.started[row] = 0;
  }

  private partition(tree: number): Partition {
    return this.parts.partitions[tree] as Partition;
  }

  drawFree(
    given: unknown,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const state = this.catchUp(given as State, cells, column, random);
    const observed = this.parts.observed[column] as Observed;
    const values = cells[column] as Float64Array | Int32Array;
    const cell: Cell = { values, row: from };
    const absent = absentMark(values);
    const own = state.donors.get(column);
    for (let row = from; row < to; row++) {
      this.again(state, column, row, random);
      state.started[row] = 1;
      const { tree, rows } = this.partition(state.tree[row] as number);
      const node = state.node[row] as number;
      const start = tree.start[node] as number;
      const tied = tiedDonor(this.parts, state.donors, cells, column, row);
      const size = (tree.end[node] as number) - start;
      const donor = tied >= 0 ? tied : (rows[start + pick(size, random)] as number);
      if (own !== undefined) own[row] = donor;
      if ((observed.entries[donor] as number) < 0) values[row] = absent;
      else {
        cell.row = row;
        observed.draw(donor, donor + 1, cell, random);
      }
    }
  }

  drawAllowed(
    given: unknown,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const state = this.catchUp(given as State, cells, column, random);
    const observed = this.parts.observed[column] as Observed;
    this.again(state, column, row, random);
    // A value that is drawn once more comes from where the row stood before it.
    if (state.last[row] === column) state.node[row] = state.before[row] as number;
    else state.before[row] = state.node[row] as number;
    state.last[row] = column;
    const fits = this.allowedRows.test(column, allowed);
    const tied = tiedDonor(this.parts, state.donors, cells, column, row);
    const found =
      tied >= 0 && fits(tied)
        ? { donor: tied, mass: 1 }
        : state.started[row] === 0
          ? this.reweigh(state, column, row, allowed, random)
          : this.climb(state, row, fits, random);
    state.started[row] = 1;
    const values = cells[column] as Float64Array | Int32Array;
    const own = state.donors.get(column);
    if (own !== undefined) own[row] = found?.donor ?? -1;
    if (found === undefined) return this.invent(observed, values, row, allowed, random);
    if (tied >= 0 && found.donor !== tied) found.mass *= untied;
    const entry = observed.entries[found.donor] as number;
    if (entry < 0) values[row] = absentMark(values);
    else observed.write(entry, allowed, { values, row }, random);
    return Math.log(found.mass);
  }

  /** A leaf by its number of allowed rows: that of a random allowed row in a random tree. */
  private reweigh(
    state: State,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): Found | undefined {
    const donors = this.allowedRows.of(column, allowed);
    if (donors.length === 0) return undefined;
    const donor = donors[pick(donors.length, random)] as number;
    state.node[row] = this.partition(state.tree[row] as number).leafOfRow[donor] as number;
    return { donor, mass: donors.length / this.rows };
  }

  private climb(
    state: State,
    row: number,
    fits: (donor: number) => boolean,
    random: Random,
  ): Found | undefined {
    const { tree, rows, leafOfRow } = this.partition(state.tree[row] as number);
    let lent = 1;
    for (let node = state.node[row] as number; node >= 0; node = tree.parent[node] as number) {
      const start = tree.start[node] as number;
      const end = tree.end[node] as number;
      const donors: number[] = [];
      for (let i = start; i < end; i++) if (fits(rows[i] as number)) donors.push(rows[i] as number);
      if (donors.length > 0) {
        const donor = donors[pick(donors.length, random)] as number;
        if (node !== state.node[row]) state.node[row] = leafOfRow[donor] as number;
        return { donor, mass: (lent * donors.length) / (end - start) };
      }
      lent /= end - start + 1;
    }
    return undefined;
  }

  private invent(
    observed: Observed,
    values: Float64Array | Int32Array,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    values[row] = absentMark(values);
    const mass = observed.invent(allowed, { values, row }, random);
    return mass > 0 ? Math.log(mass) : Number.NEGATIVE_INFINITY;
  }

  /** Where the driver fixed columns, choose each row's leaf in the light of them. */
  private catchUp(state: State, cells: Cells, column: number, random: Random): State {
    let fixed = false;
    for (const before of this.order) {
      if (before === column) break;
      if (state.known[before] === 0) fixed = true;
      state.known[before] = 1;
    }
    if (fixed) {
      for (let row = 0; row < state.node.length; row++) {
        if (state.started[row] === 1) continue;
        const { tree } = this.partition(state.tree[row] as number);
        state.node[row] = descend(tree, cells, row, state.known, random);
        state.started[row] = 1;
      }
    }
    state.known[column] = 1;
    return state;
  }

  condition(boxes: readonly Box[]): Conditioned | undefined {
    return conditionForest({ ...this.parts, of: this }, boxes);
  }

  save(): SavedModel {
    const { parts } = this;
    const arrays: Record<string, SavedArray> = {};
    parts.partitions.forEach(({ tree, rows }, at) => {
      saveTree(arrays, `tree.${at}`, tree);
      arrays[`tree.${at}.rows`] = rows;
    });
    parts.observed.forEach((observed, column) => {
      saveObserved(arrays, column, observed);
    });
    const json = { ...shapeOf(this), trees: parts.partitions.length, ties: [...parts.ties] };
    return { learner: "forest", version: 1, json, arrays };
  }
}

/** A forest from what `save()` gave. */
export function loadForestRows(saved: SavedModel): ForestRows {
  const shape = loadShape(saved);
  const { trees, ties } = saved.json as { readonly trees: number; readonly ties?: number[] };
  const partitions = Array.from({ length: trees }, (_, at): Partition => {
    const tree = loadTree(saved.arrays, `tree.${at}`, shape.columns.length);
    const rows = saved.arrays[`tree.${at}.rows`] as Int32Array;
    const leafOfRow = new Int32Array(rows.length);
    tree.child.forEach((child, node) => {
      if (child >= 0) return;
      const end = tree.end[node] as number;
      for (let i = tree.start[node] as number; i < end; i++) leafOfRow[rows[i] as number] = node;
    });
    return { tree, rows, leafOfRow };
  });
  const observed = shape.columns.map((_, column) =>
    loadObserved(saved.arrays, column, shape.levels[column]),
  );
  // Files of earlier versions know of no ties.
  const tied =
    ties === undefined ? new Int32Array(shape.columns.length).fill(-1) : Int32Array.from(ties);
  return new ForestRows({ ...shape, partitions, observed, ties: tied });
}

interface Found {
  readonly donor: number;
  mass: number;
}

/** Down the tree by the known columns, and by the numbers of real rows where a column is unknown. */
function descend(tree: Tree, cells: Cells, row: number, known: Uint8Array, random: Random): number {
  let node = 0;
  for (;;) {
    const column = tree.feature[node] as number;
    if (column < 0) return node;
    const left = tree.child[node] as number;
    let goesLeft: boolean;
    if (known[column] === 1) {
      const value = (cells[column] as Float64Array)[row] as number;
      const rank = tree.ranks[column];
      if (rank !== undefined)
        goesLeft = (rank[value + 1] as number) <= (tree.threshold[node] as number);
      else if (Number.isNaN(value)) goesLeft = tree.missingLeft[node] === 1;
      else goesLeft = value <= (tree.threshold[node] as number);
    } else {
      const size = (tree.end[left] as number) - (tree.start[left] as number);
      const all = (tree.end[node] as number) - (tree.start[node] as number);
      goesLeft = random.uniform() * all < size;
    }
    node = goesLeft ? left : left + 1;
  }
}
