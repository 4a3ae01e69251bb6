import { describe, expect, it } from "vitest";
import { flowFigure } from "../../src/evaluate/fairness-flow.js";

const about = { of: "fair", by: "race", outcome: "hired" };
const counts = (rows: readonly (readonly [number, number])[]) =>
  rows.map(([count, hits], i) => ({ group: `g${i}`, count, hits }));

describe("flows from groups to outcomes", () => {
  it("hold every row once, the largest group first", () => {
    const sides = [
      {
        name: "before",
        counts: counts([
          [20, 2],
          [80, 40],
        ]),
      },
      {
        name: "after",
        counts: counts([
          [10, 4],
          [40, 16],
        ]),
      },
    ];
    const figure = flowFigure(about, sides);
    expect(figure?.groups).toEqual(["g1", "g0"]);
    expect(figure?.series.map(({ shares }) => shares)).toEqual([
      [
        [0.4, 0.4],
        [0.02, 0.18],
      ],
      [
        [0.32, 0.48],
        [0.08, 0.12],
      ],
    ]);
    expect(figure?.summary).toBe(
      "Share with hired, before and after: g1 50.0% to 40.0%; g0 10.0% to 40.0%.",
    );
  });
  it("gather the small groups, and are nothing for one group", () => {
    const many = counts(Array.from({ length: 9 }, (_, i) => [10 * (i + 1), i] as const));
    const figure = flowFigure(about, [{ name: "after", counts: many }]);
    expect(figure?.groups).toEqual(["g8", "g7", "g6", "g5", "g4", "4 smaller groups"]);
    const all = figure?.series[0]?.shares.flat() ?? [];
    expect(all.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(flowFigure(about, [{ name: "after", counts: counts([[5, 1]]) }])).toBeUndefined();
  });
});
