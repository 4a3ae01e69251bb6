import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { sizeOfPart } from "../../src/base/calendar.js";
import { SeededEntropy } from "../../src/privacy/entropy.js";
import { learnCalendar } from "../../src/privacy/learn-calendar.js";
import { payerOf } from "../../src/privacy/mechanism.js";
import { partsWithin } from "../../src/table/calendar.js";
import { memoryAccount } from "./memory-ledger.js";

// What the noise is added to is looked at here; the noise has tests of its own.
vi.mock("../../src/privacy/noise-gaussian.js", () => ({
  discreteGaussians: (_: unknown, count: number) => new Float64Array(count),
}));

const DAY = 86_400;
const parts = ["month", "weekday", "day", "hour", "minute", "second"] as const;

function counted(values: readonly number[], rho = 0.01, contributions = 1) {
  const { account, ledger } = memoryAccount(10, 1e-6);
  const payer = payerOf(account, contributions, new SeededEntropy("calendar"));
  const told = learnCalendar(payer, "seen", Float64Array.from(values), true, parts, rho);
  return { told, ledger };
}

describe("the calendar of dates", () => {
  it("costs what it was given, in one charge of one query a part, before any noise is drawn", () => {
    const { told, ledger } = counted([0, 1, 2], 0.01, 3);
    expect(ledger.book.length).toBe(1);
    const event = ledger.book[0]?.event;
    if (event?.kind !== "sequence") throw new Error("no sequence");
    const read = (text: string): number => {
      const [num, den = "1"] = text.split("/");
      return Number(num) / Number(den);
    };
    const costs = event.parts.map((part) => {
      if (part.kind !== "gaussian") throw new Error(part.kind);
      expect(read(part.sensitivity2)).toBe(9);
      return 9 / (2 * read(part.sigma2));
    });
    const all = costs.reduce((a, b) => a + b, 0);
    expect(costs.length).toBe(parts.length);
    expect(all).toBeLessThanOrEqual(0.01);
    expect(all).toBeGreaterThan(0.0099);
    for (const { part, counts, sigma } of told) {
      expect(counts.length).toBe(sizeOfPart(part));
      expect(sigma).toBeGreaterThan(0);
    }
    expect(ledger.book[0]?.what).toBe("months, weekdays, days, hours, minutes and seconds of seen");
  });

  it("moves by one in one value of each part with one row, and not at all with a missing one (50 cases)", () => {
    const moment = fc.integer({ min: -3000 * DAY, max: 30_000 * DAY });
    const law = fc.property(fc.array(moment, { maxLength: 20 }), moment, (values, more) => {
      const before = counted(values).told;
      const after = counted([...values, more]).told;
      const missing = counted([...values, Number.NaN]).told;
      for (const [i, { counts }] of before.entries()) {
        const moved = counts.map((count, at) => (after[i]?.counts[at] as number) - count);
        expect(moved.filter((by) => by !== 0)).toEqual([1]);
        expect(missing[i]?.counts).toEqual(counts);
      }
      const date = new Date(more * 1000);
      const at = [
        date.getUTCMonth(),
        (date.getUTCDay() + 6) % 7,
        date.getUTCDate() - 1,
        date.getUTCHours(),
        date.getUTCMinutes(),
        date.getUTCSeconds(),
      ];
      const where = after.map(({ counts }, i) =>
        counts.findIndex((count, place) => count !== before[i]?.counts[place]),
      );
      expect(where).toEqual(at);
    });
    fc.assert(law, { numRuns: 50, seed: 5 });
  });

  it("is asked for in the parts that the bounds leave open, of dates and times alone", () => {
    const date = { kind: "date", learned: false } as const;
    const time = { kind: "datetime", learned: false } as const;
    expect(partsWithin(date, 0, 4000)).toEqual(["month", "weekday", "day"]);
    expect(partsWithin(time, 0, 4000 * DAY)).toEqual([...parts]);
    expect(partsWithin(time, 0, 31 * DAY)).toEqual(["weekday", "hour", "minute", "second"]);
    expect(partsWithin(date, 0, 1e6)).toEqual([]);
    expect(partsWithin({ kind: "int", learned: false }, 0, 4000)).toEqual([]);
  });
});
