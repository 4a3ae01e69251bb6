import { type Interval, Z } from "../privacy/intervals.js";

/**
 * The chance that a member scores above another row, ties one half: the area under the ROC curve (Mann & Whitney
 * 1947), with DeLong's interval (DeLong, DeLong & Clarke-Pearson 1988). NaN where a side is empty.
 */
export function areaUnderCurve(members: Float64Array, others: Float64Array): Interval {
  if (members.length === 0 || others.length === 0) return { value: Number.NaN, low: 0, high: 1 };
  const [ofMembers, ofOthers] = placements(members, others);
  const value = mean(ofMembers);
  const error = Z * Math.sqrt(errorOf(ofMembers) + errorOf(ofOthers));
  return { value, low: Math.max(0, value - error), high: Math.min(1, value + error) };
}

/** The same of scores of rows, members among which are marked by 1. */
export function areaOf(actual: ArrayLike<number>, scores: Float64Array): Interval {
  const [members, others] = sides(actual, scores);
  return areaUnderCurve(members, others);
}

/**
 * By how much the area of the second scores is larger than that of the first ones of the same rows, with DeLong's
 * interval for correlated areas: rows that are hard for both make neither better.
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

function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
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
