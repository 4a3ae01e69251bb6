import type { Cells } from "../../constraint/guide.js";
import type { Observed } from "../observed.js";
import { ObservedNumbers } from "../observed-numbers.js";

/** A column that tells another has so many rows a value, on average: else rows would be told apart, not columns. */
const fewestRows = 10;
/** Of all rows, and of those without the column's commonest value, no more may differ. */
const mostDiffer = 0.005;
const mostOfRest = 0.2;

/** So many rows tell most pairs that tell nothing of each other. */
const firstAsked = 2000;
/** How likely a tied column has another value than its real row, about. */
export const untied = 0.005;

/** By column that others are tied to: the real row that each value of a batch came from; −1: none. */
export type Donors = ReadonlyMap<number, Int32Array>;

export function donorsByRoot(ties: Int32Array, rows: number): Donors {
  const roots = [...new Set(ties)].filter((root) => root >= 0);
  return new Map(roots.map((root) => [root, new Int32Array(rows).fill(-1)]));
}

/** The column that a column is tied to, or itself. */
export function rootOf(ties: Int32Array, column: number): number {
  const tie = ties[column] as number;
  return tie < 0 ? column : tie;
}

/**
 * The real row that a tied column's value comes from; −1 for other columns, and where the value that it goes with is no
 * longer that row's.
 */
export function tiedDonor(
  { ties, observed }: { readonly ties: Int32Array; readonly observed: readonly Observed[] },
  donors: Donors,
  cells: Cells,
  column: number,
  row: number,
): number {
  const root = ties[column] as number;
  const donor = root < 0 ? -1 : (donors.get(root)?.[row] ?? -1);
  const values = cells[root];
  if (donor < 0 || !(values instanceof Int32Array)) return donor;
  return observed[root]?.entries[donor] === values[row] ? donor : -1;
}

/**
 * By column, the one drawn earlier that tells its value in all but a few rows (schooling in years tells the degree, an income
 * its decile), or −1. Within a leaf such columns are anything but independent: they take their values from one real row.
 */
export function tiesOf(observed: readonly Observed[], order: readonly number[]): Int32Array {
  const ties = new Int32Array(observed.length).fill(-1);
  const kinds = observed.map(({ entries }) => kindsOf(entries));
  const rows = observed[0]?.entries.length ?? 0;
  const few = rows / fewestRows;
  /** By column, how many values the one has that it is tied to. */
  const fewest = new Float64Array(observed.length).fill(Number.POSITIVE_INFINITY);
  order.forEach((before, turn) => {
    const { different } = kinds[before] as Kinds;
    const teller = observed[before] as Observed;
    if (different < 2 || (different > few && !(teller instanceof ObservedNumbers))) return;
    const sorted = different > few ? rowsInOrder(teller.entries) : undefined;
    // What tells another may itself take its values from a row that a third was drawn from.
    const root = rootOf(ties, before);
    for (const column of order.slice(turn + 1)) {
      const [told, own] = [observed[column] as Observed, kinds[column] as Kinds];
      if (own.different < 2 || different >= (fewest[column] as number)) continue;
      const isTold =
        sorted === undefined
          ? tells(teller, told, Math.min(mostDiffer * rows, mostOfRest * (rows - own.commonest)))
          : tellsInStretches(sorted, teller, told, own);
      if (!isTold) continue;
      ties[column] = root;
      fewest[column] = different;
    }
  });
  return ties;
}

/** Rows by ascending entry. */
function rowsInOrder(entries: Int32Array): Int32Array {
  const least = entries.reduce((low, entry) => Math.min(low, entry), 0);
  const next = new Int32Array(
    entries.reduce((high, entry) => Math.max(high, entry), 0) - least + 2,
  );
  for (const entry of entries) next[entry - least + 1] = (next[entry - least + 1] as number) + 1;
  for (let i = 1; i < next.length; i++) next[i] = (next[i] as number) + (next[i - 1] as number);
  const sorted = new Int32Array(entries.length);
  entries.forEach((entry, row) => {
    const at = next[entry - least] as number;
    next[entry - least] = at + 1;
    sorted[at] = row;
  });
  return sorted;
}

/** Whether each value lies in one stretch or two of a number that has too many values to tell it one by one. */
function tellsInStretches(
  sorted: Int32Array,
  { entries }: Observed,
  own: Observed,
  { different, commonest }: Kinds,
): boolean {
  const most = 2 * different;
  if (sorted.length - commonest < most * fewestRows) return false;
  // Where equal numbers go with several values, each of these begins a stretch, whatever the order of the rows.
  const beside = new Set<number>();
  let stretches = 0;
  let last = Number.NaN;
  let at = Number.NaN;
  for (const row of sorted) {
    if (entries[row] !== at) beside.clear();
    at = entries[row] as number;
    const value = own.entries[row] as number;
    if (value !== last && !beside.has(value)) {
      last = value;
      if (++stretches > most) return false;
    }
    beside.add(value);
  }
  return true;
}

interface Kinds {
  /** Different values, a missing one among them. */
  readonly different: number;
  /** Rows of the commonest. */
  readonly commonest: number;
}

function kindsOf(entries: Int32Array): Kinds {
  const counts = new Map<number, number>();
  for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  let commonest = 0;
  for (const count of counts.values()) commonest = Math.max(commonest, count);
  return { different: counts.size, commonest };
}

/** Whether all but so many rows have the value that most rows of the same value have; some rows are asked first. */
function tells(before: Observed, own: Observed, most: number): boolean {
  const every = Math.ceil(own.entries.length / firstAsked);
  if (every > 1 && differing(before, own, every) > (2 * most) / every + 3) return false;
  return differing(before, own, 1) <= most;
}

/** Of every so many rows, those without the commonest value beside theirs. */
function differing({ entries }: Observed, own: Observed, every: number): number {
  const counts = new Map<number, Map<number, number>>();
  let rows = 0;
  for (let row = 0; row < entries.length; row += every) {
    const beside = counts.get(entries[row] as number) ?? new Map<number, number>();
    counts.set(entries[row] as number, beside);
    const value = own.entries[row] as number;
    beside.set(value, (beside.get(value) ?? 0) + 1);
    rows++;
  }
  for (const beside of counts.values()) rows -= Math.max(...beside.values());
  return rows;
}
