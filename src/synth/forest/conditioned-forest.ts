import { impossible } from "../../base/failure.js";
import type { Random } from "../../base/random.js";
import type { Box } from "../../constraint/boxes.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import { intersectSpans } from "../../constraint/spans.js";
import { AllowedRows } from "../allowed-rows.js";
import { type Observed, pick } from "../observed.js";
import { ShapedRows } from "../shaped-rows.js";
import type { Conditioned, RowModel, SavedModel } from "../synthesizer.js";
import { absentMark } from "../tree/column-model.js";
import type { ForestParts } from "./forest-parts.js";
import type { Partition } from "./prune.js";
import { type Donors, donorsByRoot, rootOf, tiedDonor, untied } from "./ties.js";

/** A leaf of one of the trees inside one of the boxes. */
interface Part {
  readonly tree: number;
  readonly node: number;
  readonly box: number;
  /** The leaf's share of the forest times that of the box in the leaf. */
  readonly mass: number;
}

interface State {
  readonly parts: Int32Array;
  readonly donors: Donors;
}

/** So many leaves and boxes at a time; more are left to weights. */
const MOST_PARTS = 4_000_000;

/**
 * A forest under a union of disjoint boxes, exactly: within a leaf the columns are independent, so the
 * probability of a box there is the product over its columns of the share of the leaf's real rows that are
 * allowed (Watson, Blesch, Kapar & Wright 2023, section 4: FORGE under evidence). Leaves are weighed by it,
 * and values drawn among the leaf's allowed rows.
 */
export function conditionForest(
  forest: ForestParts & { readonly of: RowModel },
  boxes: readonly Box[],
): Conditioned | undefined {
  const leaves = forest.partitions.reduce((sum, { tree }) => sum + tree.child.length, 0);
  if (leaves * boxes.length > MOST_PARTS) return undefined;
  const parts = boxes.flatMap((box, at) => partsIn(forest, box, at));
  const probability = parts.reduce((sum, { mass }) => sum + mass, 0);
  if (parts.length === 0) return { model: forest.of, probability: 0 };
  const model = new ConditionedForest(forest, boxes, parts);
  return { model, probability: Math.min(1, probability) };
}

function partsIn(forest: ForestParts, box: Box, at: number): Part[] {
  const allowedRows = new AllowedRows(forest.observed);
  const rows = forest.observed[0]?.entries.length ?? 0;
  const fits = [...rootsIn(forest.ties, box)].map((root) => {
    const tests = testsOf(forest.ties, allowedRows, box, root);
    return Uint8Array.from({ length: rows }, (_, row) => Number(tests.every((test) => test(row))));
  });
  const found: Part[] = [];
  for (const [index, { tree, rows: arranged }] of forest.partitions.entries()) {
    for (let node = 0; node < tree.child.length; node++) {
      if ((tree.child[node] as number) >= 0) continue;
      const [start, end] = [tree.start[node] as number, tree.end[node] as number];
      let share = end - start;
      for (const fit of fits) {
        let count = 0;
        for (let i = start; i < end; i++) count += fit[arranged[i] as number] as number;
        share *= count / (end - start);
      }
      if (share > 0) {
        const mass = share / rows / forest.partitions.length;
        found.push({ tree: index, node, box: at, mass });
      }
    }
  }
  return found;
}

/** The columns of a box, those that are tied to others as these. */
function rootsIn(ties: Int32Array, box: Box): ReadonlySet<number> {
  return new Set([...box.keys()].map((column) => rootOf(ties, column)));
}

/** What a box asks of a real row that a column, and those tied to it, take their values from. */
function testsOf(
  ties: Int32Array,
  allowedRows: AllowedRows,
  box: Box,
  root: number,
): readonly ((row: number) => boolean)[] {
  return [...box].flatMap(([column, allowed]) =>
    rootOf(ties, column) === root ? [allowedRows.test(column, allowed)] : [],
  );
}

class ConditionedForest extends ShapedRows implements RowModel {
  readonly learner = "forest";
  readonly isBound = true;
  private readonly forest: ForestParts & { readonly of: RowModel };
  private readonly boxes: readonly Box[];
  private readonly parts: readonly Part[];
  private readonly cumulated: Float64Array;
  private readonly donors = new Map<number, Int32Array>();
  private readonly allowedRows: AllowedRows;

  constructor(
    forest: ForestParts & { readonly of: RowModel },
    boxes: readonly Box[],
    parts: readonly Part[],
  ) {
    super(forest);
    this.forest = forest;
    this.boxes = boxes;
    this.parts = parts;
    this.allowedRows = new AllowedRows(forest.observed);
    let sum = 0;
    this.cumulated = Float64Array.from(parts, ({ mass }) => {
      sum += mass;
      return sum;
    });
  }

  /** The part of each row. */
  begin(rows: number, random: Random): State {
    const { cumulated } = this;
    const total = cumulated[cumulated.length - 1] as number;
    const parts = Int32Array.from({ length: rows }, () => {
      const point = random.uniform() * total;
      let [low, high] = [0, cumulated.length - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((cumulated[middle] as number) <= point) low = middle + 1;
        else high = middle;
      }
      return low;
    });
    return { parts, donors: donorsByRoot(this.forest.ties, rows) };
  }

