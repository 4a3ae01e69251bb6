import { failure } from "../../base/failure.js";
import { compileTruth } from "../../constraint/expression.js";
import type { Cells } from "../../constraint/guide.js";
import type { Scope } from "../../constraint/scope.js";
import type { CheckedFairness } from "../../ir/checked.js";
import { type Coder, columnCoder, crossed } from "./coder.js";
import { independentGiven } from "./edges.js";
import { type Margin, rake, sharesOf } from "./rake.js";
import { Relation, type Trade } from "./relation.js";
import { closeGap } from "./targets.js";

/** What closing the gap does to rows: a weight for each, from cells that can be looked up in any row. */
export interface FairWeights {
  /** Relative weight of a row, at most `ceiling` on the pilot. */
  weight(cells: Cells, row: number): number;
  readonly ceiling: number;
  /** Share of the model's rows that are kept. */
  readonly acceptance: number;
  /** Group × outcome, with the shares that the goal wants; absent where no goal concerns them. */
  readonly quota?: Quota;
  readonly groups: readonly GroupRate[];
  /** What the goals cost a model that learns the outcome; absent without goals. */
  readonly trade?: FairTrade;
}

/**
 * Shares that are met exactly, cell by cell. What is kept of a cell's rows depends on their weights beside the cell's
 * largest alone, so that a rare cell's large weights don't hold up the others.
 */
export interface Quota {
  readonly coder: Coder;
  readonly shares: Float64Array;
  /** The largest weight in each cell, on the pilot. */
  readonly ceilings: Float64Array;
  /** Of all rows of the model, the share that is in the cell and kept. */
  readonly yields: Float64Array;
}

export interface FairTrade extends Trade {
  /** What the other choice would do: no relation kept where some is, some where none is. */
  readonly other: Trade;
}

export interface GroupRate {
  readonly group: string;
  readonly share: number;
  readonly before: number;
  readonly after: number;
}

type Goal = CheckedFairness["goals"][number];

/** Goals about the data, which generation can meet; those about models are measured in the report. */
const MADE = new Set(["parity", "ratio"]);

/** How far the margins may contradict each other before the goals count as impossible. */
const TOLERATED = 2e-3;

/**
 * Weights under which rows of a model meet the fairness goals, nearest to the model in relative
 * entropy: the margin of groups and outcome is moved into the goal, groups keep their sizes, and the
 * relation of each `keep` column to the outcome stays; an influence that is forbidden goes, except through
 * its mediators; `keep relation` makes changes of the outcome's chance dearer (tilt.ts). Computed from a pilot of the model's own rows,
 * so it costs no privacy budget.
 *
 * @throws Failure P0850 where the goals can't be met together.
 */
export function fairWeights(
  fairness: CheckedFairness,
  scope: Scope,
  pilot: Cells,
  rows: number,
): FairWeights {
  const build = new Builder(fairness, scope, pilot, rows);
  build.rebalance();
  build.edges();
  build.goals();
  return build.finish();
}

class Builder {
  private readonly fairness: CheckedFairness;
  private readonly scope: Scope;
  private readonly pilot: Cells;
  private readonly rows: number;
  /** Whatever a row's weight is a product of. */
  private readonly stages: ((cells: Cells, row: number) => number)[] = [];
  private readonly groups: Coder;
  private readonly outcome: Coder | undefined;
  private weights: Float64Array;
  private quota: FairWeights["quota"];
  private before: Float64Array | undefined;
  private trade: FairTrade | undefined;
  /** Margins that keep forbidden influences out. */
  private cut: readonly { coder: Coder; target: Float64Array }[] = [];

  constructor(fairness: CheckedFairness, scope: Scope, pilot: Cells, rows: number) {
    this.fairness = fairness;
    this.scope = scope;
    this.pilot = pilot;
    this.rows = rows;
    this.weights = new Float64Array(rows).fill(1);
    this.groups = crossed(fairness.across.map((name) => columnCoder(scope, pilot, name, 4)));
    this.outcome = outcomeCoder(fairness, scope);
  }

