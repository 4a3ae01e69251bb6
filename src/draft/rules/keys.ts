import type { DraftColumn } from "../draft-column.js";
import { coded, type FoundRule } from "./evidence.js";

/** How many repeats a key must have been expected to have by chance, to count as one. */
const leastRepeats = 8;
const mostPairs = 300;
/** A thousand rows must find their keys among those that occur, without a long search. */
const leastChoices = 4_000;

/**
 * `unique a` and `unique a, b` where no row repeats another, though values drawn at random from as many
 * would have met often (the birthday bound n²/2m).
 */
export function keys(columns: readonly DraftColumn[], rows: number): readonly FoundRule[] {
  if (columns.some(({ isKey }) => isKey)) return [];
  const able = columns.filter(({ kind, optional }) => kind !== "aside" && !optional);
  const expected = (size: number): number => (rows * (rows - 1)) / (2 * size);
  const note = `no two of the rows agree`;
  for (const column of able) {
    const room = roomOf(column);
    if (column.distinct === rows && rows >= leastChoices && expected(room) >= leastRepeats)
      return [{ text: `unique ${column.name}`, note }];
  }
  let tried = 0;
  for (const [at, a] of able.entries())
    for (const b of able.slice(at + 1)) {
      const room = a.distinct * b.distinct;
      if (
        room < Math.max(rows, leastChoices) ||
        expected(room) < leastRepeats ||
        tried++ > mostPairs
      )
        continue;
      if (distinctPairs(a, b, rows)) return [{ text: `unique ${a.name}, ${b.name}`, note }];
    }
  return [];
}

/** How many values a column could have: whole numbers and dates between their ends. */
function roomOf({ values, kind }: DraftColumn): number {
  if (values.kind !== "number" || kind === "datetime") return Number.POSITIVE_INFINITY;
  if (values.type.kind === "real") return Number.POSITIVE_INFINITY;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values.values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return max - min + 1;
}

function distinctPairs(a: DraftColumn, b: DraftColumn, rows: number): boolean {
  const left = coded(a);
  const right = coded(b);
  const seen = new Set<number>();
  for (let row = 0; row < rows; row++) {
    const key = (left.codes[row] as number) * right.size + (right.codes[row] as number);
    if (seen.has(key)) return false;
    seen.add(key);
  }
  return true;
}
