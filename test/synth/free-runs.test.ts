import fc from "fast-check";
import { expect, test } from "vitest";
import { FreeRuns } from "../../src/synth/free-runs.js";

const values = fc.array(fc.integer({ min: -5, max: 40 }), { maxLength: 60 });

test("runs hold what was neither used before nor taken since, within any intervals", () => {
  fc.assert(
    fc.property(values, values, fc.constantFrom(1, 0.25, 0.1), (used, taken, step) => {
      const runs = new FreeRuns(
        0,
        30 * step,
        step,
        used.map((each) => each * step),
      );
      for (const each of taken) runs.take(each * step);
      const gone = new Set([...used, ...taken]);
      const intervals = [-3 * step, 4 * step, 4 * step + step, 20 * step, 29 * step, 50 * step];
      const parts = runs.within(intervals);
      const found = Array.from({ length: 61 }, (_, at) => at - 10).filter((each) =>
        parts.some((low, at) => {
          if (at % 2 === 1) return false;
          const high = parts[at + 1] as number;
          return each * step > low - step / 2 && each * step < high + step / 2;
        }),
      );
      const expected = Array.from({ length: 31 }, (_, at) => at).filter(
        (each) => !gone.has(each) && (each <= 20 || each >= 29),
      );
      expect(found).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
