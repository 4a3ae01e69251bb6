import { describe, expect, it } from "vitest";
import { lossAccountant, renyiAccountant, zcdpAccountant } from "../../src/privacy/accountant.js";
import { gaussianDelta, gaussianEpsilon } from "../../src/privacy/analytic-gaussian.js";
import { calibrateNoise, calibrateNoiseTightly, leastEnough } from "../../src/privacy/calibrate.js";
import {
  composePairs,
  type LossPair,
  pairDelta,
  pairEpsilon,
} from "../../src/privacy/loss-distribution.js";
import {
  approximatePair,
  discreteGaussianDelta,
  discreteGaussianPair,
  discreteLaplacePair,
  gaussianPair,
  laplacePair,
  sampledGaussianPair,
} from "../../src/privacy/loss-pairs.js";
import { exactly } from "../../src/privacy/rational.js";
import vectors from "./vectors.json" with { type: "json" };

function close(actual: number, expected: number, relative: number): void {
  expect(Math.abs(actual / expected - 1)).toBeLessThanOrEqual(relative);
}
const times = (pair: LossPair, count: number) => composePairs([{ pair, times: count }]);

describe("loss distributions of single mechanisms", () => {
  it.each(vectors.discrete_gaussian_delta)("discrete Gaussian σ² $sigma2 at ε $eps", (vector) => {
    close(discreteGaussianDelta(vector.sigma2, 1, vector.eps), vector.delta, 1e-9);
    const pair = discreteGaussianPair(exactly(vector.sigma2), 1);
    close(pairDelta(pair, vector.eps), vector.delta, 1e-6);
    expect(pairDelta(pair, vector.eps)).toBeGreaterThanOrEqual(vector.delta * (1 - 1e-9));
  });

  it.each([0.5, 1, 4, 30])("Gaussian σ %f is the analytic one, never below", (sigma) => {
    const pair = gaussianPair(sigma);
    for (const epsilon of [0, 0.1 / sigma, 1 / sigma, 3 / sigma]) {
      const exact = gaussianDelta(sigma, epsilon);
      expect(pairDelta(pair, epsilon)).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
      close(pairDelta(pair, epsilon), exact, 1e-5);
    }
  });

  it("pure mechanisms end at their ε", () => {
    close(pairEpsilon(laplacePair(1), 0), 1, 1e-9);
    close(pairEpsilon(approximatePair(1.5, 0), 0), 1.5, 1e-9);
    close(pairEpsilon(discreteLaplacePair(2, 1), 0), 0.5, 1e-9);
  });
});

