import { failure } from "../base/failure.js";
import { stream } from "../base/random.js";
import { crosses } from "../constraint/boxes.js";
import { scopeOfTable } from "../constraint/scope.js";
import { measureStatistic } from "../constraint/statistic.js";
import type { CheckedFairness } from "../ir/checked.js";
import { goalText, isOfRows } from "../ir/goal-text.js";
import type { Finding } from "../ir/release.js";
import { type DrawnTable, drawTable, type TableRequest } from "../synth/draw-table.js";
import { type FairTrade, type FairWeights, fairWeights } from "../synth/fair/fair-weights.js";
import type { Price } from "../synth/fair/price.js";
import type { EventProbability } from "../synth/weight-tally.js";
import { concatenate } from "../table/concatenate.js";
import { gather, type Table } from "../table/table.js";
import { KeptKeys } from "./kept-keys.js";
import { settle } from "./settle.js";

/** Rows of the model's own that the weights are computed from. */
const PILOT = 40_000;
/** Batches that are drawn before giving up on a cell that stays short. */
const BATCHES = 60;

export interface FairlyDrawn {
  readonly drawn: DrawnTable;
  readonly findings: readonly Finding[];
}

/**
 * Draw rows that meet the spec's fairness goals, whatever the learner: rows of the model are kept with
 * the weights of the information projection (synth/fair), and groups and outcomes in exactly the
 * shares that the goal wants, so that sampling adds no gap. Under `given` rows follow the fair model
 * under that condition, without quotas.
 */
export async function drawFairly(
  fairness: CheckedFairness,
  request: TableRequest,
): Promise<FairlyDrawn> {
  const pilot = await drawTable({
    ...withoutKeys(withoutGiven(request)),
    rows: PILOT,
    name: `${request.name} pilot`,
  });
  const { scope, cells } = scopeOfTable(pilot.table);
  const weights = fairWeights(fairness, scope, cells, pilot.table.rows, request.rows);
  const { drawn, tried, coarse } = await fill(request, weights);
  if (request.given === undefined) refuseMissed(request, drawn.table);
  const findings = findingsOf(request, fairness, weights, { share: request.rows / tried, coarse });
  return { drawn: { ...drawn, cuts: weights.cuts }, findings };
}

/** Throws P1410 where weights and quotas took rows from what `expect … enforced` had calibrated, beyond chance. */
function refuseMissed({ table, name, parents }: TableRequest, made: Table): void {
  const { scope, cells } = scopeOfTable(made, parents);
  for (const rule of table.rules) {
    if (rule.kind !== "expect" || !rule.enforced) continue;
    if ((parents?.size ?? 0) === 0 && crosses(rule.statistic.args)) continue;
    const { low, high } = measureStatistic(rule.statistic, scope, cells, made.rows);
    if (high >= rule.low && low <= rule.high) continue;
    const because = "the fairness block wants other shares of the same rows";
    throw failure("P1410", { output: name, rule: rule.text }, { because: [because] });
  }
}

/** Keys are seen to when rows are kept: more are drawn than there may be keys for. */
function withoutKeys<R extends Pick<TableRequest, "table">>(request: R): R {
  const { table } = request;
  return {
    ...request,
    table: { ...table, rules: table.rules.filter(({ kind }) => kind !== "unique") },
  };
}

function withoutGiven(request: TableRequest): Omit<TableRequest, "given"> {
  const { given: _, ...rest } = request;
  return rest;
}

async function fill(
  request: TableRequest,
  weights: FairWeights,
): Promise<{ readonly drawn: DrawnTable; readonly tried: number; readonly coarse?: number }> {
  const left = quotaCounts(request, weights);
  const coarse = left === undefined ? undefined : settleLeft(left, weights);
  const kept: Table[] = [];
  const keys = new KeptKeys(request.table.rules);
  if (request.beside !== undefined) keys.take(request.beside);
  let [missing, redrawn, tried] = [request.rows, 0, 0];
  let copies: DrawnTable["copies"];
  let probability: DrawnTable["probability"];
  for (let batch = 0; missing > 0; batch++) {
    if (batch === BATCHES) throw starved(request, weights, left);
    const rows = Math.min(200_000, Math.ceil(1.1 * needed(missing, weights, left)) + 64);
    const name = batch === 0 ? request.name : `${request.name} ${batch + 1}`;
    const drawn = await drawTable({ ...withoutKeys(request), rows, name });
    probability ??= drawn.probability && weighed(drawn.probability, drawn.table, weights);
    redrawn += drawn.redrawn;
    tried += rows;
    if (drawn.copies !== undefined) {
      const { exact, near } = drawn.copies;
      copies = { exact: exact + (copies?.exact ?? 0), near: near + (copies?.near ?? 0) };
    }
    const fits = keys.of(drawn.table);
    const positions = keep(drawn.table, { request, weights, left, missing, batch, fits });
    kept.push(gather(drawn.table, positions));
    missing -= positions.length;
  }
  const table = numbered(concatenate(kept));
  const drawn = {
    ...{ table, redrawn },
    ...(probability === undefined ? {} : { probability }),
    ...(copies === undefined ? {} : { copies }),
  };
  return { drawn, tried, ...(coarse === undefined ? {} : { coarse }) };
}

