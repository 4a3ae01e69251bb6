import { failure } from "../base/failure.js";
import type { Progress } from "../base/progress.js";
import { type Random, stream } from "../base/random.js";
import type { Allowed, Guide } from "../constraint/guide.js";
import { sameSpans } from "../constraint/spans.js";
import { type DrawPlan, isNothing, type Step } from "./draw-plan.js";
import { type Accept, RowDrawer } from "./row-drawer.js";

/** How likely `given` is under the model with its rules. */
export interface EventProbability {
  readonly estimate: number;
  /** 95 % interval; the estimate itself where it is exact. */
  readonly low: number;
  readonly high: number;
  /**
   * What the rows are worth in independent ones (Kish): of drawn rows by the weights that are left after
   * acceptance, of an estimate by those of the proposals; all of them where it is exact.
   */
  readonly effectiveRows: number;
  /** Computed from the model, not estimated from weighted rows. */
  readonly exact?: true;
}

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
    if (this.tally.none) throw failure("P1402", { output: name });
    this.logCeiling = this.tally.logCeiling(mostProposals);
    this.kept.add(this.logWeights, this.logCeiling);
  }

  /** From all proposals so far. */
  get probability(): EventProbability {
    return this.tally.probability(this.rows);
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
    const before = drawer.drawWeighed(step, row, byRules);
    const after = drawer.drawWeighed(step, row, allowed);
    logWeights[row] = (logWeights[row] as number) + Math.min(0, after - before);
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

/** Weights that rows keep after acceptance: 1, but more where a proposal's weight was above the ceiling. */
class KeptTally {
  private accepted = 0;
  private sum = 0;
  private squares = 0;

  add(logWeights: Float64Array, logCeiling: number): void {
    for (const logWeight of logWeights) {
      const weight = Math.exp(logWeight - logCeiling);
      this.accepted += Math.min(1, weight);
      this.sum += weight;
      this.squares += weight * Math.max(1, weight);
    }
  }

  /** Kish's effective share of the accepted rows. */
  get share(): number {
    return this.sum ** 2 / (this.accepted * this.squares);
  }
}

/** Sums of weights relative to the largest seen, for the mean, its interval and the effective share. */
class WeightTally {
  private count = 0;
  private top = -Infinity;
  private sum = 0;
  private squares = 0;

  get none(): boolean {
    return this.top === -Infinity;
  }

  add(logWeights: Float64Array): void {
    this.count += logWeights.length;
    for (const logWeight of logWeights) {
      if (logWeight === -Infinity) continue;
      if (logWeight > this.top) {
        const shrink = Math.exp(this.top - logWeight);
        this.sum *= shrink;
        this.squares *= shrink * shrink;
        this.top = logWeight;
      }
      const weight = Math.exp(logWeight - this.top);
      this.sum += weight;
      this.squares += weight * weight;
    }
  }

  /** The weight at which a proposal is always accepted: the largest, or less where that starves. */
  logCeiling(most: number): number {
    return this.top + Math.log(Math.min(1, (most * this.sum) / this.count));
  }

  probability(rows: number): EventProbability {
    const mean = this.sum / this.count;
    const spread = Math.sqrt(Math.max(0, this.squares / this.count - mean * mean) / this.count);
    const estimate = Math.min(1, Math.exp(this.top) * mean);
    // Weights are skewed, their logarithm less so: the interval is made there (delta method).
    const factor = Math.exp((1.959963984540054 * spread) / mean);
    const share = (this.sum * this.sum) / this.squares / this.count;
    return {
      estimate,
      low: estimate / factor,
      high: Math.min(1, estimate * factor),
      effectiveRows: share * rows,
    };
  }
}
