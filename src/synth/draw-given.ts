import { failure } from "../base/failure.js";
import type { Progress } from "../base/progress.js";
import { type Random, stream } from "../base/random.js";
import type { Allowed, Guide } from "../constraint/guide.js";
import { sameSpans } from "../constraint/spans.js";
import { type DrawPlan, isNothing, type Step } from "./draw-plan.js";
import { type Accept, RowDrawer } from "./row-drawer.js";
import { type EventProbability, KeptTally, type Sound, WeightTally } from "./weight-tally.js";

/** Say how likely the condition of an output is, before its rows are drawn. */
export function sayEvent(
  progress: Progress,
  name: string,
  rows: number,
  { estimate, low, high, effectiveRows, exact }: EventProbability,
): void {
  const percent = (share: number) => `${Number((100 * share).toPrecision(3))}%`;
  const about = exact ? "exact" : `${percent(low)} to ${percent(high)}`;
  const worth =
    effectiveRows > 0.95 * rows
      ? ""
      : `; ${rows} rows of it are worth ${Math.max(1, Math.round(effectiveRows))} independent ones`;
  const phase = `given: what ${name} asks for has probability ${percent(estimate)} (${about})${worth}`;
  progress.report({ phase, done: 0, total: rows, unit: "rows" });
}

/** Proposals of one pilot. */
export const pilotRows = 2048;
/** A proposal is accepted no more rarely than this on average; beyond it the tail is cut. */
const mostProposals = 64;
const mostBlocks = 4000;
/** How few rows come to a dead end is known well enough after these. */
const mostSoundPilots = 8;

/**
 * Draws rows under a condition. Each restricted cell is drawn within what rules and condition allow,
 * and the row's weight is the product of the probabilities of what the condition allowed, relative to
 * what the rules alone would have; a proposal is accepted with its weight over the largest of a pilot.
 */
export class ConditionedDrawer {
  readonly output: RowDrawer;
  private readonly tally = new WeightTally();
  private readonly kept = new KeptTally();
  private readonly rows: number;
  private readonly plan: DrawPlan;
  private readonly rules: Guide;
  private readonly proposals: RowDrawer;
  private readonly logWeights: Float64Array;
  private readonly path: readonly [number | string, string];
  private readonly logCeiling: number;
  private readonly sound: Sound;

  constructor(
    plan: DrawPlan,
    rules: Guide,
    {
      name,
      seed,
      rows,
      pilots = 1,
    }: { name: string; seed: number | string; rows: number; pilots?: number },
  ) {
    this.plan = plan;
    this.rules = rules;
    this.path = [seed, name];
    this.output = new RowDrawer(plan, Math.min(rows, pilotRows * 2));
    this.proposals = new RowDrawer(plan, pilotRows);
    this.logWeights = new Float64Array(pilotRows);
    this.place(
      Array.from({ length: Math.min(rows, pilotRows) }, (_, row) => row),
      0,
      pilotRows,
    );
    this.propose(pilotRows, stream(seed, name, "pilot"));
    for (let more = 1; more < pilots; more++) {
      this.propose(pilotRows, stream(seed, name, "pilot", more));
    }
    this.rows = rows;
    this.sound = this.soundUnderRules(Math.min(pilots, mostSoundPilots));
    if (this.tally.none) throw failure("P1402", { output: name });
    this.logCeiling = this.tally.logCeiling(mostProposals);
    this.kept.add(this.logWeights, this.logCeiling);
  }

  /** From all proposals so far. */
  get probability(): EventProbability {
    return this.tally.probability(this.rows, this.sound);
  }

  /** The same, with what the rows that are drawn are worth. */
  get drawn(): EventProbability {
    return { ...this.probability, effectiveRows: this.kept.share * this.rows };
  }

  /** Fill the first `count` rows of `output`, rows `offset …` of the whole; the first that failed, or −1. */
  fill(block: number, offset: number, count: number, accept: Accept | undefined): number {
    let pending = Array.from({ length: count }, (_, row) => row);
    const [seed, name] = this.path;
    for (let round = 0; pending.length > 0; round++) {
      if (round >= mostBlocks) return pending[0] as number;
      const random = stream(seed, name, "draw", block, round);
      const proposed = Math.min(pilotRows, Math.max(64, 2 * pending.length));
      this.place(pending, offset, proposed);
      this.propose(proposed, random);
      this.kept.add(this.logWeights.subarray(0, proposed), this.logCeiling);
      const filled = new Set<number>();
      for (let from = 0; from < proposed; from++) {
        const to = pending[from % pending.length] as number;
        const bar = Math.log(random.uniform()) + this.logCeiling;
        if (filled.has(to) || bar >= (this.logWeights[from] as number)) continue;
        if (this.copy(from, to, accept)) filled.add(to);
      }
      pending = pending.filter((row) => !filled.has(row));
    }
    return -1;
  }

