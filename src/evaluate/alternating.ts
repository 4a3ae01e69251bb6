import type { Score } from "../ir/report.js";

/**
 * Scores of several lists measure by measure, what is before beside what is after: the first of each list, then the
 * second of each.
 */
export function alternating(lists: readonly (readonly Score[])[]): readonly Score[] {
  const most = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: most }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
}
