import { visitColumns } from "../../constraint/columns-in.js";
import type { Cells } from "../../constraint/guide.js";
import type { Scope } from "../../constraint/scope.js";
import type { CheckedFairness } from "../../ir/checked.js";
import { type Coder, columnCoder } from "./coder.js";
import { type Judged, type Price, priceOf } from "./price.js";
import { type AdditiveScore, chanceOf, fitScore } from "./score.js";
import { type OutcomeMargin, type TiltRows, tilt, tiltOf } from "./tilt.js";

/** Keys and texts say nothing of a row that could be kept. */
const UNTOLD: ReadonlySet<string> = new Set(["id", "ref", "text"]);

export interface RelationRequest {
  readonly fairness: CheckedFairness;
  readonly scope: Scope;
  readonly pilot: Cells;
  readonly outcome: Coder;
  readonly groups: Coder;
  /** Cells crossed with the outcome, which is the fastest. */
  readonly margins: readonly { readonly coder: Coder; readonly target: Float64Array }[];
  readonly weights: Float64Array;
}

export interface KeptRelation {
  readonly weights: Float64Array;
  readonly residual: number;
  /** The factor of any row. */
  weight(cells: Cells, row: number): number;
}

/** What is learned from rows as the model makes them, and from rows that meet the goals. */
export interface Trade {
  /** How firmly the relation is kept. */
  readonly keep: number;
  readonly before: Price;
  readonly after: Price;
}

/**
 * `keep relation` without a percent: what a goal costs a model's ranking comes down to this share of it. Less than the
 * half that is promised, since the additive regression only nearly tells what another model will lose.
 */
const LESS = 1 / 3;
/** A loss of AUC that nobody would notice. */
const NOTHING = 5e-4;
/** Rows that prices are told from. */
const LOOKED_AT = 10_000;
/** The firmest that is chosen unasked, and the steps that lead there. */
const [FIRMEST, STEP] = [0.95, 0.05];

/**
 * Weights that meet margins and keep, more or less firmly, the chance of the outcome among rows alike in all
 * other columns, as an additive logistic regression on the pilot tells it.
 */
export class Relation {
  private readonly coders: readonly Coder[];
  private readonly score: AdditiveScore;
  private readonly rows: TiltRows & Judged;
  private readonly margins: readonly OutcomeMargin[];
  /** A part of the rows, evenly. */
  private readonly some: {
    readonly rows: Judged & TiltRows;
    readonly margins: readonly OutcomeMargin[];
  };
  private readonly before: Price;
  private readonly request: RelationRequest;
  private readonly total: number;

  constructor(request: RelationRequest) {
    const { fairness, scope, pilot, outcome, weights } = request;
    this.request = request;
    const rows = weights.length;
    this.coders = restOf(fairness, scope).map((name) => columnCoder(scope, pilot, name));
    const codes = this.coders.map((coder) => codesOf(coder, pilot, rows));
    const happened = Uint8Array.from(codesOf(outcome, pilot, rows));
    const sizes = this.coders.map(({ size }) => size);
    this.score = fitScore(codes, sizes, happened, weights);
    this.total = weights.reduce((sum, weight) => sum + weight, 0);
    this.margins = request.margins.map(({ coder, target }) => ({
      cells: codesOf(coder, pilot, rows).map((code) => code >> 1),
      target,
    }));
    const chance = Float64Array.from({ length: rows }, (_, row) =>
      chanceOf(
        this.score,
        codes.map((column) => column[row] as number),
      ),
    );
    const base = weights.map((weight) => weight / this.total);
    const groups = codesOf(request.groups, pilot, rows);
    this.rows = { outcome: happened, chance, base, keep: 0, groups };
    this.some = this.thinned(Math.ceil(rows / LOOKED_AT));
    this.before = priceOf(this.some.rows.chance.map(logOdds), this.some.rows);
  }

  private thinned(step: number): typeof this.some {
    const every = <T extends Float64Array | Int32Array | Uint8Array>(values: T) =>
      values.filter((_, row) => row % step === 0) as T;
    const { outcome, chance, base, groups } = this.rows;
    const weights = every(base);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return {
      rows: {
        ...{ outcome: every(outcome), chance: every(chance), groups: every(groups), keep: 0 },
        base: weights.map((weight) => weight / total),
      },
      margins: this.margins.map(({ cells, target }) => ({ cells: every(cells), target })),
    };
  }

  /** @param keep 0..1; 0 is the information projection. */
  weights(keep: number): KeptRelation {
    const { request, coders, score, total } = this;
    const tilted = tilt(this.margins, { ...this.rows, keep });
    return {
      weights: tilted.weights,
      residual: tilted.residual,
      weight: (cells, row) => {
        let [mass, pull] = [0, 0];
        for (const [m, { coder }] of request.margins.entries()) {
          const cell = coder.code(cells, row) >> 1;
          mass += tilted.mass[m]?.[cell] ?? 0;
          pull += tilted.pull[m]?.[cell] ?? 0;
        }
        const codes = coders.map((coder) => coder.code(cells, row));
        const own = {
          chance: chanceOf(score, codes),
          outcome: request.outcome.code(cells, row),
          keep,
        };
        return tiltOf(mass, pull, own) / total;
      },
    };
  }

  /**
   * What a model of the outcome loses that learns from rows so weighted. Within a cell the odds of the outcome
   * are multiplied by e^((1 − keep) pull) (see tilt), so nothing need be trained for it.
   */
  trade(keep: number): Trade {
    const { rows, margins } = this.some;
    const tilted = tilt(margins, { ...rows, keep });
    const odds = rows.chance.map(logOdds);
    for (const [m, { cells }] of margins.entries()) {
      const pull = tilted.pull[m] as Float64Array;
      for (const [row, cell] of cells.entries()) {
        odds[row] = (odds[row] as number) + (1 - keep) * (pull[cell] as number);
      }
    }
    return { keep, before: this.before, after: priceOf(odds, rows) };
  }

  /** The least firm keeping, in steps of 5 %, that brings what `whole` loses down to LESS of it; `whole` where it loses nothing. */
  lighter(whole: Trade): Trade {
    const loss = whole.before.auc - whole.after.auc;
    if (!(loss > NOTHING)) return whole;
    let [low, high] = [0, Math.round(FIRMEST / STEP)];
    let found = this.trade(FIRMEST);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const trade = this.trade(middle * STEP);
      if (trade.before.auc - trade.after.auc <= LESS * loss) [high, found] = [middle, trade];
      else low = middle;
    }
    return found;
  }
}

const SURE = 1e-12;
const logOdds = (chance: number): number => Math.log((chance + SURE) / (1 - chance + SURE));

/** The columns that the outcome's chance may depend on: all that it does not read itself. */
function restOf({ outcome }: CheckedFairness, { columns }: Scope): readonly string[] {
  const read = new Set<string>();
  if (outcome !== undefined) visitColumns(outcome, ({ name }) => read.add(name));
  return columns
    .filter(({ name, type }) => !read.has(name) && !UNTOLD.has(type.kind))
    .map(({ name }) => name);
}

function codesOf(coder: Coder, cells: Cells, rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => coder.code(cells, row));
}
