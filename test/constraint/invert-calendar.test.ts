import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calendarParts } from "../../src/base/calendar.js";
import { calendarSpans } from "../../src/constraint/invert-calendar.js";
import { makeGuide } from "../../src/constraint/make-guide.js";
import type { ScopeColumn } from "../../src/constraint/scope.js";
import { spansContain } from "../../src/constraint/spans.js";
import type { Formula } from "../../src/ir/formula.js";
import { always } from "./worlds.js";

const names = ["quarter", "month", "day", "weekday", "hour", "minute", "second"];
/** How many seconds or days may lie between the first and the last moment, for fewer than 2,000 stretches. */
const reach: Readonly<Record<string, number>> = { minute: 7e6, second: 110_000 };

describe("when a part of the calendar lies in a range", () => {
  test.each([true, false])("each moment counts, and no other (seconds: %s)", (seconds) => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.integer({ min: -1, max: 60 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: -30_000, max: 60_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }),
        (name, low, width, day, share, points) => {
          const first = seconds ? day * 86_400 + 1234 : day;
          const length = Math.floor(share * Math.min(reach[name] ?? 1.2e8, seconds ? 1.2e8 : 2000));
          const spans = calendarSpans(name, [low, low + width], [first, first + length], seconds);
          const part = calendarParts[name] as (value: number, seconds: boolean) => number;
          const ends = spans?.flatMap((end) => [Math.floor(end), Math.floor(end) + 1]) ?? [];
          const moments = [0, ...points, 1].map((at) => first + Math.floor(at * length));
          for (const moment of [...moments, ...ends.slice(0, 40), ...ends.slice(-40)]) {
            if (moment < first || moment > first + length) continue;
            const value = part(moment, seconds);
            const isIn = value >= low && value <= low + width;
            expect(spans === undefined || spansContain(spans, moment), `${moment}`).toBe(isIn);
          }
        },
      ),
      {
        numRuns: 2000,
        examples: [
          ["weekday", 1, 0, 0, 0.001, Array(20).fill(0.5)],
          ["day", 31, 0, 0, 0.01, Array(20).fill(0.5)],
        ],
      },
    );
  });

  test("where it would need thousands of stretches, nothing is said", () => {
    expect(calendarSpans("second", [7, 7], [0, 365 * 86_400], true)).toBeUndefined();
    expect(calendarSpans("hour", [7, 7], [0, Number.POSITIVE_INFINITY], true)).toBeUndefined();
  });
});

test("a datetime whose parts are known is drawn among the moments that have them", () => {
  const start = Date.UTC(2020, 0, 1) / 1000;
  const range = { min: start, max: start + 731 * 86_400 - 1 };
  const columns: readonly ScopeColumn[] = [
    { name: "month", type: { kind: "int", min: 1, max: 12, learned: false }, optional: false },
    { name: "hour", type: { kind: "int", min: 0, max: 23, learned: false }, optional: false },
    { name: "at", type: { kind: "datetime", ...range, learned: false }, optional: false },
  ];
  const rules = ["month", "hour"].map((name): Formula => {
    const part: Formula = { op: "call", name, args: [{ op: "column", name: "at" }] };
    return { op: "eq", left: part, right: { op: "column", name } };
  });
  const levels = columns.map(() => undefined);
  const guide = makeGuide({ columns, levels, rules: rules.map(always) });
  const cells = [Float64Array.of(2), Float64Array.of(23), Float64Array.of(Number.NaN)];
  const spans = guide.allowed(cells, 0, 2, Uint8Array.of(1, 1, 0))?.intervals ?? [];
  // 29 nights of February 2020 and 28 of 2021.
  expect(spans).toHaveLength(2 * 57);
  for (const end of spans) expect(new Date(end * 1000).toISOString()).toMatch(/-02-..T23:/);
});
