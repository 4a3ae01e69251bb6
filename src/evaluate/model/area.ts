import { lowerBound } from "../../base/lower-bound.js";
import { type Interval, Z } from "../privacy/intervals.js";

/**
 * The chance that a member scores above another row, ties one half: the area under the ROC curve (Mann & Whitney
 * 1947), with DeLong's interval (DeLong, DeLong & Clarke-Pearson 1988), and where that has no width, as where every
 * pair is in order, with Newcombe's (2006, method 5). NaN where a side is empty.
 */
export function areaUnderCurve(members: Float64Array, others: Float64Array): Interval {
  if (members.length === 0 || others.length === 0) return { value: Number.NaN, low: 0, high: 1 };
  const [ofMembers, ofOthers] = placements(members, others);
  const value = mean(ofMembers);
  const error = Z * Math.sqrt(errorOf(ofMembers) + errorOf(ofOthers));
  if (error === 0) return { value, ...newcombe(value, members.length, others.length) };
  return { value, low: Math.max(0, value - error), high: Math.min(1, value + error) };
}

/** All areas whose own standard error, of a model for it (Hanley & McNeil 1982), leaves the value possible. */
function newcombe(value: number, m: number, n: number): { low: number; high: number } {
  const mean = (m + n) / 2 - 1;
  const spread = (area: number) =>
    (area * (1 - area) * (1 + (mean * (1 - area)) / (2 - area) + (mean * area) / (1 + area))) /
    (m * n);
  const end = (limit: number): number => {
    let [inside, outside] = [value, limit];
    for (let half = 0; half < 60; half++) {
      const middle = (inside + outside) / 2;
      if (Math.abs(middle - value) <= Z * Math.sqrt(spread(middle))) inside = middle;
      else outside = middle;
    }
    return inside;
  };
  return { low: end(0), high: end(1) };
}

/** The same of scores of rows, members among which are marked by 1. */
export function areaOf(actual: ArrayLike<number>, scores: Float64Array): Interval {
  const [members, others] = sides(actual, scores);
  return areaUnderCurve(members, others);
}

/**
 * By how much the area of the second scores is larger than that of the first ones of the same rows, with DeLong's
 * interval for correlated areas: rows that are hard for both make neither better. Where that has no width, from the
 * intervals of both (Zou & Donner 2008).
 */
export function areaDifference(
  actual: ArrayLike<number>,
  first: Float64Array,
  second: Float64Array,
): Interval {
  const [one, other] = [first, second].map((scores) => placements(...sides(actual, scores)));
  const apart = (other ?? []).map((after, side) => {
    const before = one?.[side] as Float64Array;
    return after.map((placement, row) => placement - (before[row] as number));
  }) as [Float64Array, Float64Array];
  if (apart.some(({ length }) => length === 0)) return { value: Number.NaN, low: -1, high: 1 };
  const value = mean(apart[0]);
  const error = Z * Math.sqrt(errorOf(apart[0]) + errorOf(apart[1]));
  if (error === 0) {
    const [before, after] = [areaOf(actual, first), areaOf(actual, second)];
    const [below, above] = [after.value - after.low, after.high - after.value];
    return {
      value,
      low: value - Math.hypot(below, before.high - before.value),
      high: value + Math.hypot(above, before.value - before.low),
    };
  }
  return { value, low: Math.max(-1, value - error), high: Math.min(1, value + error) };
}

function sides(actual: ArrayLike<number>, scores: Float64Array): [Float64Array, Float64Array] {
  return [
    scores.filter((_, row) => actual[row] === 1),
    scores.filter((_, row) => actual[row] !== 1),
  ];
}

/** The share of others that each member scores above, and of members that score above each other row. */
function placements(
  members: Float64Array,
  others: Float64Array,
): readonly [Float64Array, Float64Array] {
  const sortedMembers = members.slice().sort();
  const sortedOthers = others.slice().sort();
  return [
    members.map((score) => below(sortedOthers, score) / others.length),
    others.map((score) => 1 - below(sortedMembers, score) / members.length),
  ];
}

/** How many values lie below one, those equal to it counted half; `sorted` ascends. */
function below(sorted: Float64Array, value: number): number {
  return (lowerBound(sorted, value) + upperBound(sorted, value)) / 2;
}

function upperBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The variance of the mean. */
function errorOf(values: Float64Array): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - centre) ** 2;
  return sum / (values.length - 1) / values.length;
}
