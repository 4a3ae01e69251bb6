/** Log odds that add up over the columns of a row. */
export interface AdditiveScore {
  readonly base: number;
  /** For each column, what each of its codes adds. */
  readonly effects: readonly Float64Array[];
}

const ROUNDS = 40;
/** Pulls effects of rare codes towards 0: one row's worth at even odds. */
const RIDGE = 0.25;

/**
 * Additive logistic regression on coded columns, column by column: Newton's step for all codes of one
 * column at once, which is exact since no row has two of them (block coordinate ascent; Friedman, Hastie &
 * Tibshirani 2000, "Additive logistic regression", section 4).
 *
 * @param columns codes of every row, below the size of their column.
 * @param outcome 1 or 0 for every row.
 */
export function fitScore(
  columns: readonly Int32Array[],
  sizes: readonly number[],
  outcome: Uint8Array,
  weights: Float64Array,
): AdditiveScore {
  const [yes, all] = totals(outcome, weights);
  const base = Math.log((yes + 0.5) / (all - yes + 0.5));
  const effects = sizes.map((size) => new Float64Array(size));
  const odds = new Float64Array(outcome.length).fill(base);
  for (let round = 0; round < ROUNDS; round++) {
    let moved = 0;
    for (const [c, codes] of columns.entries()) {
      const effect = effects[c] as Float64Array;
      moved = Math.max(moved, improve(codes, effect, odds, outcome, weights));
    }
    if (moved < 1e-3) break;
  }
  return { base, effects };
}

function totals(outcome: Uint8Array, weights: Float64Array): readonly [number, number] {
  let [yes, all] = [0, 0];
  for (let row = 0; row < outcome.length; row++) {
    all += weights[row] as number;
    yes += (weights[row] as number) * (outcome[row] as number);
  }
  return [yes, all];
}

/** One Newton step for the codes of one column; returns the largest move. */
function improve(
  codes: Int32Array,
  effect: Float64Array,
  odds: Float64Array,
  outcome: Uint8Array,
  weights: Float64Array,
): number {
  const slope = effect.map((value) => -RIDGE * value);
  const bend = new Float64Array(effect.length).fill(RIDGE);
  for (let row = 0; row < codes.length; row++) {
    const chance = 1 / (1 + Math.exp(-(odds[row] as number)));
    const [code, weight] = [codes[row] as number, weights[row] as number];
    slope[code] = (slope[code] as number) + weight * ((outcome[row] as number) - chance);
    bend[code] = (bend[code] as number) + weight * chance * (1 - chance);
  }
  const step = slope.map((value, code) =>
    Math.max(-1, Math.min(1, value / (bend[code] as number))),
  );
  for (let code = 0; code < effect.length; code++) {
    effect[code] = (effect[code] as number) + (step[code] as number);
  }
  for (let row = 0; row < codes.length; row++) {
    odds[row] = (odds[row] as number) + (step[codes[row] as number] as number);
  }
  return step.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The chance of the outcome in a row with these codes. */
export function chanceOf({ base, effects }: AdditiveScore, codes: readonly number[]): number {
  const odds = effects.reduce((sum, effect, c) => sum + (effect[codes[c] as number] ?? 0), base);
  return 1 / (1 + Math.exp(-odds));
}
