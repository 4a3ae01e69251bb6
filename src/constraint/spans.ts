import { gridValue, indexAtLeast, indexAtMost } from "./grid.js";

/** Disjoint inclusive intervals, ascending, as low, high, low, high … */
export type Spans = readonly number[];

/** What two sets share. */
export function intersectSpans(a: Spans, b: Spans): number[] {
  const shared: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const low = Math.max(a[i] as number, b[j] as number);
    const high = Math.min(a[i + 1] as number, b[j + 1] as number);
    if (low <= high) shared.push(low, high);
    if ((a[i + 1] as number) < (b[j + 1] as number)) i += 2;
    else j += 2;
  }
  return shared;
}

/** What lies in either set. */
export function uniteSpans(a: Spans, b: Spans): number[] {
  const united: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const first = j >= b.length || (i < a.length && (a[i] as number) <= (b[j] as number));
    const low = (first ? a[i] : b[j]) as number;
    const high = (first ? a[i + 1] : b[j + 1]) as number;
    if (first) i += 2;
    else j += 2;
    const last = united.length - 1;
    if (last > 0 && low <= (united[last] as number)) {
      united[last] = Math.max(united[last] as number, high);
    } else united.push(low, high);
  }
  return united;
}

/** Each interval drawn in to the values of a grid; neighbours on the grid grow together. */
export function gridSpans(spans: Spans, step: number): number[] {
  const rounded: number[] = [];
  let previous = Number.NaN;
  for (let i = 0; i < spans.length; i += 2) {
    const from = indexAtLeast(spans[i] as number, step);
    const to = indexAtMost(spans[i + 1] as number, step);
    if (from > to) continue;
    const high = Number.isFinite(to) ? gridValue(to, step) : to;
    if (from <= previous + 1) rounded[rounded.length - 1] = high;
    else rounded.push(Number.isFinite(from) ? gridValue(from, step) : from, high);
    previous = to;
  }
  return rounded;
}

/** How many values of a grid lie in the set; Infinity where it has no end. */
export function countOnGrid(spans: Spans, step: number): number {
  let count = 0;
  for (let i = 0; i < spans.length; i += 2) {
    count += indexAtMost(spans[i + 1] as number, step) - indexAtLeast(spans[i] as number, step) + 1;
  }
  return count;
}

export function spansContain(spans: Spans, value: number): boolean {
  for (let i = 0; i < spans.length; i += 2) {
    if (value < (spans[i] as number)) return false;
    if (value <= (spans[i + 1] as number)) return true;
  }
  return false;
}

/** The value of the set that lies nearest. */
export function nearestIn(spans: Spans, value: number): number {
  let best = Number.NaN;
  for (let i = 0; i < spans.length; i += 2) {
    const inside = Math.min(Math.max(value, spans[i] as number), spans[i + 1] as number);
    if (!(Math.abs(inside - value) >= Math.abs(best - value))) best = inside;
  }
  return best;
}

export function sameSpans(a: Spans, b: Spans): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
