import type { FlowFigure } from "../ir/report.js";
import type { GroupCount } from "./fairness-measures.js";

/** Groups that a picture of flows has room for; the rest go together. */
const MOST = 6;

/** One side of the comparison, its groups in the same order as the other's. */
export interface FlowSide {
  readonly name: string;
  readonly counts: readonly GroupCount[];
}

/**
 * How rows flow from groups into outcomes, before and after: the largest groups by name, the others
 * as one. Undefined where no side has two groups.
 */
export function flowFigure(
  about: { readonly of: string; readonly by: string; readonly outcome: string },
  sides: readonly FlowSide[],
): FlowFigure | undefined {
  const names = sides.reduce<readonly GroupCount[]>(
    (most, side) => (side.counts.length > most.length ? side.counts : most),
    [],
  );
  const shareOf = (side: FlowSide, i: number) => (side.counts[i]?.count ?? 0) / rowsOf(side);
  const size = (i: number) => Math.max(...sides.map((side) => shareOf(side, i)));
  const order = names.map((_, i) => i).filter((i) => size(i) > 0);
  order.sort((a, b) => size(b) - size(a) || a - b);
  if (order.length < 2) return undefined;
  const shown = order.slice(0, order.length > MOST ? MOST - 1 : MOST);
  const rest = order.slice(shown.length);
  const groups = [...shown.map((i) => [i]), ...(rest.length > 0 ? [rest] : [])];
  const series = sides.map((side) => ({
    name: side.name,
    shares: groups.map((members) => {
      const [rows, hits] = [sum(side, members, "count"), sum(side, members, "hits")];
      return [hits / rowsOf(side), (rows - hits) / rowsOf(side)];
    }),
  }));
  const labels = groups.map((members) =>
    members === rest ? `${rest.length} smaller groups` : (names[members[0] as number]?.group ?? ""),
  );
  return {
    kind: "flow",
    title: `Who gets ${about.outcome}, by ${about.by}: ${about.of}`,
    x: about.by,
    y: about.outcome,
    groups: labels,
    outcomes: [about.outcome, "otherwise"],
    series,
    summary: summaryOf(labels, series, about.outcome),
  };
}

function rowsOf(side: FlowSide): number {
  return Math.max(
    1,
    side.counts.reduce((total, { count }) => total + count, 0),
  );
}

function sum(side: FlowSide, members: readonly number[], what: "count" | "hits"): number {
  return members.reduce((total, i) => total + (side.counts[i]?.[what] ?? 0), 0);
}

function summaryOf(
  labels: readonly string[],
  series: FlowFigure["series"],
  outcome: string,
): string {
  const rate = (row: readonly number[] | undefined) => {
    const [hits, others] = [row?.[0] ?? 0, row?.[1] ?? 0];
    return `${((100 * hits) / (hits + others || 1)).toFixed(1)}%`;
  };
  const parts = labels.map(
    (label, g) => `${label} ${series.map(({ shares }) => rate(shares[g])).join(" to ")}`,
  );
  return `Share with ${outcome}, ${series.map(({ name }) => name).join(" and ")}: ${parts.join("; ")}.`;
}