  /** `rebalance sex to 50% …`: the column's shares as stated, everything else given it unchanged. */
  rebalance(): void {
    for (const { column, shares } of this.fairness.rebalance) {
      const coder = columnCoder(this.scope, this.pilot, column);
      const target = this.shares(coder);
      const stated = shares.map((each) => each.share);
      const rest = Math.max(0, 1 - stated.reduce((sum, share) => sum + share, 0));
      const labels = Array.from({ length: coder.size }, (_, code) => coder.label(code));
      const others = labels.map((label) => !shares.some((each) => each.value === label));
      const left = target.reduce((sum, share, code) => sum + (others[code] ? share : 0), 0);
      for (const [code, label] of labels.entries()) {
        const share = shares.find((each) => each.value === label)?.share;
        target[code] = share ?? (left > 0 ? ((target[code] as number) * rest) / left : 0);
      }
      this.apply([{ coder, target }]);
    }
  }

  /** `forbid A -> B except through C`: the two made independent among rows alike in C. */
  edges(): void {
    if (this.outcome !== undefined && this.fairness.across.length > 0) {
      this.before = this.shares(crossed([this.groups, this.outcome]));
    }
    this.cut = this.fairness.forbiddenEdges.map(({ from, to, through }) => {
      const bins = through.length > 1 ? 4 : 10;
      const mediators = crossed(
        through.map((name) => columnCoder(this.scope, this.pilot, name, bins)),
      );
      const cause = columnCoder(this.scope, this.pilot, from);
      const effect = columnCoder(this.scope, this.pilot, to);
      const coder = crossed([mediators, cause, effect]);
      const size = { mediators: mediators.size, causes: cause.size, effects: effect.size };
      return { coder, target: independentGiven(this.shares(coder), size) };
    });
    if (this.cut.length > 0) this.apply(this.cut);
  }

  goals(): void {
    const { outcome, fairness } = this;
    if (outcome === undefined || fairness.across.length === 0) return;
    const pairs = crossed([this.groups, outcome]);
    const goals = fairness.goals.filter((goal) => MADE.has(goal.metric));
    if (goals.length === 0) return;
    const kept = fairness.keep.map((name) =>
      crossed([columnCoder(this.scope, this.pilot, name), outcome]),
    );
    const margins = kept.map((coder) => ({ coder, target: this.shares(coder) }));
    for (const goal of goals) margins.push(this.moved(goal, outcome));
    this.keepRelation(outcome, margins);
    this.apply([...this.cut, ...margins]);
    if (goals.some((goal) => goal.given.length === 0)) {
      this.quota = this.quotaOf(pairs);
    }
  }

  private quotaOf(coder: Coder): Quota {
    const codes = this.codes(coder);
    const [ceilings, sums] = [new Float64Array(coder.size), new Float64Array(coder.size)];
    for (const [row, cell] of codes.entries()) {
      const weight = this.weights[row] as number;
      ceilings[cell] = Math.max(ceilings[cell] as number, weight);
      sums[cell] = (sums[cell] as number) + weight;
    }
    const yields = sums.map((sum, cell) => sum / ((ceilings[cell] as number) || 1) / this.rows);
    return { coder, shares: this.shares(coder), ceilings, yields };
  }

  /** Goals and kept columns met as far as may be by who is in the groups; what is left, `apply` does. */
  private keepRelation(
    outcome: Coder,
    margins: readonly { coder: Coder; target: Float64Array }[],
  ): void {
    const { fairness, scope, pilot, weights, groups } = this;
    const relation = new Relation({ fairness, scope, pilot, outcome, groups, margins, weights });
    const asked = fairness.keepRelation;
    const whole = relation.trade(0);
    if (Number.isNaN(whole.before.auc) && asked === undefined) return;
    const chosen =
      asked === undefined || asked === "less" ? relation.lighter(whole) : relation.trade(asked);
    if (asked === undefined) {
      this.trade = { ...whole, other: chosen };
      return;
    }
    this.trade = { ...chosen, other: whole };
    const kept = relation.weights(chosen.keep);
    if (kept.residual > TOLERATED) throw this.impossible(kept.residual);
    this.weights = kept.weights;
    this.stages.push(kept.weight);
  }

