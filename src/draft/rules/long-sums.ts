import type { NumberColumn } from "../../table/table.js";
import type { DraftColumn } from "../draft-column.js";
import { alike } from "./comparisons.js";

/** Columns side by side in the file whose sum is the same in every row, or is another column. */
export interface LongSum {
  readonly parts: readonly DraftColumn[];
  readonly total: number | DraftColumn;
}

const fewestParts = 3;
const mostParts = 12;
const fewestRows = 20;
const probes = 12;

/**
 * Sums of three columns and more: shares that make 100, items that make a total. The parts are looked for
 * side by side, where people put them; the total anywhere.
 *
 * @param numbers columns of numbers in the order of the file
 */
export function longSums(numbers: readonly DraftColumn[]): readonly LongSum[] {
  const found: LongSum[] = [];
  const used = new Set<DraftColumn>();
  for (let start = 0; start < numbers.length; start++) {
    const longest = longSumFrom(numbers, start, used);
    if (longest === undefined) continue;
    found.push(longest);
    for (const part of longest.parts) used.add(part);
    if (typeof longest.total !== "number") used.add(longest.total);
  }
  return found;
}

function longSumFrom(
  numbers: readonly DraftColumn[],
  start: number,
  used: ReadonlySet<DraftColumn>,
): LongSum | undefined {
  const first = numbers[start] as DraftColumn;
  for (let count = fewestParts; count <= mostParts; count++) {
    const parts = numbers.slice(start, start + count);
    const last = parts.at(-1) as DraftColumn;
    if (parts.length < count || used.has(last) || used.has(first) || !alike(first, last)) return;
    const sums = sumsOf(parts);
    const [constant] = sums.filter((sum) => !Number.isNaN(sum));
    if (constant === undefined) continue;
    if (agrees(sums, () => constant)) return { parts, total: constant };
    const total = numbers.find(
      (column) =>
        !parts.includes(column) &&
        !used.has(column) &&
        alike(first, column) &&
        agrees(sums, (row) => at(column, row)),
    );
    if (total !== undefined && parts.every(isVaried)) return { parts, total };
  }
  return;
}

const at = (column: DraftColumn, row: number): number =>
  (column.values as NumberColumn).values[row] as number;

const isVaried = (column: DraftColumn): boolean =>
  (column.values as NumberColumn).values.some((value) => !Number.isNaN(value) && value !== 0);

/** The sum of the columns in each row; NaN where one of them is missing. */
function sumsOf(columns: readonly DraftColumn[]): Float64Array {
  const sums = new Float64Array(((columns[0] as DraftColumn).values as NumberColumn).values.length);
  for (const column of columns)
    for (let row = 0; row < sums.length; row++) sums[row] = (sums[row] as number) + at(column, row);
  return sums;
}

/** Whether the sums are what is expected of them, in every row that has all values. */
function agrees(sums: Float64Array, expected: (row: number) => number): boolean {
  const holds = (row: number): boolean | undefined => {
    const [sum, wanted] = [sums[row] as number, expected(row)];
    if (Number.isNaN(sum) || Number.isNaN(wanted)) return undefined;
    return Math.abs(sum - wanted) <= 1e-9 * Math.max(1, Math.abs(sum), Math.abs(wanted));
  };
  const stride = Math.max(1, Math.floor(sums.length / probes));
  for (let row = 0; row < sums.length; row += stride) if (holds(row) === false) return false;
  let seen = 0;
  for (let row = 0; row < sums.length; row++) {
    const held = holds(row);
    if (held === false) return false;
    if (held === true) seen++;
  }
  return seen >= fewestRows;
}
