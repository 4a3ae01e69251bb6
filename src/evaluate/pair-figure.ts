import type { PairFigure } from "../ir/report.js";
import { type Bins, countTwo } from "./bins.js";

/** One table's bins of two columns. */
export interface PairPanel {
  readonly name: string;
  readonly left: Uint8Array;
  readonly right: Uint8Array;
}

/** Joint shares of two columns, a panel for each table; bins that no table has are left out. */
export function jointShares(
  [left, right]: readonly [Bins, Bins],
  panels: readonly PairPanel[],
): Omit<PairFigure, "title" | "summary"> {
  const [a, b] = [left.labels.length, right.labels.length];
  const counted = panels.map((panel) => ({
    name: panel.name,
    counts: countTwo(panel.left, panel.right, a, b),
  }));
  const used = (axis: "left" | "right", bin: number) =>
    counted.some(({ counts }) =>
      axis === "left"
        ? counts.subarray(bin * b, (bin + 1) * b).some((count) => count > 0)
        : counts.some((count, cell) => cell % b === bin && count > 0),
    );
  const xs = left.labels.map((_, bin) => bin).filter((bin) => used("left", bin));
  const ys = right.labels.map((_, bin) => bin).filter((bin) => used("right", bin));
  return {
    kind: "pair",
    x: left.column,
    y: right.column,
    xLabels: xs.map((bin) => left.labels[bin] as string),
    yLabels: ys.map((bin) => right.labels[bin] as string),
    series: counted.map(({ name, counts }) => {
      const rows = counts.reduce((sum, count) => sum + count, 0) || 1;
      const share = (x: number, y: number) => (counts[x * b + y] as number) / rows;
      return { name, shares: ys.map((y) => xs.map((x) => Number(share(x, y).toFixed(5)))) };
    }),
  };
}
