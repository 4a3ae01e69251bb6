import type { Random } from "../base/random.js";
import type { Allowed, Cells, Guide } from "../constraint/guide.js";
import type { ScopeColumn } from "../constraint/scope.js";
import { Choices } from "./choices.js";
import {
  blankCells,
  type DrawPlan,
  isNothing,
  modelCells,
  type Step,
  settleNumber,
  settleWholes,
} from "./draw-plan.js";
import type { Used } from "./free-runs.js";
import {
  binOf,
  mostTiltTries,
  partsByWeight,
  readinessOf,
  type Tilt,
  topWeight,
} from "./margin-tilts.js";
import type { BatchState } from "./synthesizer.js";

const mostTries = 60;
/** Whole rows drawn again where a rule can be held in no other way: 1 in 1,000 passes all but surely. */
const mostRedraws = 8000;
const mostNodes = 20_000;
/** Values that can be looked at while a row is drawn again, by a tree or by a network. */
const effortOfATry = 16;
const effortOfASlowTry = 20_000;
/** Refusals of a slow model's rows before used values are left out, at least. */
const fewTries = 4;
/** Of a row that may be left out. */
const fewNodes = 1000;
const mostBranches = 64;

/** Whether a finished row may stand (keys, copies); it may complete the row first. */
export interface Accept {
  (cells: Cells, row: number): boolean;
  /** Values of a column that would be refused, whatever is not known of the row yet. */
  readonly taken?: Taken;
  /** About how many values `taken` has to look at. */
  readonly effort?: () => number;
  /** Rules that it holds, in the spec's words. */
  readonly rules?: readonly string[];
}

type Taken = (column: number, cells: Cells, row: number, known: Uint8Array) => readonly Used[];

/** Draws one block of rows at a time into its own scratch columns. */
export class RowDrawer {
  readonly cells: Cells;
  /** Rows that were drawn again, in part or in whole. */
  redrawn = 0;
  private readonly plan: DrawPlan;
  private readonly own: Cells;
  private readonly known: Uint8Array;
  private readonly rowKnown: Uint8Array;
  /** The columns before a step that was asked about. */
  private readonly before: Uint8Array;
  private asked = -1;
  /** 1 for rows that could not be drawn and were given up. */
  readonly lost: Uint8Array;
  private state: BatchState;
  private random!: Random;
  private nodes = mostNodes;

  constructor(plan: DrawPlan, capacity: number) {
    this.plan = plan;
    this.cells = blankCells(plan.columns, capacity);
    this.own = modelCells(plan, this.cells);
    this.known = new Uint8Array(plan.columns.length);
    this.lost = new Uint8Array(capacity);
    this.rowKnown = new Uint8Array(plan.columns.length);
    this.before = new Uint8Array(plan.columns.length);
  }

  /**
   * Draw rows `0..rows` that obey every rule; a dead end starts its component again, a broken row its
   * restricted columns. Fixed columns are read from row `offset` on. Returns the first row that could
   * not be drawn nor given up, or −1.
   */
  draw(
    rows: number,
    random: Random,
    offset: number,
    accept?: Accept,
    mayGiveUp?: (row: number) => boolean,
  ): number {
    this.fix(rows, offset);
    this.start(rows, random);
    this.nodes = mayGiveUp === undefined ? mostNodes : fewNodes;
    const giveUp = (row: number): boolean => {
      if (mayGiveUp?.(offset + row) !== true) return false;
      this.lost[row] = 1;
      return true;
    };
    const { steps } = this.plan;
    for (let turn = 0; turn < steps.length; turn++) {
      const step = steps[turn] as Step;
      if (step.restricted) {
        const failed = this.drawRestricted(step, turn, rows, giveUp);
        if (failed >= 0) return failed;
      } else this.drawFree(step, 0, rows);
      this.known[step.inTable] = 1;
    }
    this.compute(0, rows);
    return this.finish(rows, accept, giveUp);
  }

  private drawRestricted(
    step: Step,
    turn: number,
    rows: number,
    giveUp: (row: number) => boolean,
  ): number {
    for (let row = 0; row < rows; row++) {
      if (this.lost[row] === 1) this.drawFree(step, row, row + 1);
      else if (!this.drawCell(step, row, this.known)) {
        this.redrawn++;
        const saved = this.redraw(row, this.plan.restart[turn] as number, turn);
        if (!saved && !giveUp(row)) return row;
      }
    }
    return -1;
  }

  private finish(
    rows: number,
    accept: Accept | undefined,
    giveUp: (row: number) => boolean,
  ): number {
    const { guide } = this.plan;
    if (guide.rules.length === 0 && accept === undefined) return -1;
    for (let row = 0; row < rows; row++) {
      if (this.lost[row] === 1) continue;
      const sound = guide.broken(this.cells, row) < 0;
      if (sound && (accept === undefined || accept(this.cells, row))) continue;
      this.redrawn++;
      if (!this.redrawWhole(row, accept) && !giveUp(row)) return row;
    }
    return -1;
  }

