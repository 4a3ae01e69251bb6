import type { Random } from "../../base/random.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import { AllowedRows } from "../allowed-rows.js";
import { type Cell, type Observed, pick } from "../observed.js";
import { ObservedNumbers } from "../observed-numbers.js";
import { ShapedRows } from "../shaped-rows.js";
import type { RowModel, SavedModel } from "../synthesizer.js";
import { absentMark } from "../tree/column-model.js";
import {
  loadObserved,
  loadShape,
  type SavedArray,
  type Shape,
  saveObserved,
  shapeOf,
} from "../tree/save-parts.js";
import { Heaps } from "./heaps.js";
import { NeighbourFinder } from "./neighbours.js";

export interface InterpolationParts extends Shape {
  /** By column, one entry a real row, −1 where missing. */
  readonly observed: readonly Observed[];
  readonly neighbours: number;
  readonly majority: boolean;
}

interface State {
  /** By row of the batch: a real row, one of its neighbours, and how far towards it. */
  readonly base: Int32Array;
  readonly mate: Int32Array;
  readonly gap: Float64Array;
  /** All neighbours of the base, for votes. */
  readonly voters: (Int32Array | undefined)[];
  readonly started: Uint8Array;
  /** The turn of the column that was drawn last. */
  readonly turn: Int32Array;
}

/** Rows between real rows. What a row hides is its base, its mate and the place between them. */
export class InterpolationRows extends ShapedRows implements RowModel {
  readonly learner = "interpolation";
  private readonly parts: InterpolationParts;
  private readonly everyone: Int32Array;
  private readonly finder: NeighbourFinder;
  private readonly allowedRows: AllowedRows;
  /** Of number columns. */
  private readonly heaps: readonly (Heaps | undefined)[];
  /** By column, its place in the order. */
  private readonly turns: readonly number[];

  constructor(parts: InterpolationParts) {
    super(parts);
    this.parts = parts;
    const rows = parts.observed[0]?.entries.length ?? 0;
    this.turns = parts.columns.map((_, column) => this.order.indexOf(column));
    this.everyone = Int32Array.from({ length: rows }, (_, row) => row);
    this.finder = new NeighbourFinder(parts.observed, parts.neighbours);
    this.allowedRows = new AllowedRows(parts.observed);
    this.heaps = parts.observed.map((observed) =>
      observed instanceof ObservedNumbers ? new Heaps(observed) : undefined,
    );
  }

  begin(rows: number): State {
    return {
      base: new Int32Array(rows),
      mate: new Int32Array(rows),
      gap: new Float64Array(rows),
      voters: new Array<Int32Array | undefined>(rows).fill(undefined),
      started: new Uint8Array(rows),
      turn: new Int32Array(rows).fill(-1),
    };
  }

  /** A row that is drawn again from its first column on has a new base; from another, a new mate. */
  private goOn(state: State, column: number, row: number, random: Random): void {
    const turn = this.turns[column] as number;
    if (state.started[row] === 1 && turn <= (state.turn[row] as number)) {
      if (turn === 0) state.started[row] = 0;
      else this.pair(state, row, random);
    }
    state.turn[row] = turn;
  }

  drawFree(
    given: unknown,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const state = given as State;
    const values = cells[column] as Float64Array | Int32Array;
    for (let row = from; row < to; row++) {
      this.goOn(state, column, row, random);
      if (state.started[row] === 0) this.start(state, row, this.everyone, random);
      values[row] = this.between(state, column, row, absentMark(values), random);
    }
  }

  /** Choose a base in the group and a mate among its neighbours there. */
  private start(state: State, row: number, group: Int32Array, random: Random): void {
    const base = group[pick(group.length, random)] as number;
    state.base[row] = base;
    state.voters[row] = this.finder.of(base, group);
    this.pair(state, row, random);
    state.started[row] = 1;
  }

  private pair(state: State, row: number, random: Random): void {
    const voters = state.voters[row] as Int32Array;
    const { length } = voters;
    state.mate[row] = (length === 0 ? state.base[row] : voters[pick(length, random)]) as number;
    state.gap[row] = random.uniform();
  }

  private between(
    state: State,
    column: number,
    row: number,
    absent: number,
    random: Random,
  ): number {
    const observed = this.parts.observed[column] as Observed;
    const { entries } = observed;
    const a = entries[state.base[row] as number] as number;
    const b = entries[state.mate[row] as number] as number;
    if (!(observed instanceof ObservedNumbers)) return this.vote(state, entries, row, random);
    const gap = state.gap[row] as number;
    if (a >= 0 && b >= 0) return (this.heaps[column] as Heaps).between(a, b, gap, random);
    const chosen = gap < 0.5 ? a : b;
    return chosen < 0 ? absent : observed.place(chosen, random);
  }

