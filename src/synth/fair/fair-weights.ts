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

/** A margin and what it is called among those that a row's weight is a product of. */
interface Wanted {
  readonly key: string;
  readonly coder: Coder;
  readonly target: Float64Array;
}

interface Forbidden {
  readonly key: string;
  readonly coder: Coder;
  readonly size: Parameters<typeof independentGiven>[1];
}

class Builder {
  private readonly fairness: CheckedFairness;
  private readonly scope: Scope;
  private readonly pilot: Cells;
  private readonly rows: number;
  /** Whatever a row's weight is a product of: factors by the cells of margins, and what keeps the relation. */
  private readonly factors = new Map<string, { coder: Coder; of: Float64Array }>();
  private readonly stages: ((cells: Cells, row: number) => number)[] = [];
  private readonly coders = new Map<string, Coder>();
  private readonly groups: Coder;
  private readonly outcome: Coder | undefined;
  private weights: Float64Array;
  private quota: FairWeights["quota"];
  private before: Float64Array | undefined;
  private trade: FairTrade | undefined;
  private stated: readonly Wanted[] = [];
  private forbidden: readonly Forbidden[] = [];
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
    const key = JSON.stringify([names, most]);
    const known = this.coders.get(key);
    if (known !== undefined) return known;
    const coder = crossed(names.map((name) => columnCoder(this.scope, this.pilot, name, most)));
    this.coders.set(key, coder);
    this.cuts.push(...(coder.cuts ?? []));
    return coder;
  }

  /** `rebalance sex to 50% …`: the columns' shares as stated, everything else given them unchanged. */
  rebalance(): void {
    const { rebalance } = this.fairness;
    this.stated = rebalance.map(({ column, shares }) => {
      const coder = columnCoder(this.scope, this.pilot, column);
      const target = statedShares(coder, this.shares(coder), shares);
      return { key: `rebalance ${column}`, coder, target };
    });
    if (this.stated.length > 0) this.apply(this.stated);
  }

  /** `forbid A -> B except through C`: the two made independent among rows alike in C. */
  edges(): void {
    if (this.outcome !== undefined && this.fairness.across.length > 0) {
      this.before = this.shares(crossed([this.known, this.groups, this.outcome]));
    }
    this.forbidden = this.fairness.forbiddenEdges.map(({ from, to, through }) => {
      const mediators = this.columns(through, mediatorGroups(through.length));
      const cause = this.columns([from], GROUPS.influence);
      const effect = this.columns([to], GROUPS.influence);
      const size = { mediators: mediators.size, causes: cause.size, effects: effect.size };
      const key = `forbid ${JSON.stringify([from, to, through])}`;
      return { key, coder: crossed([mediators, cause, effect]), size };
    });
    if (this.forbidden.length > 0) this.apply([...this.stated, ...this.cut()]);
  }

  /** What keeps forbidden influences out, as the rows are weighted now. */
  private cut(): readonly Wanted[] {
    return this.forbidden.map(({ key, coder, size }) => ({
      ...{ key, coder },
      target: independentGiven(this.shares(coder), size),
    }));
  }

  goals(): void {
    const { outcome, fairness } = this;
    if (outcome === undefined || fairness.across.length === 0) return;
    const goals = this.goalsOfRows();
    if (goals.length === 0) return;
    const kept = fairness.keep.map((name) =>
      crossed([columnCoder(this.scope, this.pilot, name), outcome]),
    );
    const margins = kept.map((coder, i) => ({
      ...{ key: `keep ${i}`, coder },
      target: this.shares(coder),
    }));
    const [first = [], ...others] = together(goals);
    const met = [...margins, this.moved(first, outcome)];
    this.keepRelation(outcome, met);
    const residual = this.tried([...this.stated, ...this.cut(), ...met]);
    const all = [first, ...others];
    if (residual > TOLERATED && this.forbidden.length === 0) throw this.impossible(residual);
    if (residual > TOLERATED || others.length > 0) this.inTurn(all, margins, outcome);
  }

  /**
   * Goals within different strata, and goals beside forbidden influences, met in turn, each moved from where the others
   * left the shares, until all are: what one of them fixes for good would be beyond the others (cyclic projections;
   * Bregman 1967).
   */
  private inTurn(
    goals: readonly (readonly Goal[])[],
    margins: readonly Wanted[],
    outcome: Coder,
  ): void {
    for (let turn = 0; turn < TURNS; turn++) {
      const wanted = [...goals.map((asked) => this.moved(asked, outcome)), ...this.cut()];
      if (Math.max(...wanted.map((each) => this.farFrom(each))) < SETTLED) return;
      for (const asked of goals) {
        this.apply([...this.stated, ...margins, this.moved(asked, outcome)]);
      }
      if (this.forbidden.length > 0) this.apply([...this.stated, ...this.cut()]);
    }
    throw this.impossible(TOLERATED);
  }

  private farFrom({ coder, target }: Wanted): number {
    const found = this.shares(coder);
    return target.reduce((most, each, at) => Math.max(most, Math.abs(each - (found[at] ?? 0))), 0);
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
  private moved(goals: readonly Goal[], outcome: Coder): Wanted {
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
    return { key: `goal ${JSON.stringify(goals[0]?.given)}`, coder, target };
  }

  private codes(coder: Coder): Int32Array {
    return Int32Array.from({ length: this.rows }, (_, row) => coder.code(this.pilot, row));
  }

  private shares(coder: Coder): Float64Array {
    return sharesOf(this.codes(coder), this.weights, coder.size);
  }

  private apply(wanted: readonly Wanted[]): void {
    const residual = this.tried(wanted);
    if (residual > TOLERATED) throw this.impossible(residual);
  }

  /** Weighted to have these margins, where they can be had together. */
  private tried(wanted: readonly Wanted[]): number {
    const margins: Margin[] = wanted.map(({ coder, target }) => ({
      codes: this.codes(coder),
      target,
    }));
    const raked = rake(this.rows, margins, this.weights);
    if (raked.residual > TOLERATED) return raked.residual;
    this.weights = raked.weights;
    for (const [m, { key, coder }] of wanted.entries()) {
      const found = raked.factors[m] as Float64Array;
      const before = this.factors.get(key)?.of;
      const of =
        before === undefined ? found : found.map((factor, at) => factor * (before[at] ?? 1));
      this.factors.set(key, { coder, of });
    }
    return raked.residual;
  }

  finish(): FairWeights {
    const { weights } = this;
    const stages = [
      ...this.stages,
      ...[...this.factors.values()].map(
        ({ coder, of }) =>
          (cells: Cells, row: number) =>
            of[coder.code(cells, row)] as number,
      ),
    ];
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
