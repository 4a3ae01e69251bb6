import { lowerBound } from "../base/lower-bound.js";
import { below } from "./entropy.js";
import { chargeSelection, type Payer } from "./mechanism.js";
import { levelChoice } from "./noise-levels.js";
import type { Rational } from "./rational.js";

/** Each end of a node is as likely a cut, scores apart, as half of all its cells. */
const ENDS = 2;
/** Cells of the grid for columns without a step. */
const CELLS = 2 ** 24;
const MOST_STEPS = 2 ** 30;

/** Where edges may lie: `low + i · width` for i = 0 .. cells. */
export interface EdgeGrid {
  readonly low: number;
  readonly width: number;
  readonly cells: number;
}

/**
 * The grid of a column with public bounds: its steps (or as many together as keep it to 2³⁰ cells), else
 * many equal cells. Ends are inclusive.
 */
export function edgeGrid(low: number, high: number, step: number | undefined): EdgeGrid {
  if (step === undefined) return { low, width: (high - low) / CELLS, cells: CELLS };
  const points = Math.round((high - low) / step) + 1;
  const together = Math.ceil(points / MOST_STEPS);
  return { low, width: step * together, cells: Math.ceil(points / together) };
}

/**
 * Edges of at most 2^depth bins of about equal mass, in grid units, ascending, with 0 and `cells` as
 * its ends. Recursive bisection: each node draws its median by the exponential mechanism with score
 * −|#left − #right|, of sensitivity 1 per row. The nodes of one level hold disjoint rows: a unit with
 * k rows moves their scores by at most k together, so a level costs what one draw costs. Deeper levels
 * have fewer rows and get more of the budget. (After Kaplan, Schnapp & Stemmer 2022, "Differentially
 * private approximate quantiles".)
 *
 * @param sorted cells of the rows, ascending, each below `cells`; asked for once a charge is written.
 */
export function learnQuantiles(
  payer: Payer,
  column: string,
  sorted: () => Uint32Array,
  cells: number,
  depth: number,
  rho: number,
): number[] {
  let nodes: [number, number][] = [[0, cells]];
  const total = 2 ** depth - 1;
  for (let level = 0; level < depth; level++) {
    const share = (rho * 2 ** level) / total;
    const rate = chargeSelection(payer, `quantiles of ${column}, level ${level + 1}`, share);
    const rows = sorted();
    nodes = nodes.flatMap((node) => split(payer, rows, node, rate));
  }
  return [0, ...nodes.map(([, end]) => end)];
}

/** Cells of the values, ascending; missing ones are left out and outer ones drawn to the ends. */
export function gridValues(values: Float64Array, grid: EdgeGrid): Uint32Array {
  const present = values.filter((value) => !Number.isNaN(value));
  return Uint32Array.from(present, (value) => {
    const cell = Math.floor((value - grid.low) / grid.width + 1e-9);
    return Math.min(grid.cells - 1, Math.max(0, cell));
  }).sort();
}

/** Cut [start, end) at a private median, unless it is a single cell. */
function split(
  payer: Payer,
  sorted: Uint32Array,
  [start, end]: [number, number],
  rate: Rational,
): [number, number][] {
  if (end - start <= 1) return [[start, end]];
  const cut = privateMedian(payer, sorted, start, end, rate);
  return [
    [start, cut],
    [cut, end],
  ];
}

/**
 * Candidates start+1 .. end−1; candidate x has as its score −|rows below x − rows from x on|. The first and the
 * last weigh more beforehand, whatever the rows: of many equal ones that makes a value that most rows share, such as
 * 0 at the lower end, a bin of its own, where an even choice would cut far from it. (The exponential mechanism
 * allows any base measure that doesn't depend on the data: McSherry & Talwar 2007, section 3.)
 */
function privateMedian(
  payer: Payer,
  sorted: Uint32Array,
  start: number,
  end: number,
  rate: Rational,
): number {
  const from = lowerBound(sorted, start);
  const to = lowerBound(sorted, end);
  const runs = runsOf(sorted, from, to, start, end);
  const deepest = runs.reduce((most, { imbalance }) => Math.max(most, imbalance), 0);
  const levels = new Float64Array(deepest + 1);
  for (const { imbalance, weight } of runs) {
    levels[imbalance] = (levels[imbalance] as number) + weight;
  }
  const best = levels.findIndex((count) => count > 0);
  const level = best + levelChoice(levels.subarray(best), rate, payer.entropy);
  let pick = below(levels[level] as number, payer.entropy);
  for (const { first, last, imbalance, weight } of runs) {
    if (imbalance !== level) continue;
    const length = last - first + 1;
    if (pick < length) return first + pick;
    if (pick < weight)
      return first > start + 1 || (last === end - 1 && pick % 2 === 0) ? last : first;
    pick -= weight;
  }
  return end - 1;
}

interface Run {
  readonly first: number;
  readonly last: number;
  readonly imbalance: number;
  /** Its candidates, and what an end among them weighs more. */
  readonly weight: number;
}

/** Stretches of candidates between neighbouring values, where the score does not change. */
function runsOf(sorted: Uint32Array, from: number, to: number, start: number, end: number): Run[] {
  const count = to - from;
  const more = Math.floor((end - start - 1) / ENDS);
  const runs: Run[] = [];
  let first = start + 1;
  for (let i = from; i <= to && first < end; i++) {
    const value = i < to ? (sorted[i] as number) : end - 1;
    const last = Math.min(value, end - 1);
    if (last < first) continue;
    const ends = Number(first === start + 1) + Number(last === end - 1);
    const weight = last - first + 1 + ends * more;
    runs.push({ first, last, imbalance: Math.abs(2 * (i - from) - count), weight });
    first = last + 1;
  }
  return runs;
}
