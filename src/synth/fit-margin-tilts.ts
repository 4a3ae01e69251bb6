import { stream } from "../base/random.js";
import type { Guide } from "../constraint/guide.js";
import type { ScopeColumn } from "../constraint/scope.js";
import {
  type DrawPlan,
  type FixedColumns,
  isNothing,
  planDrawing,
  repeated,
  type Step,
} from "./draw-plan.js";
import { binOf, type Tilt, type Tilts } from "./margin-tilts.js";
import { RowDrawer } from "./row-drawer.js";
import type { RowModel } from "./synthesizer.js";

/** How much is drawn to find weights. */
interface Effort {
  readonly pilotRows: number;
  /** Free rows, which tell what a column's shares are without the rules. */
  readonly freeRows: number;
  /** Values of a column for each row. */
  readonly candidates: number;
}

const usual: Effort = { pilotRows: 2048, freeRows: 4096, candidates: 8 };
/** Of models that take their time over each value; only larger shifts are seen. */
const small: Effort = { pilotRows: 512, freeRows: 1024, candidates: 4 };
const mostBins = 32;
/** No weight is larger, or smaller than one by this: what learned rows contradict can't be brought back. */
const steepest = 16;
const rounds = 12;
/** Weights that leave more of the distance than this do more harm to how columns go together. */
const worthwhile = 0.6;

export interface TiltRequest {
  readonly model: RowModel;
  readonly columns: readonly ScopeColumn[];
  readonly guide: Guide;
  /** How many rows are to be drawn, and what is known of them. */
  readonly rows?: number;
  readonly fixed?: FixedColumns;
  /** Whether the shares of a column, by its position in the table, are to be kept. */
  readonly keeps: (column: number) => boolean;
  readonly name: string;
  readonly seed: number | string;
}

/**
 * Weights of values under which rules leave each column the shares that the model gives it. Drawing a column
 * within what rules allow, after the columns before it, shifts its shares: of `x <= y`, drawn y first, x comes
 * out too low. Of all ways to draw x that keep its shares the one nearest to the model multiplies the chance of
 * each value by a weight of its own (iterative proportional fitting of the rows' chances, Deming & Stephan 1940;
 * Csiszár 1975 for its being nearest). Found column after column, each on rows whose earlier columns were drawn so.
 */
export function fitMarginTilts(request: TiltRequest): Tilts {
  const { model, columns, guide, keeps, name, seed } = request;
  const tilts = new Map<number, Tilt>();
  const effort = model.isSlow === true ? small : usual;
  const { pilotRows, freeRows, candidates } = effort;
  const fixed = repeated(request.fixed ?? new Map(), request.rows ?? 0, freeRows);
  const plan = planDrawing(model, columns, guide, { tilts, fixed });
  if (!plan.steps.some(({ restricted, inTable }) => restricted && keeps(inTable))) return tilts;
  const free = new RowDrawer(plan, freeRows);
  free.start(freeRows, stream(seed, name, "free margins"));
  free.fix(freeRows, 0);
  for (const step of plan.steps) free.drawFree(step, 0, freeRows);
  const pilot = new RowDrawer(plan, pilotRows);
  pilot.start(pilotRows, stream(seed, name, "margins"));
  pilot.fix(pilotRows, 0);
  plan.steps.forEach((step, turn) => {
    if (!step.restricted) {
      pilot.drawFree(step, 0, pilotRows);
      return;
    }
    const once = proposals(pilot, plan, turn, [pilotRows, 1]);
    if (!keeps(step.inTable)) return;
    const target = targetOf(free.cells[step.inTable] as Values, model.levels[step.inModel]?.length);
    if (distance(sharesOf(once, target), target) <= chanceOf(effort)) return;
    const tilt = tiltTowards(target, proposals(pilot, plan, turn, [pilotRows, candidates]));
    if (tilt === undefined) return;
    tilts.set(step.inTable, tilt);
    proposals(pilot, plan, turn, [pilotRows, 1]);
  });
  return tilts;
}

type Values = Float64Array | Int32Array;

/** Differences up to this may be chance: 99.9 % of Kolmogorov's distances between so many rows are smaller. */
function chanceOf({ pilotRows, freeRows }: Effort): number {
  return 1.95 * Math.sqrt(1 / pilotRows + 1 / freeRows);
}

