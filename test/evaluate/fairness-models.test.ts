import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import {
  confusions,
  equalizedOddsDifference,
  equalOpportunityDifference,
  gapIntervals,
} from "../../src/evaluate/fairness-models.js";

/** Rates of true and of false positives: 0.8 and 0.2 in the large group, 0.6 and 0.3 in the small one. */
function drawn(seed: number, small: number) {
  const random = stream(seed, "coverage");
  const sizes = [600, small];
  const rates = [
    [0.2, 0.8],
    [0.3, 0.6],
  ] as const;
  const groups = Int32Array.from(sizes.flatMap((size, g) => Array<number>(size).fill(g)));
  const actual = Uint8Array.from(groups, () => random.below(2));
  const scores = Float64Array.from(groups, (group, row) => {
    const chance = (rates[group] as readonly number[])[actual[row] as number] as number;
    return random.uniform() < chance ? 0.9 : 0.1;
  });
  return confusions(actual, scores, groups, ["large", "small"]);
}

describe("intervals of the gaps between groups", () => {
  // 300 tables; a cover of 0.95 would show fewer than 0.90 about once in 5,000 (binomial).
  it.each([40, 120])(
    "hold the true gap about as often as they say, %i rows in the group",
    (small) => {
      let held = 0;
      for (let seed = 0; seed < 300; seed++) {
        const { opportunity } = gapIntervals(drawn(seed, small), stream(seed, "draws"));
        if (opportunity[0] <= 0.2 && 0.2 <= opportunity[1]) held++;
      }
      expect(held / 300).toBeGreaterThan(0.9);
    },
  );

  it("have width where every row of a small group was right, and hold the value", () => {
    const groups = Int32Array.from({ length: 130 }, (_, row) => (row < 100 ? 0 : 1));
    const actual = Uint8Array.from(groups, (_, row) => row % 2);
    const scores = Float64Array.from(actual, (is) => (is === 1 ? 0.95 : 0.05));
    const found = confusions(actual, scores, groups, ["a", "b"]);
    const { odds, opportunity, calibration } = gapIntervals(found, stream(1, "draws"));
    expect(equalOpportunityDifference(found)).toBe(0);
    expect(opportunity[0]).toBe(0);
    expect(opportunity[1]).toBeGreaterThan(0.05);
    expect(odds[1]).toBeGreaterThanOrEqual(equalizedOddsDifference(found));
    expect(calibration[0]).toBeLessThanOrEqual(0.05);
    expect(calibration[1]).toBeGreaterThanOrEqual(0.05);
  });
});
