import type { Level } from "../synth/fair/quota.js";
import { tighten } from "./whole-rows.js";

/** Which of the cells rows can be of at all. */
type Open = (cell: number) => boolean;

/**
 * Counts in whole rows that meet goals within strata and goals of all rows, as far as rows near by do: first stratum by
 * stratum, then as a whole, with moves that break no stratum.
 *
 * @param counts pairs of cells, without the outcome and with it.
 * @param open false for cells that the model gives no rows of.
 * @returns the rows of the smallest group that is left apart; undefined where all goals are met.
 */
export function settle(
  counts: Int32Array,
  levels: readonly Level[],
  open: Open = () => true,
): number | undefined {
  let apart = Number.POSITIVE_INFINITY;
  for (const [l, level] of levels.entries()) {
    const strata = new Set(level.stratum.filter((stratum) => stratum >= 0));
    for (const stratum of strata) {
      apart = Math.min(
        apart,
        settleOne(counts, level, stratum, { done: levels.slice(0, l), open }),
      );
    }
  }
  return Number.isFinite(apart) ? apart : undefined;
}

function settleOne(
  counts: Int32Array,
  level: Level,
  stratum: number,
  allowed: { readonly done: readonly Level[]; readonly open: Open },
): number {
  const members = membersOf(level, stratum);
  const groups = [...members.values()];
  const before = sumsOf(counts, groups);
  const after = before.slice();
  let apart = tighten(after, level.goals) ?? Number.POSITIVE_INFINITY;
  for (const [g, pairs] of groups.entries()) {
    const move = (after[2 * g + 1] as number) - (before[2 * g + 1] as number);
    if (shift(counts, pairs, move, allowed)) continue;
    apart = Math.min(apart, (before[2 * g] as number) + (before[2 * g + 1] as number));
  }
  return apart;
}

/** The pairs of each group in a stratum. */
function membersOf({ stratum, group }: Level, of: number): ReadonlyMap<number, readonly number[]> {
  const members = new Map<number, number[]>();
  for (const [pair, code] of group.entries()) {
    if (stratum[pair] !== of) continue;
    members.set(code, [...(members.get(code) ?? []), pair]);
  }
  return members;
}

function sumsOf(counts: Int32Array, groups: readonly (readonly number[])[]): Int32Array {
  const sum = (pairs: readonly number[], side: number) =>
    pairs.reduce((total, pair) => total + (counts[2 * pair + side] as number), 0);
  return Int32Array.from(groups.flatMap((pairs) => [sum(pairs, 0), sum(pairs, 1)]));
}

/** Rows of a group change sides, in pairs that no settled goal speaks of first; false where not all could. */
function shift(
  counts: Int32Array,
  pairs: readonly number[],
  move: number,
  { done, open }: { readonly done: readonly Level[]; readonly open: Open },
): boolean {
  const [from, to] = move > 0 ? [0, 1] : [1, 0];
  const judged = (pair: number) =>
    done.reduce((sum, { stratum }) => sum + ((stratum[pair] as number) >= 0 ? 1 : 0), 0);
  const at = (pair: number, side: number) => counts[2 * pair + side] as number;
  const order = pairs
    .filter((pair) => open(2 * pair + to))
    .toSorted((a, b) => judged(a) - judged(b) || at(b, from) - at(a, from));
  let left = Math.abs(move);
  for (const pair of order) {
    while (left > 0 && at(pair, from) > 0) {
      const before = done.map((level) => excess(counts, level, pair));
      counts[2 * pair + from] = at(pair, from) - 1;
      counts[2 * pair + to] = at(pair, to) + 1;
      const worse = done.some(
        (level, l) => excess(counts, level, pair) > Math.max(1e-9, before[l] as number),
      );
      if (worse) {
        counts[2 * pair + from] = at(pair, from) + 1;
        counts[2 * pair + to] = at(pair, to) - 1;
        break;
      }
      left--;
    }
  }
  return left === 0;
}

/** By how much a pair's stratum is beyond its goals. */
function excess(counts: Int32Array, level: Level, pair: number): number {
  const stratum = level.stratum[pair] as number;
  if (stratum < 0) return 0;
  const sums = sumsOf(counts, [...membersOf(level, stratum).values()]);
  let [low, high] = [1, 0];
  for (let at = 0; at < sums.length; at += 2) {
    const rows = (sums[at] as number) + (sums[at + 1] as number);
    if (rows === 0) continue;
    const share = (sums[at + 1] as number) / rows;
    [low, high] = [Math.min(low, share), Math.max(high, share)];
  }
  return level.goals.reduce(
    (most, { metric, bound }) =>
      Math.max(most, metric === "ratio" ? bound * high - low : high - low - bound),
    0,
  );
}