  drawFree(
    state: unknown,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const values = cells[column] as Float64Array | Int32Array;
    const { parts, donors: taken } = state as State;
    for (let row = from; row < to; row++) {
      const part = parts[row] as number;
      const tied = tiedDonor(this.forest, taken, cells, column, row);
      const donors = this.donorsOf(part, column);
      const donor = tied >= 0 ? tied : (donors[pick(donors.length, random)] as number);
      this.take(taken, column, row, donor);
      this.write(column, donor, this.within(part, column), values, row, random);
    }
  }

  private take(taken: Donors, column: number, row: number, donor: number): void {
    const own = taken.get(column);
    if (own !== undefined) own[row] = donor;
  }

  /** The real rows of a part's leaf that its box allows in a column and those that are tied to the same. */
  private donorsOf(part: number, column: number): Int32Array {
    const root = rootOf(this.forest.ties, column);
    const key = part * this.columns.length + root;
    const known = this.donors.get(key);
    if (known !== undefined) return known;
    const { tree: index, node, box } = this.parts[part] as Part;
    const { tree, rows } = this.forest.partitions[index] as Partition;
    const members = rows.subarray(tree.start[node] as number, tree.end[node] as number);
    const tests = testsOf(this.forest.ties, this.allowedRows, this.boxes[box] as Box, root);
    const found =
      tests.length === 0 ? members : members.filter((row) => tests.every((test) => test(row)));
    this.donors.set(key, found);
    return found;
  }

  private within(part: number, column: number): Allowed | undefined {
    return this.boxes[(this.parts[part] as Part).box]?.get(column);
  }

  private write(
    column: number,
    donor: number,
    allowed: Allowed | undefined,
    values: Float64Array | Int32Array,
    row: number,
    random: Random,
  ): void {
    const observed = this.forest.observed[column] as Observed;
    const entry = observed.entries[donor] as number;
    if (entry < 0) values[row] = absentMark(values);
    else if (allowed === undefined) observed.draw(donor, donor + 1, { values, row }, random);
    else observed.write(entry, allowed, { values, row }, random);
  }

  /** Within the row's leaf and box; where a rule leaves nothing there, anywhere in the box. */
  drawAllowed(
    state: unknown,
    cells: Cells,
    column: number,
    row: number,
    asked: Allowed,
    random: Random,
  ): number {
    const values = cells[column] as Float64Array | Int32Array;
    const { parts, donors: taken } = state as State;
    const part = parts[row] as number;
    const allowed = both(asked, this.within(part, column));
    const members = this.donorsOf(part, column);
    const fits = this.allowedRows.test(column, allowed);
    const tied = tiedDonor(this.forest, taken, cells, column, row);
    if (tied >= 0 && fits(tied)) {
      this.write(column, tied, allowed, values, row, random);
      return 0;
    }
    const near = members.filter(fits);
    const donors = near.length > 0 ? near : this.allowedRows.of(column, allowed);
    if (donors.length === 0) {
      this.take(taken, column, row, -1);
      values[row] = absentMark(values);
      const observed = this.forest.observed[column] as Observed;
      const mass = observed.invent(allowed, { values, row }, random);
      return mass > 0 ? Math.log(mass) : Number.NEGATIVE_INFINITY;
    }
    const donor = donors[pick(donors.length, random)] as number;
    this.take(taken, column, row, donor);
    this.write(column, donor, allowed, values, row, random);
    const loose = tied >= 0 ? untied : 1;
    if (near.length > 0) return Math.log((loose * near.length) / members.length);
    const everyone = this.forest.observed[column]?.entries.length ?? 1;
    return Math.log((loose * donors.length) / everyone / (members.length + 1));
  }

  condition(boxes: readonly Box[]): Conditioned | undefined {
    const shared = this.boxes.flatMap((own) => boxes.map((other) => shareOf(own, other)));
    const found = conditionForest(this.forest, shared);
    if (found === undefined) return undefined;
    const total = this.cumulated[this.cumulated.length - 1] as number;
    return { ...found, probability: Math.min(1, found.probability / total) };
  }

  save(): SavedModel {
    throw impossible("a model under a condition is never saved", this.columns);
  }
}

function shareOf(a: Box, b: Box): Box {
  const shared = new Map(a);
  for (const [column, allowed] of b) shared.set(column, both(allowed, a.get(column)));
  return shared;
}

function both(a: Allowed, b: Allowed | undefined): Allowed {
  if (b === undefined) return a;
  const missing = a.missing && b.missing;
  const codes = a.codes?.map((may, code) => may & (b.codes?.[code] ?? 1)) ?? b.codes;
  const intervals =
    a.intervals === undefined || b.intervals === undefined
      ? (a.intervals ?? b.intervals)
      : intersectSpans(a.intervals, b.intervals);
  return {
    missing,
    ...(codes === undefined ? {} : { codes }),
    ...(intervals === undefined ? {} : { intervals }),
  };
}
