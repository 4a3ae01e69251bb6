import { failure } from "../../base/failure.js";
import { visitColumns } from "../../constraint/columns-in.js";
import type { Cells } from "../../constraint/guide.js";
import type { Scope } from "../../constraint/scope.js";
import type { CheckedFairness } from "../../ir/checked.js";
import type { Formula } from "../../ir/formula.js";
import { goalText, isOfRows } from "../../ir/goal-text.js";
import { type Cuts, GROUPS, mediatorGroups } from "../../table/cuts.js";
import {
  boundOf,
  type Goal,
  knownCoder,
  NONE,
  outcomeCoder,
  statedShares,
  together,
} from "./asked.js";
import { type Coder, columnCoder, crossed } from "./coder.js";
import { independentGiven } from "./edges.js";
import { type Quota, quotaOf } from "./quota.js";
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
  /** Cells with the shares that goals and `rebalance` want; absent where nothing is asked of shares. */
  readonly quota?: Quota;
  /** Where numbers are cut that groups, strata and influences are told by. */
  readonly cuts: readonly Cuts[];
  readonly groups: readonly GroupRate[];
  /** What the goals cost a model that learns the outcome; absent without goals. */
  readonly trade?: FairTrade;
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

/** How far the margins may contradict each other before the goals count as impossible. */
const TOLERATED = 2e-3;

/** Rounds in which goals of several strata are met in turn, and the share of rows by which they may be missed. */
const [TURNS, SETTLED] = [60, 5e-4];

/**
 * Weights under which rows of a model meet the fairness goals, nearest to the model in relative
 * entropy: the margin of groups and outcome is moved into the goal, groups keep their sizes, and the
 * relation of each `keep` column to the outcome stays; an influence that is forbidden goes, except through
 * its mediators; `keep relation` makes changes of the outcome's chance dearer (tilt.ts). Computed from a pilot of the model's own rows,
 * so it costs no privacy budget.
 *
 * @param wanted rows that will be drawn: groups of few rows have no share of their own within strata.
 * @throws Failure P0850 where the goals can't be met together.
 */
