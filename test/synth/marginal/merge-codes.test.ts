import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { estimate } from "../../../src/synth/marginal/estimate.js";
import {
  mergeCodes,
  mergeMeasurement,
  mergeZeros,
} from "../../../src/synth/marginal/merge-codes.js";
import { ModelMarginals } from "../../../src/synth/marginal/model-marginals.js";
import { sharesOf, smooth } from "../../../src/synth/marginal/singles.js";
import { splitGroups } from "../../../src/synth/marginal/split-groups.js";

const countsOf = fc.array(fc.nat({ max: 50 }).map(Number), { minLength: 1, maxLength: 12 });

test("groups are numbered without gaps; ordered codes form stretches; heavy codes stand alone", () => {
  fc.assert(
    fc.property(
      countsOf,
      fc.boolean(),
      fc.integer({ min: 1, max: 60 }),
      (counts, order, threshold) => {
        const merging = mergeCodes({
          counts: [Float64Array.from(counts)],
          ordered: [order ? counts.length : 0],
          zeros: [],
          thresholds: { value: threshold, stretch: threshold },
        });
        const groups = [...(merging.groups[0] as Int32Array)];
        expect(new Set(groups).size).toBe(merging.sizes[0]);
        expect(Math.max(...groups)).toBe((merging.sizes[0] as number) - 1);
        if (order)
          expect(
            groups.every((group, i) => i === 0 || group - (groups[i - 1] as number) <= 1),
          ).toBe(true);
        else {
          for (const [code, count] of counts.entries()) {
            if (count >= threshold)
              expect(groups.filter((group) => group === groups[code])).toHaveLength(1);
          }
        }
      },
    ),
  );
});

test("codes that structural zeros tell apart are never put together", () => {
  const allowed = Uint8Array.of(1, 1, 1, 0, 1, 1, 0, 1);
  const zeros = [{ clique: [0, 1], allowed }];
  const merging = mergeCodes({
    counts: [new Float64Array(4), new Float64Array(2)],
    ordered: [4, 0],
    zeros,
    thresholds: { value: 10, stretch: 10 },
  });
  const [first] = merging.groups as [Int32Array];
  expect([...first]).toEqual([0, 1, 2, 3]);
  const grouped = mergeZeros(zeros, merging)[0] as { allowed: Uint8Array };
  expect([...grouped.allowed]).toEqual([...allowed]);
});

test("codes of a column that determines others stand alone from fewer rows on", () => {
  const counts = [Float64Array.of(300, 60, 50, 20, 10), Float64Array.of(300, 60, 50, 20, 10)];
  const keys = { columns: [1], threshold: 40 };
  const { groups, sizes } = mergeCodes({
    counts,
    ordered: [0, 0],
    zeros: [],
    thresholds: { value: 200, stretch: 200 },
    keys,
  });
  expect(sizes[0]).toBe(2);
  const [, own] = groups as [Int32Array, Int32Array];
  expect(new Set([0, 1, 2].map((code) => own[code])).size).toBe(3);
  expect(own[3]).toBe(own[4]);
});

test("a model over groups, given its codes back, has the groups' pairs and the codes' own shares", () => {
  const random = stream(4, "merged");
  const counts = [
    Float64Array.from({ length: 9 }, () => 1 + random.below(100)),
    Float64Array.from({ length: 5 }, () => 1 + random.below(100)),
    Float64Array.from({ length: 2 }, () => 1 + random.below(100)),
  ];
  const merging = mergeCodes({
    ...{ counts, ordered: [9, 0, 0], zeros: [] },
    thresholds: { value: 120, stretch: 120 },
  });
  const { sizes } = merging;
  expect(sizes[0]).toBeLessThan(9);
  const pair = Float64Array.from(
    { length: (sizes[0] as number) * (sizes[1] as number) },
    () => 50 * random.uniform(),
  );
  const measurements = [
    { clique: [0, 1], counts: pair, sigma: 1 },
    mergeMeasurement({ clique: [2], counts: counts[2] as Float64Array, sigma: 1 }, merging),
  ];
  const total = pair.reduce((a, b) => a + b, 0);
  const grouped = estimate(sizes, measurements, { total }).beliefs;
  const split = splitGroups(grouped, merging, counts);
  const [over, under] = [new ModelMarginals(grouped), new ModelMarginals(split)];
  const fine = under.of([0, 1]);
  const summed = new Float64Array(pair.length);
  for (const [cell, share] of fine.entries()) {
    const [a, b] = [Math.floor(cell / 5), cell % 5];
    const group = (merging.groups[0] as Int32Array)[a] as number;
    const other = (merging.groups[1] as Int32Array)[b] as number;
    summed[group * (sizes[1] as number) + other]! += share;
  }
  for (const [cell, share] of over.of([0, 1]).entries())
    expect(summed[cell]).toBeCloseTo(share, 10);
  const single = under.of([0]);
  for (let a = 1; a < 9; a++) {
    const groups = merging.groups[0] as Int32Array;
    if (groups[a] !== groups[a - 1]) continue;
    const [x, y] = [counts[0]?.[a] as number, counts[0]?.[a - 1] as number];
    expect((single[a] as number) / (single[a - 1] as number)).toBeCloseTo(x / y, 8);
  }
});

test("shares are the nearest that are nowhere negative: no small change that keeps the sum comes nearer", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -30, max: 60 }), { minLength: 2, maxLength: 8 }),
      fc.nat(),
      (noisy, seed) => {
        const random = stream(seed, "weights");
        const counts = Float64Array.from(noisy);
        const weights = counts.map(() => 0.5 + random.uniform());
        const total = 1000;
        const rows = sharesOf({ counts, weights }, total).map((share) => share * total);
        const far = (at: Float64Array): number =>
          at.reduce(
            (sum, x, i) => sum + (weights[i] as number) * (x - (counts[i] as number)) ** 2,
            0,
          );
        const best = far(rows);
        for (let i = 0; i < rows.length; i++) {
          for (let j = 0; j < rows.length; j++) {
            const moved = rows.slice();
            const by = Math.min(1, moved[i] as number);
            moved[i] = (moved[i] as number) - by;
            moved[j] = (moved[j] as number) + by;
            expect(far(moved)).toBeGreaterThan(best - 1);
          }
        }
      },
    ),
  );
});

test("smoothing finds the steps of a noisy staircase and leaves what is not ordered", () => {
  const random = stream(9, "stairs");
  const truth = Float64Array.from(
    { length: 60 },
    (_, i) => [300, 900, 100][Math.floor(i / 20)] as number,
  );
  const counts = truth.map((height) => height + 30 * random.normal());
  const weights = counts.map(() => 1 / 900);
  const smoothed = smooth({ counts, weights }, 50).counts;
  const error = (at: Float64Array): number =>
    at.slice(0, 50).reduce((sum, x, i) => sum + Math.abs(x - (truth[i] as number)), 0);
  expect(error(smoothed)).toBeLessThan(error(counts) / 1.5);
  expect(smoothed.slice(50)).toEqual(counts.slice(50));
});