  /** Begin a block: fresh hidden state of the model, nothing known. */
  start(rows: number, random: Random): void {
    this.random = random;
    this.state = this.plan.model.begin(rows, random, this.state);
    this.forget(this.known);
    this.lost.fill(0);
  }

  /** Give the rows what is known of those from `offset` on. */
  fix(rows: number, offset: number): void {
    for (const [at, values] of this.plan.fixed) {
      (this.cells[at] as Float64Array).set(values.subarray(offset, offset + rows));
    }
  }

  private forget(known: Uint8Array): Uint8Array {
    known.fill(0);
    for (const at of this.plan.fixed.keys()) known[at] = 1;
    return known;
  }

  drawFree(step: Step, from: number, to: number): void {
    const { model } = this.plan;
    model.drawFree(this.state, this.own, step.inModel, from, to, this.random);
    if (step.step === undefined) return;
    const values = this.cells[step.inTable] as Float64Array;
    if (step.step === 1) settleWholes(values, from, to);
    else for (let row = from; row < to; row++) settleNumber(values, row, step.step, undefined);
  }

  /** Draw within what is allowed; the log of its probability under the model. */
  drawAllowed(step: Step, row: number, allowed: Allowed): number {
    const { model } = this.plan;
    const weight = model.drawAllowed(this.state, this.own, step.inModel, row, allowed, this.random);
    const values = this.cells[step.inTable];
    if (values instanceof Float64Array) settleNumber(values, row, step.step, allowed);
    return weight;
  }

  /** Draw one cell within what is allowed, again where its tilt says so. */
  drawWithin(step: Step, row: number, allowed: Allowed | undefined): void {
    const tilt = this.plan.tilts.get(step.inTable);
    const top = tilt === undefined ? 0 : topWeight(tilt, allowed);
    for (let trial = 0; trial < mostTiltTries; trial++) {
      if (allowed === undefined) this.drawFree(step, row, row + 1);
      else this.drawAllowed(step, row, allowed);
      if (tilt === undefined) return;
      const drawn = (this.cells[step.inTable] as Float64Array)[row] as number;
      if (this.random.uniform() * top < (tilt.weights[binOf(tilt, drawn)] as number)) return;
    }
  }

  /**
   * Draw one cell within what is allowed; the log of how likely the value is to be drawn within what more would allow
   * (undefined: anything), in proportion to how likely it was to be drawn here.
   */
  drawWeighed(step: Step, row: number, allowed: Allowed, among: Allowed | undefined): number {
    const tilt = this.plan.tilts.get(step.inTable);
    if (tilt === undefined) {
      const whole = among === undefined ? 0 : atLeast(this.drawAllowed(step, row, among));
      return Math.min(0, atLeast(this.drawAllowed(step, row, allowed)) - whole);
    }
    const whole = this.readiness(step, row, tilt, among);
    const part = this.readiness(step, row, tilt, allowed);
    this.drawWithin(step, row, allowed);
    const weight = tilt.weights[
      binOf(tilt, (this.cells[step.inTable] as Float64Array)[row] as number)
    ] as number;
    return Math.min(0, Math.log(whole(weight)) - Math.log(part(weight)));
  }

  /** By a value's weight, how readily `drawWithin` takes it, in proportion to its probability under the model. */
  private readiness(
    step: Step,
    row: number,
    tilt: Tilt,
    allowed: Allowed | undefined,
  ): (weight: number) => number {
    // A model may choose what it hides in the light of a row's first call: what is added up comes after it.
    if (allowed === undefined) this.drawFree(step, row, row + 1);
    const log = allowed === undefined ? 0 : atLeast(this.drawAllowed(step, row, allowed));
    const parts = [...partsByWeight(tilt, allowed)].map(
      ([weight, part]) => [weight, Math.exp(this.drawAllowed(step, row, part))] as const,
    );
    return readinessOf(parts, Math.exp(log), topWeight(tilt, allowed));
  }

  compute(from: number, to: number): void {
    const { guide } = this.plan;
    for (const column of guide.computeOrder) guide.compute(this.cells, column, from, to);
  }

  /** Ask a guide about a step's cell, where the columns before it are known. */
  ask(guide: Guide, turn: number, row: number): Allowed | undefined {
    const { steps } = this.plan;
    if (this.asked !== turn) {
      this.forget(this.before);
      for (let i = 0; i < turn; i++) this.before[(steps[i] as Step).inTable] = 1;
      this.asked = turn;
    }
    return guide.allowed(this.cells, row, (steps[turn] as Step).inTable, this.before);
  }

  private drawCell(step: Step, row: number, known: Uint8Array): boolean {
    const allowed = this.plan.guide.allowed(this.cells, row, step.inTable, known);
    if (allowed !== undefined && isNothing(allowed)) return false;
    this.drawWithin(step, row, allowed);
    return true;
  }