export function fairWeights(
  fairness: CheckedFairness,
  scope: Scope,
  pilot: Cells,
  rows: number,
  wanted: number = rows,
): FairWeights {
  const build = new Builder(fairness, scope, pilot, rows);
  build.rebalance();
  build.edges();
  build.goals();
  build.quotas(wanted);
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
  /** Margins that stay as they were made: stated shares, and those that keep forbidden influences out. */
  private made: readonly { coder: Coder; target: Float64Array }[] = [];
  private readonly known: Coder;
  private readonly cuts: Cuts[] = [];

  constructor(fairness: CheckedFairness, scope: Scope, pilot: Cells, rows: number) {
    this.fairness = fairness;
    this.scope = scope;
    this.pilot = pilot;
    this.rows = rows;
    this.weights = new Float64Array(rows).fill(1);
    this.groups = this.columns(fairness.across, GROUPS.across);
    this.outcome = outcomeCoder(fairness, scope);
    this.known = knownCoder(fairness, scope, pilot, rows);
  }

  private columns(names: readonly string[], most: number): Coder {
    const coder = crossed(names.map((name) => columnCoder(this.scope, this.pilot, name, most)));
    this.cuts.push(...(coder.cuts ?? []));
    return coder;
  }

  /** `rebalance sex to 50% …`: the columns' shares as stated, everything else given them unchanged. */
  rebalance(): void {
    const { rebalance } = this.fairness;
    this.made = rebalance.map(({ column, shares }) => {
      const coder = columnCoder(this.scope, this.pilot, column);
      return { coder, target: statedShares(coder, this.shares(coder), shares) };
    });
    if (this.made.length > 0) this.apply(this.made);
  }

  /** `forbid A -> B except through C`: the two made independent among rows alike in C. */
  edges(): void {
    if (this.outcome !== undefined && this.fairness.across.length > 0) {
      this.before = this.shares(crossed([this.known, this.groups, this.outcome]));
    }
    const cut = this.fairness.forbiddenEdges.map(({ from, to, through }) => {
      const mediators = this.columns(through, mediatorGroups(through.length));
      const cause = this.columns([from], GROUPS.influence);
      const effect = this.columns([to], GROUPS.influence);
      const coder = crossed([mediators, cause, effect]);
      const size = { mediators: mediators.size, causes: cause.size, effects: effect.size };
      return { coder, target: independentGiven(this.shares(coder), size) };
    });
    this.made = [...this.made, ...cut];
    if (cut.length > 0) this.apply(this.made);
  }

  goals(): void {
    const { outcome, fairness } = this;
    if (outcome === undefined || fairness.across.length === 0) return;
    const goals = this.goalsOfRows();
    if (goals.length === 0) return;
    const kept = fairness.keep.map((name) =>
      crossed([columnCoder(this.scope, this.pilot, name), outcome]),
    );
    const margins = kept.map((coder) => ({ coder, target: this.shares(coder) }));
    const [first = [], ...others] = together(goals);
    const met = [...margins, this.moved(first, outcome)];
    this.keepRelation(outcome, met);
    this.apply([...this.made, ...met]);
    if (others.length > 0) this.inTurn([first, ...others], margins, outcome);
  }

  /**
   * Goals within different strata, met in turn, each moved from where the others left the rates, until all are: what
   * one goal fixes for good would be beyond the others (cyclic projections; Bregman 1967).
   */
  private inTurn(
    goals: readonly (readonly Goal[])[],
    margins: readonly { coder: Coder; target: Float64Array }[],
    outcome: Coder,
  ): void {
    for (let turn = 0; turn < TURNS; turn++) {
      const far = goals.map((asked) => {
        const { coder, target } = this.moved(asked, outcome);
        const found = this.shares(coder);
        return target.reduce(
          (most, each, at) => Math.max(most, Math.abs(each - (found[at] ?? 0))),
          0,
        );
      });
      if (Math.max(...far) < SETTLED) return;
      for (const asked of goals) {
        this.apply([...this.made, ...margins, this.moved(asked, outcome)]);
      }
    }
    throw this.impossible(TOLERATED);
  }

  private goalsOfRows(): CheckedFairness["goals"] {
    return this.fairness.goals.filter(isOfRows);
  }

  quotas(wanted: number): void {
    const { fairness, outcome, known, groups, pilot, weights } = this;
    const goals = outcome === undefined || fairness.across.length === 0 ? [] : this.goalsOfRows();
    if (goals.length === 0 && fairness.rebalance.length === 0) return;
    const whole = goals.filter(({ given }) => given.length === 0);
    const given = goals.find((goal) => goal.given.length > 0)?.given ?? [];
    const within = goals.filter((goal) => given.length > 0 && `${goal.given}` === `${given}`);
    // A column that the outcome reads would leave nothing to move in its cells.
    const read = new Set<string>();
    if (goals.length > 0) visitColumns(fairness.outcome as Formula, ({ name }) => read.add(name));
    const stated = fairness.rebalance.flatMap(({ column }) => (read.has(column) ? [] : [column]));
    this.quota = quotaOf({
      ...{ known, whole, within, pilot, weights, wanted },
      split: this.columns(stated, GROUPS.influence),
      strata: this.columns(given, GROUPS.strata),
      groups: goals.length === 0 ? crossed([]) : groups,
      outcome: goals.length === 0 || outcome === undefined ? NONE : outcome,
    });
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
    const { forbiddenEdges, keep, keepRelation: kept, rebalance } = this.fairness;
    const asked = [
      ...this.goalsOfRows().map(goalText),
      ...(keep.length === 0 ? [] : [`keep ${keep.join(", ")}`]),
      ...rebalance.map(({ column }) => `rebalance ${column}`),
      ...forbiddenEdges.map(({ from, to }) => `forbid ${from} -> ${to}`),
      ...(kept === undefined
        ? []
        : [typeof kept === "number" ? `keep relation ${100 * kept}%` : "keep relation"]),
    ];
    const fixed = this.groupRates().find(({ before }) => before === 0 || before === 1);
    const said = fixed && `${fixed.group} ${fixed.before === 0 ? "never" : "always"} has`;
    return failure("P0850", {
      goals: asked,
      residual,
      ...(said === undefined ? {} : { fixed: said }),
    });
  }

  /** Group × outcome (within strata) with the rates moved into the goal, of rows whose outcome can be told. */
  private moved(goals: readonly Goal[], outcome: Coder): { coder: Coder; target: Float64Array } {
    const within = this.columns(goals[0]?.given ?? [], GROUPS.strata);
    const strata = crossed([this.known, within]);
    const coder = crossed([strata, this.groups, outcome]);
    const target = this.shares(coder);
    const width = this.groups.size;
    for (
      let stratum = strata.size - strata.size / this.known.size;
      stratum < strata.size;
      stratum++
    ) {
      const rates = new Float64Array(width).fill(Number.NaN);
      const sizes = new Float64Array(width);
      for (let group = 0; group < width; group++) {
        const at = (stratum * width + group) * 2;
        const [no, yes] = [target[at] as number, target[at + 1] as number];
        sizes[group] = no + yes;
        if (no + yes > 0) rates[group] = yes / (no + yes);
      }
      const closed = closeGap(rates, sizes, boundOf(goals));
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
      cuts: this.cuts,
      groups: this.groupRates(),
      ...(this.trade === undefined ? {} : { trade: this.trade }),
    };
  }

  /** Of rows whose outcome can be told. */
  private groupRates(): GroupRate[] {
    if (this.outcome === undefined || this.before === undefined) return [];
    const after = this.shares(crossed([this.known, this.groups, this.outcome]));
    const rates: GroupRate[] = [];
    const told = 2 * this.groups.size * (this.known.size - 1);
    for (let group = 0; group < this.groups.size; group++) {
      const at = told + 2 * group;
      const [no, yes] = [this.before[at] as number, this.before[at + 1] as number];
      const [no2, yes2] = [after[at] as number, after[at + 1] as number];
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
