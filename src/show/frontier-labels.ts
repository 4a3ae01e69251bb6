import type { FrontierFigure, FrontierPoint } from "../ir/report.js";

/** A label and the place of the points that it names. */
export interface FrontierLabel {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** One label for all points of a series that lie on each other: "gap 0.02, 0.08". */
export function frontierLabels(points: readonly FrontierPoint[]): readonly FrontierLabel[] {
  const places = new Map<string, FrontierPoint[]>();
  for (const point of points) {
    const key = `${point.x} ${point.y}`;
    places.set(key, [...(places.get(key) ?? []), point]);
  }
  return [...places.values()].map((here) => {
    const [first, ...others] = here as [FrontierPoint, ...FrontierPoint[]];
    const word = first.label.slice(0, first.label.lastIndexOf(" ") + 1);
    const rest = others.map(({ label }) =>
      label.startsWith(word) ? label.slice(word.length) : label,
    );
    return { x: first.x, y: first.y, text: [first.label, ...rest].join(", ") };
  });
}

/** Where better lies: to the left, and up. */
export function frontierAxes({ x, y }: FrontierFigure): { readonly x: string; readonly y: string } {
  return { x: `← ${x}`, y: `${y} →` };
}