  /** Draw the steps `from..to` of one row again until they fit together. */
  private redraw(row: number, from: number, to: number): boolean {
    for (let trial = 0; trial < mostTries; trial++) {
      if (this.redrawOnce(row, from, to)) return true;
    }
    // The column's own component was not enough: start with the first restricted column, then with what
    // the model hides.
    const start = Math.min(from, this.plan.first);
    for (const earlier of start === 0 ? [0] : [start, 0]) {
      for (let trial = 0; trial < mostTries; trial++) {
        if (this.redrawOnce(row, earlier, to)) return true;
      }
    }
    return this.search(row, start, to);
  }

  /** Chronological backtracking: a value that led to a dead end is not tried again. */
  private search(
    row: number,
    from: number,
    to: number,
    stands: () => boolean = () => true,
    accept?: Accept,
  ): boolean {
    const known = this.forget(this.rowKnown);
    for (let i = 0; i < from; i++) known[(this.plan.steps[i] as Step).inTable] = 1;
    let left = this.nodes;
    const descend = (turn: number): boolean => {
      if (turn > to) return stands();
      const step = this.plan.steps[turn] as Step;
      known[step.inTable] = 0;
      const choices = this.choices(step, row, known);
      const used = usedUp(accept, step, this.cells, row, known);
      for (const each of used) choices.leaveOut(each);
      for (let tried = 0; tried < mostBranches && left > 0 && !choices.isEmpty; tried++) {
        left--;
        // A free cell that led nowhere once is drawn again without that value.
        if (step.restricted || tried > 0 || used.length > 0)
          this.drawAllowed(step, row, choices.allowed);
        else this.drawFree(step, row, row + 1);
        known[step.inTable] = 1;
        const drawn = (this.cells[step.inTable] as Float64Array)[row] as number;
        if (descend(turn + 1)) return true;
        known[step.inTable] = 0;
        choices.remove(drawn);
      }
      return false;
    };
    return descend(from);
  }

  private choices(step: Step, row: number, known: Uint8Array): Choices {
    const { type, optional } = this.plan.columns[step.inTable] as ScopeColumn;
    const levels = this.plan.model.levels[step.inModel]?.length;
    const allowed = step.restricted
      ? this.plan.guide.allowed(this.cells, row, step.inTable, known)
      : undefined;
    return new Choices(allowed, { type, optional, levels, step: step.step });
  }

  /** With `accept`, values that it would refuse are left out. */
  private redrawOnce(row: number, from: number, to: number, accept?: Accept): boolean {
    const { steps } = this.plan;
    const known = this.forget(this.rowKnown);
    for (let i = 0; i < from; i++) known[(steps[i] as Step).inTable] = 1;
    for (let i = from; i <= to; i++) {
      const step = steps[i] as Step;
      const used = usedUp(accept, step, this.cells, row, known);
      if (used.length > 0) {
        const choices = this.choices(step, row, known);
        for (const each of used) choices.leaveOut(each);
        if (choices.isEmpty) return false;
        this.drawAllowed(step, row, choices.allowed);
      } else if (!step.restricted) this.drawFree(step, row, row + 1);
      else if (!this.drawCell(step, row, known)) return false;
      known[step.inTable] = 1;
    }
    return true;
  }

  private redrawWhole(row: number, accept: Accept | undefined): boolean {
    const { guide, steps, first } = this.plan;
    let refused = 0;
    const stands = (): boolean => {
      this.compute(row, row + 1);
      if (guide.broken(this.cells, row) >= 0) return false;
      if (accept === undefined || accept(this.cells, row)) return true;
      refused++;
      return false;
    };
    const last = steps.length - 1;
    const patience = patienceWith(accept, this.plan.model.isSlow === true);
    const most = patience + mostTries / 2;
    let stuck = 0;
    for (let trial = 0; trial < mostRedraws && refused + stuck < most; trial++) {
      // A row that keeps failing may be held back by its free columns, or by what the model hides.
      const from = trial < mostTries / 4 && accept === undefined ? first : 0;
      const without = refused > patience ? accept : undefined;
      if (!this.redrawOnce(row, from, last, without)) stuck++;
      else if (stands()) return true;
    }
    return this.search(row, 0, last, stands, accept);
  }
}

/** What the model gives no probability is not forbidden, only very unlikely. */
function atLeast(logProbability: number): number {
  return Math.max(logProbability, -60);
}

/** Refusals after which values that are used up are left out: as many as that takes time for. */
function patienceWith(accept: Accept | undefined, isSlow: boolean): number {
  const effort = (accept?.effort?.() ?? 0) / (isSlow ? effortOfASlowTry : effortOfATry);
  return Math.min(mostRedraws / 2, Math.max(isSlow ? fewTries : mostTries / 2, effort));
}

function usedUp(
  accept: Accept | undefined,
  step: Step,
  cells: Cells,
  row: number,
  known: Uint8Array,
): readonly Used[] {
  return accept?.taken?.(step.inTable, cells, row, known) ?? [];
}