  private impossible(residual: number): Error {
    const { goals, forbiddenEdges, keepRelation: kept } = this.fairness;
    const asked = [
      ...goals.map((goal) => `${goal.metric} ${goal.comparison} ${goal.bound}`),
      ...forbiddenEdges.map(({ from, to }) => `forbid ${from} -> ${to}`),
      ...(kept === undefined
        ? []
        : [typeof kept === "number" ? `keep relation ${100 * kept}%` : "keep relation"]),
    ];
    return failure("P0850", { goals: asked, residual });
  }

  /** Group × outcome (within strata) with the rates moved into the goal. */
  private moved(goal: Goal, outcome: Coder): { coder: Coder; target: Float64Array } {
    const strata = crossed(goal.given.map((name) => columnCoder(this.scope, this.pilot, name, 4)));
    const coder = crossed([strata, this.groups, outcome]);
    const target = this.shares(coder);
    const width = this.groups.size;
    for (let stratum = 0; stratum < strata.size; stratum++) {
      const rates = new Float64Array(width).fill(Number.NaN);
      const sizes = new Float64Array(width);
      for (let group = 0; group < width; group++) {
        const at = (stratum * width + group) * 2;
        const [no, yes] = [target[at] as number, target[at + 1] as number];
        sizes[group] = no + yes;
        if (no + yes > 0) rates[group] = yes / (no + yes);
      }
      const closed = closeGap(rates, sizes, boundOf(goal));
      for (let group = 0; group < width; group++) {
        if (Number.isNaN(closed[group] as number)) continue;
        const at = (stratum * width + group) * 2;
        target[at + 1] = (sizes[group] as number) * (closed[group] as number);
        target[at] = (sizes[group] as number) - (target[at + 1] as number);
      }
    }
    return { coder, target };
  }

  private codes(coder: Coder): Int32Array {
    return Int32Array.from({ length: this.rows }, (_, row) => coder.code(this.pilot, row));
  }

  private shares(coder: Coder): Float64Array {
    return sharesOf(this.codes(coder), this.weights, coder.size);
  }

  private apply(wanted: readonly { coder: Coder; target: Float64Array }[]): void {
    const margins: Margin[] = wanted.map(({ coder, target }) => ({
      codes: this.codes(coder),
      target,
    }));
    const raked = rake(this.rows, margins, this.weights);
    if (raked.residual > TOLERATED) throw this.impossible(raked.residual);
    this.weights = raked.weights;
    for (const [m, { coder }] of wanted.entries()) {
      const factors = raked.factors[m] as Float64Array;
      this.stages.push((cells, row) => factors[coder.code(cells, row)] as number);
    }
  }

  finish(): FairWeights {
    const { stages, weights } = this;
    const ceiling = weights.reduce((most, weight) => Math.max(most, weight), 0);
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, weights.length);
    return {
      weight: (cells, row) => stages.reduce((product, stage) => product * stage(cells, row), 1),
      ceiling,
      acceptance: ceiling > 0 ? mean / ceiling : 0,
      ...(this.quota === undefined ? {} : { quota: this.quota }),
      groups: this.groupRates(),
      ...(this.trade === undefined ? {} : { trade: this.trade }),
    };
  }

  private groupRates(): GroupRate[] {
    if (this.outcome === undefined || this.before === undefined) return [];
    const after = this.shares(crossed([this.groups, this.outcome]));
    const rates: GroupRate[] = [];
    for (let group = 0; group < this.groups.size; group++) {
      const [no, yes] = [this.before[2 * group] as number, this.before[2 * group + 1] as number];
      const [no2, yes2] = [after[2 * group] as number, after[2 * group + 1] as number];
      if (no + yes === 0) continue;
      rates.push({
        group: this.groups.label(group),
        share: no2 + yes2,
        before: yes / (no + yes),
        after: yes2 / (no2 + yes2),
      });
    }
    return rates;
  }
}

function boundOf(goal: Goal): { readonly gap: number } | { readonly ratio: number } {
  if (goal.metric === "ratio") return { ratio: goal.bound };
  return { gap: goal.bound };
}

function outcomeCoder(fairness: CheckedFairness, scope: Scope): Coder | undefined {
  if (fairness.outcome === undefined) return undefined;
  const holds = compileTruth(fairness.outcome, scope);
  return {
    size: 2,
    code: (cells, row) => (holds(cells, row) === 1 ? 1 : 0),
    label: (code) => (code === 1 ? "yes" : "no"),
  };
}
