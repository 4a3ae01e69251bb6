import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CalendarCounts, placeInCalendar, sizeOfPart } from "../../../src/base/calendar.js";
import { stream } from "../../../src/base/random.js";
import { BinDrawer } from "../../../src/synth/marginal/bins.js";
import { binned } from "../../../src/table/domain.js";

const DAY = 86_400;
const START = 18_262; // 2020-01-01

/** Bins of dates or times of about the same width, with a calendar. */
function drawerOf(
  kind: "date" | "datetime",
  edges: readonly number[],
  masses: readonly number[],
  calendar: readonly CalendarCounts[],
) {
  const type = { kind, min: edges[0]!, max: edges.at(-1)!, learned: false };
  const domain = binned({ name: "seen", type, optional: false }, edges);
  return new BinDrawer({ ...domain, calendar }, Float64Array.from(masses));
}

/** What a part's counts are when its values have these weights, beside so many rows and so much noise. */
function counts(
  part: CalendarCounts["part"],
  weight: (at: number) => number,
  rows: number,
  sigma: number,
): CalendarCounts {
  const random = stream(2, `calendar ${part}`);
  const weights = Array.from({ length: sizeOfPart(part) }, (_, at) => weight(at));
  const all = weights.reduce((a, b) => a + b, 0);
  const noisy = weights.map((own) => Math.round((rows * own) / all + sigma * random.normal()));
  return { part, counts: noisy, sigma };
}

function shares(part: CalendarCounts["part"], timed: boolean, values: readonly number[]): number[] {
  const place = placeInCalendar(part, timed);
  const found = new Array<number>(sizeOfPart(part)).fill(0);
  for (const value of values) found[place(value)]! += 1 / values.length;
  return found;
}

function drawn(drawer: BinDrawer, bins: number, count: number): number[] {
  const random = stream(1, "calendar");
  return Array.from({ length: count }, (_, i) => drawer.draw(i % bins, undefined, random));
}

const even = (from: number, to: number, bins: number): number[] =>
  Array.from({ length: bins + 1 }, (_, b) => Math.round(from + ((to - from) * b) / bins));

