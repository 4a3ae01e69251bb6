import type { Random } from "../../base/random.js";
import { rake } from "../fair/rake.js";

/** Rows as words: rows × slots. */
export interface RowWords {
  readonly words: Int32Array;
  readonly rows: number;
}

/** No open row counts for more than so many. */
const mostWeight = 8;

/**
 * Rows of two kinds as one: `drawn` ones, and as `share` of all `open` ones, repeated by weights under which each
 * slot's words are as frequent as among the drawn ones (raking: iterative proportional fitting to one-way margins). So the
 * drawn rows say how frequent things are, and the open ones also what goes together. `sizes`: words a slot may hold.
 */
export function mixedWords(
  drawn: RowWords,
  open: RowWords,
  sizes: readonly number[],
  share: number,
  random: Random,
): RowWords {
  const slots = sizes.length;
  const added = Math.round((share / (1 - share)) * drawn.rows);
  const weights = raked(drawn, open, sizes);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) return drawn;
  const words = new Int32Array((drawn.rows + added) * slots);
  words.set(drawn.words.subarray(0, drawn.rows * slots));
  let at = drawn.rows * slots;
  let next = random.uniform();
  let reached = 0;
  // Systematic sampling: each row comes as often as it weighs, rounded up or down.
  for (let row = 0; row < open.rows; row++) {
    reached += ((weights[row] as number) * added) / total;
    for (; next < reached && at < words.length; next++, at += slots) {
      words.set(open.words.subarray(row * slots, (row + 1) * slots), at);
    }
  }
  return { words: words.subarray(0, at), rows: at / slots };
}

function raked(drawn: RowWords, open: RowWords, sizes: readonly number[]): Float64Array {
  const margins = sizes.map((size, slot) => {
    const target = new Float64Array(size);
    for (const word of slotOf(drawn, slot, sizes.length)) target[word]! += 1 / drawn.rows;
    return { codes: slotOf(open, slot, sizes.length), target };
  });
  const { weights } = rake(open.rows, margins);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / open.rows;
  return weights.map((weight) =>
    Number.isFinite(weight) ? Math.min(mostWeight * mean, weight) : 0,
  );
}

function slotOf({ words, rows }: RowWords, slot: number, slots: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => words[row * slots + slot] as number);
}