/** Values of a step, that many for each row; rows that come to a dead end are left out from then on. */
function proposals(
  pilot: RowDrawer,
  plan: DrawPlan,
  turn: number,
  [rows, times]: readonly [number, number],
): Values[] {
  const step = plan.steps[turn] as Step;
  const values = pilot.cells[step.inTable] as Values;
  const found: Values[] = [];
  for (let row = 0; row < rows; row++) {
    const allowed = pilot.lost[row] === 1 ? undefined : pilot.ask(plan.guide, turn, row);
    if (allowed !== undefined && isNothing(allowed)) pilot.lost[row] = 1;
    if (pilot.lost[row] === 1) {
      pilot.drawFree(step, row, row + 1);
      continue;
    }
    const own = new (values instanceof Float64Array ? Float64Array : Int32Array)(times);
    for (let time = 0; time < times; time++) {
      pilot.drawWithin(step, row, allowed);
      own[time] = values[row] as number;
    }
    found.push(own);
  }
  return found;
}

/** The shares that a column is to have, as a tilt whose weights they are. */
function targetOf(values: Values, levels: number | undefined): Tilt {
  const edges = levels === undefined ? edgesOf(values as Float64Array) : undefined;
  const bins = edges === undefined ? (levels as number) : edges.length + 1;
  const empty: Tilt = { ...(edges ? { edges } : {}), weights: new Float64Array(bins + 1) };
  return { ...empty, weights: sharesOf([values], empty) };
}

/** Ends of bins of about equally many values; what very many rows have is a bin of its own. */
function edgesOf(values: Float64Array): Float64Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const edges = new Set<number>();
  for (let bin = 1; bin < mostBins; bin++) {
    const at = Math.ceil((sorted.length * bin) / mostBins) - 1;
    const edge = sorted[at];
    if (edge === undefined) continue;
    const before = edges.has(edge) ? sorted[sorted.indexOf(edge) - 1] : undefined;
    edges.add(edge);
    if (before !== undefined) edges.add(before);
  }
  return Float64Array.from(edges).sort();
}

function sharesOf(rows: readonly Values[], bins: Tilt): Float64Array {
  const shares = new Float64Array(bins.weights.length);
  let count = 0;
  for (const row of rows)
    for (const value of row) {
      const bin = binOf(bins, value);
      shares[bin] = (shares[bin] as number) + 1;
      count++;
    }
  return shares.map((share) => share / Math.max(1, count));
}

/** Kolmogorov's distance; of codes the largest difference of a share. */
function distance(shares: Float64Array, { edges, weights }: Tilt): number {
  let sum = 0;
  let most = 0;
  shares.forEach((share, bin) => {
    const apart = share - (weights[bin] as number);
    sum = edges === undefined ? apart : sum + apart;
    most = Math.max(most, Math.abs(sum));
  });
  return most;
}

/** Weights under which the rows' proposals have the shares of the target; undefined where none bring them nearer. */
function tiltTowards(target: Tilt, rows: readonly Values[]): Tilt | undefined {
  const bins = rows.map((row) => Int32Array.from(row, (value) => binOf(target, value)));
  const weights = new Float64Array(target.weights.length).fill(1);
  const before = weighed(bins, weights);
  for (let round = 0; round < rounds; round++) {
    const shares = weighed(bins, weights);
    shares.forEach((share, bin) => {
      if (share === 0) return;
      const wanted = ((weights[bin] as number) * (target.weights[bin] as number)) / share;
      weights[bin] = Math.min(steepest, Math.max(1 / steepest, wanted));
    });
  }
  const after = distance(weighed(bins, weights), target);
  return after < worthwhile * distance(before, target) ? { ...target, weights } : undefined;
}

/** Shares of the bins where each row takes one of its proposals by their weights. */
function weighed(rows: readonly Int32Array[], weights: Float64Array): Float64Array {
  const shares = new Float64Array(weights.length);
  for (const row of rows) {
    let total = 0;
    for (const bin of row) total += weights[bin] as number;
    for (const bin of row) {
      shares[bin] = (shares[bin] as number) + (weights[bin] as number) / total / rows.length;
    }
  }
  return shares;
}