describe("composition", () => {
  it("of three Gaussians of σ √3 is one of σ 1", () => {
    const pair = times(gaussianPair(Math.sqrt(3)), 3);
    expect(pairDelta(pair, 1)).toBeCloseTo(0.126936, 5);
    close(pairDelta(pair, 1), gaussianDelta(1, 1), 1e-5);
  });

  it.each([
    [10, 100],
    [100, 10_000],
    [100, 9_999],
  ])("of Gaussians σ %i × %i never lies below the exact one", (sigma, count) => {
    const pair = times(gaussianPair(sigma), count);
    const exact = gaussianEpsilon(sigma / Math.sqrt(count), 1e-5);
    expect(pairEpsilon(pair, 1e-5)).toBeGreaterThanOrEqual(exact * (1 - 1e-7));
    close(pairEpsilon(pair, 1e-5), exact, 1e-4);
  });

  it("of Laplace and of pure mechanisms", () => {
    const pure = composePairs([
      { pair: approximatePair(1, 0), times: 1 },
      { pair: approximatePair(2, 0), times: 1 },
    ]);
    close(pairEpsilon(pure, 0), 3, 1e-9);
    const laplace = composePairs([
      { pair: laplacePair(1), times: 3 },
      { pair: laplacePair(2), times: 2 },
    ]);
    close(pairEpsilon(laplace, 0), 4, 1e-9);
    close(pairEpsilon(times(laplacePair(10), 100), 1e-6), 4.692667, 1e-4);
    close(pairEpsilon(times(discreteLaplacePair(10, 1), 100), 1e-6), 4.774568, 1e-4);
    const approximate = composePairs([
      { pair: approximatePair(1, 0.1), times: 1 },
      { pair: approximatePair(2, 0.2), times: 1 },
    ]);
    close(pairDelta(approximate, 3), 0.28, 1e-6);
  });

  it("of sampled Gaussians", () => {
    close(pairDelta(times(sampledGaussianPair(0.2, 0.5), 3), 1), 0.15594, 1e-4);
    expect(sampledGaussianPair(1, 2).add).toEqual(gaussianPair(2).add);
  });

  it.each(vectors.dp_sgd)("DP-SGD q $q σ $sigma ×$steps is ε $eps_pld", (vector) => {
    const { q, sigma, steps, delta, eps_pld, eps_rdp } = vector;
    const event = { kind: "sampled-gaussian", rate: q, noise: sigma, steps } as const;
    const events = [{ event, times: 1 }];
    close(lossAccountant.epsilon(events, delta), eps_pld, 2e-4);
    close(renyiAccountant.epsilon(events, delta), eps_rdp, 1e-6);
    expect(zcdpAccountant.epsilon(events, delta)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("accountants", () => {
  const mixed = [
    { event: { kind: "exponential", epsilon: "1/10" }, times: 40 },
    { event: { kind: "gaussian", sigma2: "400/1", sensitivity2: "1/1" }, times: 40 },
  ] as const;

  it("agree on a mixed stream within what each can know", () => {
    const zcdp = zcdpAccountant.epsilon(mixed, 1e-6);
    close(zcdp, 2.141939, 1e-6);
    expect(renyiAccountant.epsilon(mixed, 1e-6)).toBeLessThan(zcdp * 1.02);
    close(zcdpAccountant.delta(mixed, zcdp), 1e-6, 1e-6);
    const gaussians = mixed.slice(1);
    const loss = lossAccountant.epsilon(gaussians, 1e-6);
    expect(loss).toBeLessThan(zcdpAccountant.epsilon(gaussians, 1e-6));
    close(lossAccountant.delta(gaussians, loss), 1e-6, 1e-3);
  });

  it("are monotone, and do not mind the order of events", () => {
    for (const accountant of [zcdpAccountant, renyiAccountant, lossAccountant]) {
      const [first, second] = mixed;
      const one = accountant.epsilon([first, { ...second, times: 10 }], 1e-6);
      const more = accountant.epsilon([first, { ...second, times: 11 }], 1e-6);
      expect(more).toBeGreaterThan(one);
      close(accountant.epsilon([{ ...second, times: 10 }, first], 1e-6), one, 1e-9);
      const sequence = { kind: "sequence", parts: [second.event, second.event] } as const;
      close(accountant.epsilon([first, { event: sequence, times: 5 }], 1e-6), one, 1e-6);
    }
  });

  it("count a mechanism's own δ, and say when they can't tell", () => {
    const event = { kind: "gaussian", sigma2: "100/1", sensitivity2: "1/1", delta: 1e-7 } as const;
    for (const accountant of [zcdpAccountant, renyiAccountant, lossAccountant]) {
      expect(accountant.epsilon([{ event, times: 1 }], 1e-7)).toBe(Number.POSITIVE_INFINITY);
      expect(accountant.delta([{ event, times: 2 }], 50)).toBeGreaterThanOrEqual(2e-7);
    }
    const wide = { kind: "gaussian", sigma2: "100/1", sensitivity2: "3/1" } as const;
    expect(lossAccountant.epsilon([{ event: wide, times: 1 }], 1e-6)).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(lossAccountant.delta([{ event: wide, times: 1 }], 1)).toBe(1);
  });
});

describe("calibration", () => {
  it("finds the least noise", () => {
    const plan = { rate: 0.04, steps: 2250, epsilon: 8, delta: 1e-5 };
    close(calibrateNoise(plan), 1.416, 1e-3);
    expect(leastEnough((value) => value >= 0.013)).toBeGreaterThanOrEqual(0.013);
  });

  it("finds less by loss distributions", { timeout: 300_000 }, () => {
    const event = { kind: "sampled-gaussian", rate: 0.04, noise: 1.348, steps: 2249 } as const;
    expect(lossAccountant.epsilon([{ event, times: 1 }], 1e-5)).toBeLessThanOrEqual(8);
    const plan = { rate: 0.01, steps: 1, epsilon: 1, delta: 1e-5 };
    close(calibrateNoiseTightly(plan), 0.67379294682, 1e-3);
  });
});
