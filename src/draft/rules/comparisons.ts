import { numberText } from "../../ir/sketch.js";
import type { NumberColumn } from "../../table/table.js";
import type { DraftColumn } from "../draft-column.js";
import { type FoundRule, guarded, leastBroken, shifts } from "./evidence.js";

interface Pair {
  readonly low: DraftColumn;
  readonly high: DraftColumn;
}

const most = 20;

/**
 * `a <= b` for the pairs of comparable columns where it holds in every row that has both, and would
 * not if the rows were paired at random; without those that follow from two others.
 */
export function comparisons(
  columns: readonly DraftColumn[],
  skip: (a: DraftColumn, b: DraftColumn) => boolean,
): readonly FoundRule[] {
  const measured = columns.filter(({ kind }) => ["number", "date", "datetime"].includes(kind));
  const pairs: Pair[] = [];
  for (const low of measured)
    for (const high of measured)
      if (low !== high && alike(low, high) && !skip(low, high) && always(low, high))
        pairs.push({ low, high });
  const below = (a: DraftColumn, b: DraftColumn): boolean =>
    pairs.some(({ low, high }) => low === a && high === b);
  const direct = pairs.filter(
    ({ low, high }) =>
      !measured.some(
        (middle) => middle !== low && middle !== high && below(low, middle) && below(middle, high),
      ),
  );
  return direct.slice(0, most).map(({ low, high }) => ({
    text: guarded(`${low.name} <= ${high.name}`, [low, high]),
    note: `holds in every row, and not by chance${spanNote(low, high)}`,
  }));
}

/** Between dates that are there in every row: the column by which how far they lie apart is learned under a budget. */
function spanNote(low: DraftColumn, high: DraftColumn): string {
  const isDated = low.kind === "date" || low.kind === "datetime";
  if (!isDated || low.optional || high.optional) return "";
  const [earlier, later] = [low, high].map(({ values }) => (values as NumberColumn).values) as [
    Float64Array,
    Float64Array,
  ];
  const widest = later.reduce((most, value, row) => Math.max(most, value - (earlier[row] ?? 0)), 0);
  const type = low.kind === "date" ? "int" : "duration";
  const range = `0..${numberText(outwards(widest))}${low.kind === "date" ? " days" : ""}`;
  return `; under a budget, \`gap: ${type} ${range} := ${high.name} - ${low.name}\` above keeps how far they lie apart`;
}

/** The next number of two digits, so that the range does not tell the widest gap. */
function outwards(value: number): number {
  const coarse = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.ceil(value / coarse) * coarse;
}

/** Of the same kind and unit, so that the language compares them. */
export function alike(a: DraftColumn, b: DraftColumn): boolean {
  return a.kind === b.kind && a.unit === b.unit;
}

function always(low: DraftColumn, high: DraftColumn): boolean {
  const a = (low.values as NumberColumn).values;
  const b = (high.values as NumberColumn).values;
  let both = 0;
  let differ = 0;
  for (let row = 0; row < a.length; row++) {
    const left = a[row] as number;
    const right = b[row] as number;
    if (left > right) return false;
    if (left <= right) both++;
    if (left < right) differ++;
  }
  return differ > 0 && both >= 20 && brokenByChance(a, b) >= leastBroken(both);
}

function brokenByChance(a: Float64Array, b: Float64Array): number {
  const rows = a.length;
  let least = Number.POSITIVE_INFINITY;
  for (const shift of shifts(rows)) {
    let broken = 0;
    for (let row = 0; row < rows; row++)
      if ((a[row] as number) > (b[(row + shift) % rows] as number)) broken++;
    least = Math.min(least, broken);
  }
  return least;
}
