import type { FitRequest } from "./synthesizer.js";
import { numberOption } from "./training.js";

/** The rows that training sees, over all epochs, unless `epochs` says otherwise. */
const usualSights = 400_000;
/** A table of fewer rows is learned among rows that trees draw from it. */
export const leanRows = 2000;
/** Under a budget: the rows of noisy counts that training sees before its noisy steps. */
export const countedSights = 200_000;
/** Letters of a text, at most, and words of a column, about. */
const letters = 32;
const words = 100;
/**
 * Seconds for a multiplication of a step on one core, all that goes with it spread over them: 41 s of the CPU for 240,000
 * rows of Adult (15 columns; `bench/peers/learners.mjs`); a network of a million weights takes about as long for each.
 */
const secondsEach = 6e-11;

/** Epochs that `learn with language` trains for unless it is told. */
export function usualEpochs(rows: number): number {
  return Math.min(100, Math.max(5, Math.round(usualSights / Math.max(1, rows))));
}

/** How many rows are then seen, over all epochs: fewer of a wide table, each of which takes longer. */
export function leanSights(columns: number): number {
  return 40_000 * Math.min(1, 40 / columns);
}

/**
 * About how many seconds of one core `learn with language` trains at most, from what a plan knows: the multiplications of a
 * pass there and two back through dense layers and heads, for each token of each row that it sees.
 *
 * `rows`: absent under a budget; then the seconds are those of the rows of noisy counts alone.
 */
export function languageSeconds(
  columns: { readonly texts: number; readonly others: number },
  rows: number | undefined,
  options: FitRequest["options"],
): number {
  const [width, layers] = [numberOption(options, "width", 64), numberOption(options, "layers", 2)];
  const tokens = columns.others + letters * columns.texts;
  const sights = rows === undefined ? countedSights : sightsOf(columns, rows, options);
  const attention = 2 * tokens * width;
  const ofToken = layers * (8 * width * width + attention) + width * words;
  return secondsEach * 3 * sights * tokens * ofToken;
}

function sightsOf(
  { texts, others }: { readonly texts: number; readonly others: number },
  rows: number,
  options: FitRequest["options"],
): number {
  if (rows < leanRows && texts === 0 && options["epochs"] === undefined) {
    return leanSights(others);
  }
  return rows * numberOption(options, "epochs", usualEpochs(rows));
}