  private vote(state: State, entries: Int32Array, row: number, random: Random): number {
    const voters = state.voters[row] as Int32Array;
    const own = entries[state.base[row] as number] as number;
    if (voters.length === 0) return own;
    if (!this.parts.majority) {
      const at = pick(voters.length + 1, random);
      return at === voters.length ? own : (entries[voters[at] as number] as number);
    }
    const votes = new Map<number, number>();
    let winner = own;
    for (const voter of voters) {
      const entry = entries[voter] as number;
      votes.set(entry, (votes.get(entry) ?? 0) + 1);
    }
    for (const [entry, count] of votes) if (count > (votes.get(winner) ?? 0)) winner = entry;
    return winner;
  }

  /**
   * The first restricted column of a row chooses the group: base and mates are real rows that are
   * allowed. Later, a vote is among the neighbours that are allowed, and its mass is their share; a
   * number that is not allowed is replaced by an allowed neighbour's. Where no neighbour is allowed, any
   * real row lends its value, for one pseudo-vote of mass.
   */
  drawAllowed(
    given: unknown,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const state = given as State;
    const values = cells[column] as Float64Array | Int32Array;
    const cell: Cell = { values, row };
    const fits = this.allowedRows.test(column, allowed);
    this.goOn(state, column, row, random);
    let log = 0;
    if (state.started[row] === 0) {
      const group = this.allowedRows.of(column, allowed);
      log = Math.log(group.length / this.everyone.length);
      this.start(state, row, group.length > 0 ? group : this.everyone, random);
      if (group.length === 0) return this.invent(column, allowed, cell, random);
    }
    const isNumber = this.heaps[column] !== undefined;
    if (isNumber || this.parts.majority) {
      const proposed = this.between(state, column, row, absentMark(values), random);
      if (permits(allowed, proposed)) {
        values[row] = proposed;
        return log;
      }
    }
    const electors = [state.base[row] as number, ...(state.voters[row] as Int32Array)];
    const near = electors.filter(fits);
    const share = near.length / electors.length;
    if (near.length > 0) {
      this.copy(column, near[pick(near.length, random)] as number, allowed, cell, random);
      return log < 0 ? log : Math.log(share);
    }
    const all = this.allowedRows.of(column, allowed);
    if (all.length === 0) return this.invent(column, allowed, cell, random);
    this.copy(column, all[pick(all.length, random)] as number, allowed, cell, random);
    return Math.log(all.length / this.everyone.length / (electors.length + 1));
  }

  private copy(column: number, donor: number, allowed: Allowed, cell: Cell, random: Random): void {
    const observed = this.parts.observed[column] as Observed;
    const entry = observed.entries[donor] as number;
    if (entry < 0) cell.values[cell.row] = absentMark(cell.values);
    else observed.write(entry, allowed, cell, random);
  }

  private invent(column: number, allowed: Allowed, cell: Cell, random: Random): number {
    cell.values[cell.row] = absentMark(cell.values);
    const mass = (this.parts.observed[column] as Observed).invent(allowed, cell, random);
    return mass > 0 ? Math.log(mass) : Number.NEGATIVE_INFINITY;
  }

  save(): SavedModel {
    const { neighbours, majority, observed } = this.parts;
    const arrays: Record<string, SavedArray> = {};
    observed.forEach((one, column) => {
      saveObserved(arrays, column, one);
    });
    const json = { ...shapeOf(this), neighbours, majority };
    return { learner: "interpolation", version: 1, json, arrays };
  }
}

function permits(allowed: Allowed, value: number): boolean {
  const { codes, intervals } = allowed;
  if (codes !== undefined) return value < 0 ? allowed.missing : codes[value] === 1;
  if (Number.isNaN(value)) return allowed.missing;
  if (intervals === undefined) return value >= 0 || allowed.missing;
  for (let i = 0; i + 1 < intervals.length; i += 2) {
    if (value >= (intervals[i] as number) && value <= (intervals[i + 1] as number)) return true;
  }
  return false;
}

/** From what `save()` gave. */
export function loadInterpolationRows(saved: SavedModel): InterpolationRows {
  const shape = loadShape(saved);
  const json = saved.json as { readonly neighbours: number; readonly majority: boolean };
  const observed = shape.columns.map((_, column) =>
    loadObserved(saved.arrays, column, shape.levels[column]),
  );
  const { neighbours, majority } = json;
  return new InterpolationRows({ ...shape, observed, neighbours, majority });
}