  private copy(from: number, to: number, accept: Accept | undefined): boolean {
    const { cells } = this.output;
    cells.forEach((column, at) => {
      column[to] = (this.proposals.cells[at] as Float64Array)[from] as number;
    });
    const stands = accept === undefined || accept(cells, to);
    if (!stands) this.output.redrawn++;
    return stands;
  }

  /** Give the proposals the fixed values of the rows that they are for. */
  private place(pending: readonly number[], offset: number, proposed: number): void {
    for (const [at, values] of this.plan.fixed) {
      const column = this.proposals.cells[at] as Float64Array;
      for (let row = 0; row < proposed; row++) {
        column[row] = values[offset + (pending[row % pending.length] as number)] as number;
      }
    }
  }

  /** Draw proposals and their log-weights; −Infinity marks a row that came to a dead end. */
  private propose(rows: number, random: Random): void {
    const { plan, proposals: drawer, logWeights } = this;
    logWeights.fill(0);
    drawer.start(rows, random);
    for (let turn = 0; turn < plan.steps.length; turn++) {
      const step = plan.steps[turn] as Step;
      if (!step.restricted) drawer.drawFree(step, 0, rows);
      else for (let row = 0; row < rows; row++) this.proposeCell(turn, step, row);
    }
    drawer.compute(0, rows);
    for (let row = 0; row < rows; row++) {
      if (plan.guide.broken(drawer.cells, row) >= 0) logWeights[row] = -Infinity;
    }
    this.tally.add(logWeights.subarray(0, rows));
  }

  /** Rules alone lead into dead ends, too; such rows are drawn again, so that the others are the whole. */
  private soundUnderRules(pilots: number): Sound {
    const of = pilots * pilotRows;
    if (this.rules.rules.length === 0) return { rows: of, of };
    let rows = 0;
    for (let pilot = 0; pilot < pilots; pilot++) {
      rows += this.soundRows(stream(...this.path, "sound", pilot));
    }
    return { rows, of };
  }

  private soundRows(random: Random): number {
    const { plan, rules, proposals: drawer } = this;
    const dead = new Uint8Array(pilotRows);
    drawer.start(pilotRows, random);
    for (let turn = 0; turn < plan.steps.length; turn++) {
      const step = plan.steps[turn] as Step;
      if (rules.restricted[step.inTable] !== true) {
        drawer.drawFree(step, 0, pilotRows);
        continue;
      }
      for (let row = 0; row < pilotRows; row++) {
        const allowed = drawer.ask(rules, turn, row);
        if (allowed !== undefined && isNothing(allowed)) dead[row] = 1;
        drawer.drawWithin(step, row, dead[row] === 1 ? undefined : allowed);
      }
    }
    drawer.compute(0, pilotRows);
    for (let row = 0; row < pilotRows; row++) {
      if (rules.broken(drawer.cells, row) >= 0) dead[row] = 1;
    }
    return pilotRows - dead.reduce((sum, one) => sum + one, 0);
  }

  private proposeCell(turn: number, step: Step, row: number): void {
    const { proposals: drawer, logWeights } = this;
    const allowed = drawer.ask(this.plan.guide, turn, row);
    if (allowed === undefined) {
      drawer.drawWithin(step, row, undefined);
      return;
    }
    if (isNothing(allowed)) {
      drawer.drawFree(step, row, row + 1);
      logWeights[row] = -Infinity;
      return;
    }
    const byRules = drawer.ask(this.rules, turn, row);
    if (byRules !== undefined && sameAllowed(byRules, allowed)) {
      drawer.drawWithin(step, row, allowed);
      return;
    }
    const weight = drawer.drawWeighed(step, row, allowed, byRules);
    logWeights[row] = (logWeights[row] as number) + weight;
  }
}

function sameAllowed(a: Allowed, b: Allowed): boolean {
  if (a.missing !== b.missing) return false;
  if (a.intervals !== undefined && b.intervals !== undefined) {
    return sameSpans(a.intervals, b.intervals);
  }
  if (a.codes === undefined || b.codes === undefined) return a.codes === b.codes;
  const { codes } = b;
  return a.codes.every((bit, code) => bit === codes[code]);
}
