import type { CheckedFairness } from "../ir/checked.js";

/** Groups of more rows than this can have nearly any share. */
const FINE = 2_000;
const SLACK = 1e-9;
/** The share of all rows that may change sides for it. */
const REACH = 0.01;

/** A group's rows, and how many of them have the outcome. */
interface Group {
  readonly at: number;
  readonly rows: number;
  readonly yes: number;
}

/**
 * Whole rows in place of shares can open a gap again that the goal closed. Rows change sides until every group's
 * share lies in one interval that the goal allows: that of the intervals which takes most groups in, and of these
 * the one for which shares move least. More than a row a group and a hundredth of all rows don't change sides: groups
 * of a few rows, whose shares step by more than the goal allows, are left a little apart.
 *
 * Cells are group × (no, yes).
 *
 * @returns the rows of the smallest group that is left outside; undefined where the goal is met.
 */
export function tighten(counts: Int32Array, goals: CheckedFairness["goals"]): number | undefined {
  const top = topOf(goals);
  const groups = groupsOf(counts);
  const shares = groups.map(({ yes, rows }) => yes / rows);
  if (shares.length === 0 || Math.max(...shares) <= top(Math.min(...shares))) return undefined;
  const most = groups.length + REACH * groups.reduce((sum, { rows }) => sum + rows, 0);
  const fits = starts(groups, goals)
    .map((low) => fitted(groups, low, top(low)))
    .filter(({ changed }) => changed <= most);
  const best = fits.reduce<Fit | undefined>(
    (one, fit) => (better(fit, one) ? fit : one),
    undefined,
  );
  if (best === undefined) return smallest(groups);
  for (const [g, { at, rows }] of groups.entries()) {
    const yes = best.yes[g] as number;
    counts[at] = rows - yes;
    counts[at + 1] = yes;
  }
  return best.outside > SLACK ? smallest(groups) : undefined;
}

/** The largest share that goals allow beside the smallest. */
const topOf =
  (goals: CheckedFairness["goals"]) =>
  (low: number): number =>
    goals.reduce((most, { metric, bound }) => {
      if (metric === "parity") return Math.min(most, low + bound);
      return metric === "ratio" && bound > 0 ? Math.min(most, low / bound) : most;
    }, 1);

const smallest = (groups: readonly Group[]): number => Math.min(...groups.map(({ rows }) => rows));

function better(fit: Fit, than: Fit | undefined): boolean {
  if (than === undefined || fit.outside < than.outside - SLACK) return true;
  return fit.outside < than.outside + SLACK && fit.moved < than.moved;
}

function groupsOf(counts: Int32Array): readonly Group[] {
  const groups: Group[] = [];
  for (let at = 0; at < counts.length; at += 2) {
    const [no, yes] = [counts[at] as number, counts[at + 1] as number];
    if (no + yes > 0) groups.push({ at, rows: no + yes, yes });
  }
  return groups;
}

/** Where the interval may begin: at a share that a group can have, or so that it ends at one. */
function starts(groups: readonly Group[], goals: CheckedFairness["goals"]): readonly number[] {
  const found = new Set<number>();
  for (const { rows, yes } of groups) {
    const near = rows > FINE ? FINE / 2 : rows;
    for (let k = Math.max(0, yes - near); k <= Math.min(rows, yes + near); k++) {
      const share = k / rows;
      found.add(share);
      for (const { metric, bound } of goals) {
        const low = metric === "parity" ? share - bound : share * bound;
        if (low >= 0) found.add(low);
      }
    }
  }
  found.add(0);
  return [...found];
}

interface Fit {
  readonly yes: readonly number[];
  /** How far shares lie outside the interval, in all. */
  readonly outside: number;
  /** How far shares moved, in all. */
  readonly moved: number;
  /** Rows that change sides. */
  readonly changed: number;
}

function fitted(groups: readonly Group[], low: number, high: number): Fit {
  let [outside, moved, changed] = [0, 0, 0];
  const yes = groups.map((group) => {
    const least = Math.ceil(group.rows * low - SLACK);
    const most = Math.floor(group.rows * high + SLACK);
    const own =
      least <= most
        ? Math.min(most, Math.max(least, group.yes))
        : nearer(group.rows, most, least, low, high);
    changed += Math.abs(own - group.yes);
    moved += Math.abs(own - group.yes) / group.rows;
    if (least > most) outside += Math.max(low - own / group.rows, own / group.rows - high);
    return own;
  });
  return { yes, outside, moved, changed };
}

/** Of the counts just below and just above an interval that holds none, the one nearer to it. */
function nearer(rows: number, below: number, above: number, low: number, high: number): number {
  if (below < 0) return above;
  return above > rows || low - below / rows <= above / rows - high ? below : above;
}
