import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import {
  confusions,
  equalizedOddsDifference,
  equalOpportunityDifference,
  gapIntervals,
  inequality,
} from "../../src/evaluate/fairness-models.js";

/**
 * Groups that a score of 0.05, 0.15 … 0.95 judges, from one half on as a yes. The last one has the outcome less
 * often than its score says, by `off`.
 */
function judged(seed: number, sizes: readonly number[], off: number) {
  const random = stream(seed, "coverage", sizes.length, off);
  const last = sizes.length - 1;
  const truth = (score: number, group: number) => Math.max(0, score - (group === last ? off : 0));
  const groups = Int32Array.from(sizes.flatMap((size, g) => Array<number>(size).fill(g)));
  const scores = Float64Array.from(groups, () => 0.05 + 0.1 * random.below(10));
  const chances = scores.map((score, row) => truth(score, groups[row] as number));
  const actual = Uint8Array.from(chances, (chance) => (random.uniform() < chance ? 1 : 0));
  const rate = (group: number, positive: boolean) => {
    let [selected, all] = [0, 0];
    for (let k = 0; k < 10; k++) {
      const chance = truth(0.05 + 0.1 * k, group);
      const share = positive ? chance : 1 - chance;
      all += share;
      if (k >= 5) selected += share;
    }
    return selected / all;
  };
  const [opportunity, alarms] = [true, false].map((kind) =>
    Math.abs(rate(0, kind) - rate(last, kind)),
  ) as [number, number];
  // The error of calibration of these very scores: per bin, true against predicted.
  const errors = sizes.map((size, g) => {
    const bins = new Float64Array(10);
    groups.forEach((group, row) => {
      const bin = Math.min(9, Math.floor((scores[row] as number) * 10));
      const error = (scores[row] as number) - (chances[row] as number);
      if (group === g) bins[bin] = (bins[bin] as number) + error;
    });
    return bins.reduce((sum, error) => sum + Math.abs(error), 0) / size;
  });
  const truths = {
    odds: Math.max(opportunity, alarms),
    opportunity,
    calibration: Math.max(...errors),
    // Half of all scores are one half and above, whatever the group.
    selected: 0,
  };
  return { found: confusions(actual, scores, groups, sizes.map(String)), truths };
}

describe("intervals of the gaps between groups", () => {
  // 300 tables each, of twenty measures in all: a cover of 0.95 would show 0.9 or less in one of them about once in
  // 150 (binomial); intervals that leave a true gap of 0 outside would show 0. Seeds that nothing was tuned on.
  it.each([
    { sizes: [400, 40], off: 0 },
    { sizes: [400, 120], off: 0.1 },
    { sizes: [200, 60, 60, 60], off: 0 },
    { sizes: [200, 60, 60, 60], off: 0.15 },
    { sizes: [1000, 1000], off: 0.03 },
  ])("hold the true gap 95 times in 100: %o", ({ sizes, off }) => {
    const held = { odds: 0, opportunity: 0, calibration: 0, selected: 0 };
    for (let seed = 5000; seed < 5300; seed++) {
      const { found, truths } = judged(seed, sizes, off);
      const intervals = gapIntervals(found, stream(seed, "draws"));
      for (const name of ["odds", "opportunity", "calibration", "selected"] as const) {
        const [low, high] = intervals[name];
        if (low <= truths[name] + 1e-12 && truths[name] <= high) held[name]++;
      }
    }
    expect(Math.min(...Object.values(held)) / 300).toBeGreaterThan(0.9);
  });

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

describe("generalised entropy of a model's errors", () => {
  // 400 tables each: a cover of 0.95 would show 0.9 or less in one of them less than once in 10,000 (binomial).
  it.each([
    { rows: 80, less: 0.02, more: 0.03 },
    { rows: 500, less: 0.1, more: 0.05 },
    { rows: 5000, less: 0, more: 0.2 },
  ])("has an interval that holds the true one 95 times in 100: %o", ({ rows, less, more }) => {
    const mean = 1 + more - less;
    const truth = ((1 - less - more + 4 * more) / mean ** 2 - 1) / 2;
    let held = 0;
    for (let seed = 6000; seed < 6400; seed++) {
      const random = stream(seed, "benefits", rows);
      const luck = Float64Array.from({ length: rows }, () => random.uniform());
      const actual = Uint8Array.from(luck, (u, row) =>
        u < less ? 1 : u < less + more ? 0 : row % 2,
      );
      const scores = luck.map((u, row) => (u < less ? 0 : u < less + more ? 1 : row % 2));
      const { low, high } = inequality(actual, scores, stream(seed, "draws"));
      if (low <= truth && truth <= high) held++;
    }
    expect(held / 400).toBeGreaterThan(0.9);
  });

  it("is 0 where all are judged rightly, with an interval above it", () => {
    const right = inequality(Uint8Array.of(0, 1, 1), Float64Array.of(0, 1, 1), stream(1, "draws"));
    expect(right).toMatchObject({ value: 0, low: 0 });
    expect(right.high).toBeGreaterThan(0.01);
  });
});
