import fc from "fast-check";
import type { RowsShape, Shape } from "../../../src/synth/text/shape.js";

type Cell = Exclude<Shape, RowsShape>;

const steps = fc.constantFrom(1, 2, 5, 7, 10, 100, 0.01, 0.5, 0.25, 1.5);

const spansOn = (step: number, most = 400): fc.Arbitrary<number[]> =>
  fc
    .tuple(fc.integer({ min: -most, max: most }), fc.integer({ min: 0, max: most }))
    .map(([low, width]) => [low, low + width].map((i) => Number((i * step).toPrecision(12))));

/** Shapes of every kind, small enough to be listed where they can be. */
export const shapes: fc.Arbitrary<Cell> = fc.oneof(
  fc
    .uniqueArray(
      fc.string({ minLength: 1, maxLength: 8 }).filter((s) => s.trim() === s),
      {
        minLength: 1,
        maxLength: 6,
        selector: (s) => s.toLowerCase(),
      },
    )
    .map((values): Cell => ({ kind: "choice", values })),
  steps.chain((step) => spansOn(step).map((spans): Cell => ({ kind: "number", spans, step }))),
  fc
    .tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 5000 }))
    .map(([low, width]): Cell => ({ kind: "number", spans: [low, low + width] })),
  spansOn(1, 40_000).map((spans): Cell => ({ kind: "date", spans })),
  fc
    .tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 1e7 }))
    .map(([low, width]): Cell => ({ kind: "datetime", spans: [low, low + width] })),
  fc
    .constantFrom("[A-Z]{2}-\\d{4}", "(a|b)?c+", "\\w{3,5}", '"[^a]"', "x\\\\y")
    .map((like): Cell => ({ kind: "text", like })),
);
