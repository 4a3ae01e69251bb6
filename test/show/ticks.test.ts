import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { numberTicks } from "../../src/show/ticks.js";

const units: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, B: 1e9 };

function read(label: string): number {
  const unit = units[label.at(-1) ?? ""] ?? 1;
  return unit * Number(label.replace(/[kMB]$/, "").replaceAll(",", ""));
}

describe("marks of an axis of numbers", () => {
  it("stand where they say, each with a label of its own", () => {
    const place = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const spans = fc.double({ min: 1e-2, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(place, spans, fc.integer({ min: 3, max: 8 }), (low, span, count) => {
        fc.pre(Math.abs(low) < 50 * span);
        const ticks = numberTicks(low, low + span, count);
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
        for (const { value, label } of ticks) {
          expect(Math.abs(read(label) - value)).toBeLessThanOrEqual(span * 1e-6);
        }
      }),
    );
  });

  it("of 25 thousandths are written to the thousandth", () => {
    const labels = numberTicks(0, 0.16, 7).map(({ label }) => label);
    expect(labels).toEqual(["0", "0.025", "0.05", "0.075", "0.1", "0.125", "0.15"]);
  });
});