/** How likely the condition is among rows with these weights, from rows of the model that meet it. */
function weighed(
  { estimate, low, high, effectiveRows }: EventProbability,
  met: Table,
  { weight, acceptance, ceiling }: FairWeights,
): EventProbability {
  const { cells } = scopeOfTable(met);
  const own = Float64Array.from({ length: met.rows }, (_, row) => weight(cells, row));
  const mean = own.reduce((sum, one) => sum + one, 0) / met.rows;
  const spread = Math.sqrt(own.reduce((sum, one) => sum + (one - mean) ** 2, 0)) / met.rows;
  const times = mean / (acceptance * ceiling);
  const factor = Math.exp((1.959963984540054 * spread) / mean);
  return {
    estimate: Math.min(1, estimate * times),
    low: (low * times) / factor,
    high: Math.min(1, high * times * factor),
    effectiveRows,
  };
}

function settleLeft(left: Int32Array, { quota }: FairWeights): number | undefined {
  if (quota === undefined) return undefined;
  return settle(left, quota.levels, (cell) => (quota.shares[cell] as number) > 0);
}

/** How many rows of the model should give the missing ones, by what the pilot gave. */
function needed(missing: number, { acceptance, quota }: FairWeights, left?: Int32Array): number {
  if (left === undefined || quota === undefined) return missing / Math.max(acceptance, 0.02);
  return left.reduce((most, count, cell) => {
    const share = quota.yields[cell] as number;
    return count > 0 && share > 0 ? Math.max(most, count / share) : most;
  }, missing);
}

/** How many rows of each cell are wanted: shares of the rows, rounded to sum exactly. */
function quotaCounts(request: TableRequest, weights: FairWeights): Int32Array | undefined {
  if (weights.quota === undefined || request.given !== undefined) return undefined;
  const { shares } = weights.quota;
  const exact = Array.from(shares, (share) => share * request.rows);
  const counts = Int32Array.from(exact, Math.floor);
  let rest = request.rows - counts.reduce((sum, count) => sum + count, 0);
  const order = exact.map((value, cell) => ({ cell, part: value - Math.floor(value) }));
  order.sort((a, b) => b.part - a.part || a.cell - b.cell);
  for (const { cell } of order) if (rest-- > 0) counts[cell] = (counts[cell] as number) + 1;
  return counts;
}

interface Keeping {
  readonly request: TableRequest;
  readonly weights: FairWeights;
  /** Rows that each cell still wants. */
  readonly left: Int32Array | undefined;
  readonly missing: number;
  readonly batch: number;
  /** Whether a row goes with those kept before it; one that does is kept. */
  readonly fits: (row: number) => boolean;
}

function keep(table: Table, keeping: Keeping): Uint32Array {
  const { request, weights, left, missing, batch, fits } = keeping;
  const { cells } = scopeOfTable(table);
  const random = stream(request.seed, request.name, "fair", batch);
  const positions: number[] = [];
  for (let row = 0; row < table.rows && positions.length < missing; row++) {
    const cell = left === undefined ? undefined : weights.quota?.coder.code(cells, row);
    const ceiling = cell === undefined ? weights.ceiling : weights.quota?.ceilings[cell];
    if (random.uniform() * (ceiling as number) >= weights.weight(cells, row)) continue;
    if (left !== undefined && cell !== undefined) {
      if ((left[cell] as number) === 0 || !fits(row)) continue;
      left[cell] = (left[cell] as number) - 1;
    } else if (!fits(row)) continue;
    positions.push(row);
  }
  return Uint32Array.from(positions);
}