describe("dates within bins", () => {
  it("fall on the months and weekdays that were counted, although a bin holds half a year", () => {
    const edges = even(START, START + 1461, 8);
    const calendar = [
      counts("month", (month) => (month === 11 ? 3 : 1), 10_000, 30),
      counts("weekday", (day) => (day < 5 ? 1 : 0), 10_000, 30),
    ];
    const values = drawn(drawerOf("date", edges, new Array(8).fill(1), calendar), 8, 8000);
    const months = shares("month", false, values);
    // A draw's standard error is .004 and the noise of a count .003; without a calendar December has .085.
    expect(Math.abs(months[11]! - 3 / 14)).toBeLessThan(0.025);
    expect(Math.max(...months.slice(0, 11)) - Math.min(...months.slice(0, 11))).toBeLessThan(0.04);
    const weekend = shares("weekday", false, values).slice(5);
    expect(weekend[0]! + weekend[1]!).toBeLessThan(0.02);
  });

  it("keep the hours and the round minutes and seconds that were counted", () => {
    const edges = even(START * DAY, (START + 700) * DAY, 32);
    const calendar = [
      counts("hour", (hour) => (hour >= 8 && hour < 18 ? 1 : 0.02), 6000, 40),
      counts("minute", (minute) => (minute % 15 === 0 ? 1 : 0), 6000, 40),
      counts("second", (second) => (second === 0 ? 1 : 0), 6000, 60),
    ];
    const values = drawn(drawerOf("datetime", edges, new Array(32).fill(1), calendar), 32, 6400);
    const day = shares("hour", true, values).slice(8, 18);
    // Outside lie .027, and what is left of the noise of 14 counts: at most .4 · 40 · 14 / 6000 = .037 on average.
    expect(day.reduce((a, b) => a + b, 0)).toBeGreaterThan(0.91);
    const minutes = shares("minute", true, values);
    expect(minutes[0]! + minutes[15]! + minutes[30]! + minutes[45]!).toBeGreaterThan(0.9);
    expect(shares("second", true, values)[0]).toBeGreaterThan(0.93);
  });

  it("are left as the bins tell them by counts that noise explains, even where bins tell days apart", () => {
    const edges = even(START * DAY, (START + 31) * DAY, 32);
    const masses = edges.slice(1).map((_, bin) => 1 + (bin % 5));
    const plain = drawerOf("datetime", edges, masses, []);
    const base = new Array<number>(7).fill(0);
    for (const [bin, mass] of masses.entries()) {
      const own = shares(
        "weekday",
        true,
        Array.from(
          { length: 200 },
          (_, i) => edges[bin]! + ((edges[bin + 1]! - edges[bin]!) * i) / 200,
        ),
      );
      for (const [at, share] of own.entries()) base[at]! += share * mass;
    }
    const calendar = [counts("weekday", (at) => base[at]!, 6000, 100)];
    const told = drawerOf("datetime", edges, masses, calendar);
    for (const bin of masses.keys()) {
      const middle = [edges[bin]!, (edges[bin]! + edges[bin + 1]!) / 2];
      expect(told.openShare(bin, middle)).toBeCloseTo(plain.openShare(bin, middle), 2);
    }
  });

  it("have masses that add up, value by value, and draws that lie where they may (60 cases)", () => {
    const law = fc.property(
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      fc.array(fc.integer({ min: -20, max: 200 }), { minLength: 12, maxLength: 12 }),
      fc.tuple(fc.nat(1000), fc.nat(1000)),
      (timed, widths, months, [a, b]) => {
        const edges = [START + 20];
        for (const width of widths) edges.push(edges.at(-1)! + width);
        const unit = timed ? 3607 : 1;
        const own = edges.map((edge) => (timed ? START * DAY + (edge - START) * unit : edge));
        const calendar: CalendarCounts[] = [
          { part: "month", counts: months, sigma: 3 },
          { part: "weekday", counts: months.slice(0, 7), sigma: 3 },
          ...(timed ? [{ part: "hour" as const, counts: [...months, ...months], sigma: 3 }] : []),
        ];
        const drawer = drawerOf(timed ? "datetime" : "date", own, widths, calendar);
        const random = stream(4, "calendar law");
        for (const bin of widths.keys()) {
          const [low, high] = [own[bin]!, own[bin + 1]! - (bin + 1 === widths.length ? 0 : 1)];
          const cuts = [a, b].map((at) => low + Math.floor(((high - low) * at) / 1001));
          const [from, to] = [Math.min(...cuts), Math.max(...cuts)] as [number, number];
          const pieces =
            drawer.openShare(bin, [low, from]) +
            (from + 1 <= to ? drawer.openShare(bin, [from + 1, to]) : 0) +
            (to + 1 <= high ? drawer.openShare(bin, [to + 1, high]) : 0);
          expect(pieces).toBeCloseTo(1, 6);
          for (let i = 0; i < 4; i++) {
            const value = drawer.draw(bin, [from, to], random);
            expect(Number.isInteger(value) && value >= from && value <= to).toBe(true);
          }
        }
      },
    );
    fc.assert(law, { numRuns: 60, seed: 3 });
  });

  it("are drawn as often as their masses say", () => {
    const calendar = [counts("hour", (hour) => 1 + hour, 50_000, 1)];
    const edges = [START * DAY + 5000, START * DAY + 3 * DAY + 77];
    const drawer = drawerOf("datetime", edges, [1], calendar);
    const values = drawn(drawer, 1, 20_000);
    for (const cut of [1, 2, 3, 4, 5, 6, 7].map((i) => edges[0]! + i * 36_000)) {
      const below = values.filter((value) => value <= cut).length / values.length;
      // Five standard errors of a share of 20,000 draws: seven such tests fail by chance once in 250,000.
      expect(Math.abs(below - drawer.openShare(0, [edges[0]!, cut]))).toBeLessThan(0.018);
    }
  });
});
