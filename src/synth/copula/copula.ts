import { breathe } from "../../base/progress.js";
import type { Distinct } from "../../kernels/distinct.js";
import { isNumeric } from "../../table/column-type.js";
import type { FitRequest, LearnedColumn, Learner, RowModel } from "../synthesizer.js";
import { type Training, trainingOf, visitOrder } from "../training.js";
import { CopulaRows } from "./copula-rows.js";
import { type Coefficients, hermiteCoefficients, latentCorrelation } from "./hermite.js";
import { levelOrders } from "./level-order.js";
import { codeMargin, type Margin, numberMargin } from "./margin.js";
import { cholesky, nearestCorrelation, type Square } from "./matrix.js";
import { covariances, type Scored } from "./moments.js";
import { normalDensity } from "./normal.js";
import { parametricCounts } from "./parametric.js";

/**
 * A Gaussian copula: every column is a normal variable seen through its own empirical distribution, and
 * the normals are correlated. Correlations are those of the latent normals, whatever the types of the
 * pair (polychoric, polyserial, Pearson of normal scores), because each pair's moment is inverted
 * through Mehler's formula. A column with missing values has a second normal, for being missing.
 *
 * Option: `margins parametric` (default `margins empirical`) gives each number column the chances of
 * the family that fits it best, where one does.
 */
export const copula: Learner = {
  name: "copula",
  summary: "a Gaussian copula: each column's own distribution, joined by correlations; very fast",
  refuses: () => undefined,
  fit: fitCopula,
};

async function fitCopula(request: FitRequest): Promise<RowModel> {
  const { columns, progress } = request;
  const training = trainingOf(request);
  const phase = "learning margins";
  progress.report({ phase, done: 0, total: columns.length, unit: "columns" });
  await breathe(progress.signal);
  const isParametric = request.options["margins"]?.[0] === "parametric";
  const { margins, states } = marginsOf(training, isParametric ? parametricCounts : undefined);
  progress.report({ phase: "learning correlations", done: 0 });
  await breathe(progress.signal);
  const order = visitOrder(columns, request.first);
  const latents = latentsOf(margins, order);
  const root = correlate(latents, margins, states, training.rows);
  const done = columns.length;
  progress.report({ phase: "learning done", done, total: done, unit: "columns" });
  return new CopulaRows({ columns, levels: training.levels, order, margins, root });
}

function marginsOf(
  training: Training,
  smooth: ((found: Distinct) => Float64Array | undefined) | undefined,
): {
  readonly margins: readonly Margin[];
  readonly states: readonly Int32Array[];
} {
  const { columns, cells, levels, rows } = training;
  const numbers = columns.map((column, at) =>
    isNumeric(column.type) || levels[at] === undefined
      ? numberMargin(cells[at] as Float64Array, column, smooth)
      : undefined,
  );
  const scores = numbers.map((found) => found && stateScores(found.margin));
  const orders = levelOrders(training, (column, row) => {
    const state = numbers[column]?.states[row];
    if (state !== undefined) return state < 0 ? Number.NaN : (scores[column]?.[state] as number);
    const code = (cells[column] as Int32Array)[row] as number;
    return code < 0 ? Number.NaN : code;
  });
  const margins: Margin[] = [];
  const states: Int32Array[] = [];
  columns.forEach((_: LearnedColumn, at) => {
    const found = numbers[at];
    if (found !== undefined) {
      margins[at] = found.margin;
      states[at] = found.states;
      return;
    }
    const codes = cells[at] as Int32Array;
    const margin = codeMargin(
      orders[at] as Int32Array,
      countsOf(codes, levels[at]?.length ?? 0),
      rows,
    );
    margins[at] = margin;
    states[at] = statesOf(codes, margin.stateOf as Int32Array);
  });
  return { margins, states };
}

function countsOf(codes: Int32Array, levels: number): Float64Array {
  const counts = new Float64Array(levels);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (code >= 0) counts[code] = (counts[code] as number) + 1;
  }
  return counts;
}

function statesOf(codes: Int32Array, stateOf: Int32Array): Int32Array {
  const states = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    states[row] = code < 0 ? -1 : (stateOf[code] as number);
  }
  return states;
}

/** A normal variable behind a column: of its value, or of its being missing. */
export interface Latent {
  readonly column: number;
  readonly ofMissing: boolean;
}

/** In drawing order; whether a value is missing comes before the value. */
export function latentsOf(margins: readonly Margin[], order: readonly number[]): Latent[] {
  return order.flatMap((column) => {
    const value = { column, ofMissing: false };
    return (margins[column]?.missing ?? 0) > 0 ? [{ column, ofMissing: true }, value] : [value];
  });
}

/** Mean of the latent normal in each state. */
function stateScores({ thresholds, chances }: Margin): Float64Array {
  const density = thresholds.map(normalDensity);
  return chances.map((chance, state) =>
    chance > 0 ? ((density[state] as number) - (density[state + 1] as number)) / chance : 0,
  );
}

/** The Cholesky root of the latent correlations. */
function correlate(
  latents: readonly Latent[],
  margins: readonly Margin[],
  states: readonly Int32Array[],
  rows: number,
): Square {
  const scored: Scored[] = [];
  const coefficients: Coefficients[] = [];
  for (const { column, ofMissing } of latents) {
    const margin = margins[column] as Margin;
    const own = states[column] as Int32Array;
    if (ofMissing) {
      const infinity = Number.POSITIVE_INFINITY;
      const thresholds = Float64Array.of(-infinity, margin.missingBelow, infinity);
      const chances = Float64Array.of(margin.missing, 1 - margin.missing);
      const scores = stateScores({ ...margin, thresholds, chances });
      scored.push({ states: own.map((state) => (state < 0 ? 0 : 1)), scores, hasGaps: false });
      coefficients.push(hermiteCoefficients(thresholds, chances));
    } else {
      scored.push({ states: own, scores: stateScores(margin), hasGaps: margin.missing > 0 });
      coefficients.push(hermiteCoefficients(margin.thresholds, margin.chances));
    }
  }
  const size = latents.length;
  const seen = covariances(scored, rows);
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    values[i * size + i] = 1;
    for (let j = 0; j < i; j++) {
      const same = (latents[i] as Latent).column === (latents[j] as Latent).column;
      const rho = same
        ? 0
        : latentCorrelation(
            coefficients[i] as Coefficients,
            coefficients[j] as Coefficients,
            seen[i * size + j] as number,
          );
      values[i * size + j] = rho;
      values[j * size + i] = rho;
    }
  }
  const matrix = { size, values };
  const root = cholesky(matrix, 1e-6) ?? cholesky(nearestCorrelation(matrix), 0);
  return root ?? identity(size);
}

function identity(size: number): Square {
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i++) values[i * size + i] = 1;
  return { size, values };
}
