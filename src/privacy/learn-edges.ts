import { type EdgeGrid, gridValues, learnQuantiles } from "./learn-quantiles.js";
import { learnShared } from "./learn-shared.js";
import type { Payer } from "./mechanism.js";

/** Shares of the price for the values that most rows share, one after the other; the rest buys quantiles. */
const SHARED = [0.3, 0.1, 0.1];

/**
 * Edges of bins, in grid units, ascending, with 0 and `cells` as its ends: a bin of its own for each of the few
 * values that most rows share, and at most 2^depth bins of about equal mass for the other rows. Which rows are the
 * others follows from a row and from earlier releases, so neighbours stay neighbours.
 */
export function learnEdges(
  payer: Payer,
  column: string,
  values: Float64Array,
  grid: EdgeGrid,
  depth: number,
  rho: number,
): number[] {
  let cells: Uint32Array | undefined;
  const edges = new Set<number>();
  for (const share of SHARED) {
    const rest = (): Uint32Array => {
      cells ??= gridValues(values, grid);
      return cells;
    };
    const shared = learnShared(payer, column, rest, grid.cells, rho * share);
    cells = rest().filter((cell) => cell !== shared);
    edges.add(shared).add(shared + 1);
  }
  const others = cells ?? gridValues(values, grid);
  const left = rho * (1 - SHARED.reduce((sum, share) => sum + share, 0));
  for (const edge of learnQuantiles(payer, column, () => others, grid.cells, depth, left))
    edges.add(edge);
  return [...edges].sort((a, b) => a - b);
}
