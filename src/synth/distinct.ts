import { lowerBound } from "./observed.js";

/** The different numbers of a column. */
export interface Distinct {
  /** Ascending. */
  readonly values: Float64Array;
  /** How often each occurs. */
  readonly counts: Float64Array;
  /** By row, the position in `values`; −1 where missing. */
  readonly positions: Int32Array;
}

/** Find them: by counting where the numbers are whole and close together, else by sorting. */
export function distinctOf(values: Float64Array): Distinct {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let isWhole = true;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    if (isWhole && value !== Math.floor(value)) isWhole = false;
  }
  const span = high - low + 1;
  return isWhole && span <= 65536 + 4 * values.length
    ? byCounting(values, low, Math.max(0, span))
    : bySorting(values);
}

function byCounting(values: Float64Array, low: number, span: number): Distinct {
  const seen = new Int32Array(span);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (!Number.isNaN(value)) seen[value - low] = (seen[value - low] as number) + 1;
  }
  let count = 0;
  for (let at = 0; at < span; at++) if ((seen[at] as number) > 0) count++;
  const found = new Float64Array(count);
  const counts = new Float64Array(count);
  let place = 0;
  for (let at = 0; at < span; at++) {
    if (seen[at] === 0) continue;
    found[place] = low + at;
    counts[place] = seen[at] as number;
    seen[at] = place++;
  }
  const positions = new Int32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    positions[row] = Number.isNaN(value) ? -1 : (seen[value - low] as number);
  }
  return { values: found, counts, positions };
}

function bySorting(values: Float64Array): Distinct {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const found = new Float64Array(sorted.length);
  const counts = new Float64Array(sorted.length);
  let count = 0;
  for (let at = 0; at < sorted.length; at++) {
    if (at === 0 || sorted[at] !== sorted[at - 1]) found[count++] = sorted[at] as number;
    counts[count - 1] = (counts[count - 1] as number) + 1;
  }
  const kept = found.slice(0, count);
  const positions = new Int32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    positions[row] = Number.isNaN(value) ? -1 : lowerBound(kept, value, 0, count);
  }
  return { values: kept, counts: counts.slice(0, count), positions };
}
