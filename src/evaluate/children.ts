import { cutOf, cutsOf } from "../table/cuts.js";
import type { Table } from "../table/table.js";

/** Where a real parent has more children than this, numbers of children count in ranges. */
const MOST_CHILDREN = 30;

/** The rows of a child table, and which row of its parents each belongs to; −1 is an orphan. */
export interface Family {
  readonly children: Table;
  readonly parents: Table;
  readonly parentOf: Int32Array;
}

/** How many children each parent has. */
export function childrenOf({ parents, parentOf }: Family): Float64Array {
  const of = new Float64Array(parents.rows);
  for (const row of parentOf) if (row >= 0) of[row] = (of[row] as number) + 1;
  return of;
}

/** Numbers of children that count as alike: each by itself where no real parent has many, else ten ranges. */
export interface Sizes {
  readonly labels: readonly string[];
  readonly cellOf: (children: number) => number;
}

/** The sizes by which real and generated parents are compared, from the real ones' numbers of children. */
export function sizesOf(real: Float64Array): Sizes {
  const most = real.reduce((a, b) => Math.max(a, b), 0);
  if (most <= MOST_CHILDREN) {
    const labels = Array.from({ length: MOST_CHILDREN + 1 }, (_, children) =>
      children === MOST_CHILDREN ? `${children} or more` : String(children),
    );
    return { labels, cellOf: (children) => Math.min(MOST_CHILDREN, children) };
  }
  const { edges } = cutsOf({ name: "children", type: { kind: "int", learned: false } }, real, 10);
  const labels = [0, ...edges].map((from, at) => {
    const next = edges[at];
    if (next === undefined) return `${from} or more`;
    return next - 1 === from ? String(from) : `${from} to ${next - 1}`;
  });
  return { labels, cellOf: (children) => cutOf(edges, children) };
}

/** How many parents have so many children. */
export function countChildren(family: Family, { labels, cellOf }: Sizes): Float64Array {
  const counts = new Float64Array(labels.length);
  for (const children of childrenOf(family)) {
    const cell = cellOf(children);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return counts;
}