function starved(request: TableRequest, weights: FairWeights, left: Int32Array | undefined): Error {
  const cell = left?.findIndex((count) => count > 0) ?? -1;
  const group = cell >= 0 ? (weights.quota?.coder.label(cell) ?? "") : "its groups";
  return failure("P0851", { output: request.name, group });
}

/** Keys counted from 1 again, after rows were left out. */
function numbered(table: Table): Table {
  const columns = table.columns.map((column) => {
    if (column.kind !== "code" || column.type.kind !== "id") return column;
    const levels = Array.from({ length: table.rows }, (_, row) => String(row + 1));
    return { ...column, codes: Int32Array.from(levels.keys()), levels };
  });
  return { ...table, columns };
}

function findingsOf(
  request: TableRequest,
  fairness: CheckedFairness,
  weights: FairWeights,
  { share, coarse }: { readonly share: number; readonly coarse: number | undefined },
): readonly Finding[] {
  const kept = `${percent(share)} of the model's rows are kept`;
  const moved =
    weights.groups.length === 0 || !fairness.goals.some(isOfRows)
      ? `rows are weighted to meet the fairness block; ${kept}`
      : `the fairness goals move the outcome's share (${ratesOf(weights)}); ${kept}`;
  const note = (policy: string): Finding => ({
    kind: "note",
    table: request.table.name,
    count: 0,
    examples: [],
    policy,
  });
  const { trade } = weights;
  const cost = trade === undefined || isFree(trade) ? [] : [costOf(trade)];
  const apart =
    coarse === undefined
      ? []
      : [
          `groups of few rows stay further apart than the goal: of ${coarse} rows a share is a multiple of ${percent(1 / coarse)}; more rows mend it`,
        ];
  return [moved, ...apart, ...onAverage(request, fairness, weights), ...cost].map(note);
}

/** Rows of which goals hold on average only. */
function onAverage(
  request: TableRequest,
  fairness: CheckedFairness,
  { quota }: FairWeights,
): readonly string[] {
  if (request.given !== undefined) {
    return fairness.goals.some(isOfRows)
      ? [
          `${request.name} holds the rows under its condition out of a table that meets the goals; among them alone groups may differ`,
        ]
      : [];
  }
  const loose = quota?.loose ?? 0;
  const within = fairness.goals.filter((goal) => goal.given.length > 0 && isOfRows(goal));
  const first = within[0];
  const found =
    loose < 5e-4
      ? []
      : [
          `\`${goalText(first ?? (fairness.goals[0] as never))}\`: ${percent(loose)} of the rows are of a group that has fewer than six rows in its stratum; there the goal holds on average only`,
        ];
  const others = within.filter(({ given }) => `${given}` !== `${first?.given}`);
  return [
    ...found,
    ...others.map(
      (goal) => `\`${goalText(goal)}\` holds on average only, beside another \`given\``,
    ),
  ];
}

/** How the groups move; of many the two that were furthest apart. */
function ratesOf({ groups }: FairWeights): string {
  const sorted = groups.length > 4 ? groups.toSorted((a, b) => a.before - b.before) : groups;
  const shown = groups.length > 4 ? [sorted[0], sorted.at(-1)] : groups;
  const words = shown.flatMap((one) =>
    one === undefined ? [] : [`${one.group}: ${percent(one.before)} to ${percent(one.after)}`],
  );
  const more = groups.length - words.length;
  return [...words, ...(more > 0 ? [`${more} groups between`] : [])].join("; ");
}

/** Goals that the rows meet as they are learned. */
function isFree({ before, after, other }: FairTrade): boolean {
  return [after, other.after].every((price) => isClose(before, price));
}

/** Prices that read the same. */
function isClose(one: Price, other: Price): boolean {
  return Math.abs(one.auc - other.auc) < 5e-4 && Math.abs(one.gap - other.gap) < 5e-4;
}

/** What the goals cost a model that learns from the rows, and what the other choice would. */
function costOf({ keep, before, after, other }: FairTrade): string {
  const said = ({ auc, gap }: Price) => `AUC ${auc.toFixed(3)} and gap ${gap.toFixed(3)}`;
  const own = `trained on these rows a model has ${said(after)}, from rows as learned ${said(before)}`;
  if (keep === other.keep || isClose(after, other.after)) return own;
  const relation = `\`keep relation ${Math.round(100 * Math.max(keep, other.keep))}%\``;
  return `${own}; ${keep === 0 ? `${relation} would give` : `without ${relation}`} ${said(other.after)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
