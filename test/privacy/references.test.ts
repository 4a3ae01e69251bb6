import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import { describe, expect, it } from "vitest";
import { lossAccountant, renyiAccountant } from "../../src/privacy/accountant.js";
import { gaussianSigma } from "../../src/privacy/analytic-gaussian.js";
import { calibrateNoise } from "../../src/privacy/calibrate.js";
import { SeededEntropy } from "../../src/privacy/entropy.js";
import {
  composePairs,
  connectDots,
  type LossPair,
  pairDelta,
  pairEpsilon,
} from "../../src/privacy/loss-distribution.js";
import {
  approximatePair,
  discreteLaplacePair,
  gaussianPair,
  laplacePair,
} from "../../src/privacy/loss-pairs.js";
import { discreteGaussians } from "../../src/privacy/noise-gaussian.js";
import { exactly } from "../../src/privacy/rational.js";
import {
  exponentialRenyi,
  gaussianRenyi,
  laplaceRenyi,
  ORDERS,
  renyiDelta,
  renyiEpsilon,
  sampledGaussianRenyi,
} from "../../src/privacy/renyi.js";
import { gaussianMass } from "./goodness.js";
import vectors from "./vectors.json" with { type: "json" };

// Values that other libraries' tests hold: dp_accounting (rdp, pld and advanced composition), tensorflow_privacy,
// Opacus. What no spec can ask for (the best of several runs, sampled Laplace) checks the accountants underneath.
function close(actual: number, expected: number, relative: number): void {
  expect(Math.abs(actual / expected - 1)).toBeLessThanOrEqual(relative);
}
const times = (pair: LossPair, count: number) => composePairs([{ pair, times: count }]);
const descent = (rate: number, noise: number, steps: number) =>
  [{ event: { kind: "sampled-gaussian", rate, noise, steps } as const, times: 1 }] as const;

describe("the discrete Gaussian itself", () => {
  it.each(vectors.discrete_gaussian)(
    "σ² $sigma2: norm and variance",
    ({ sigma2, norm, variance }) => {
      const mass = gaussianMass(sigma2);
      close(1 / mass(0), norm, 1e-12);
      const reach = Math.ceil(12 * Math.sqrt(sigma2)) + 5;
      const moment = (power: number) => {
        let sum = 0;
        for (let x = -reach; x <= reach; x++) sum += x ** power * mass(x);
        return sum;
      };
      close(moment(2), variance, 1e-12);
      // Six standard errors of the draws' variance: a false alarm in some 5·10⁸.
      const draws = discreteGaussians(exactly(sigma2), 50_000, new SeededEntropy(`${sigma2}`));
      const drawn = draws.reduce((sum, x) => sum + x * x, 0) / draws.length;
      const error = Math.sqrt((moment(4) - variance ** 2) / draws.length);
      expect(Math.abs(drawn - variance)).toBeLessThan(6 * error);
    },
  );
});

describe("single mechanisms", () => {
  it("the exponential mechanism's worst ρ at ε 1 is .1233, below the ε²/8 that is charged", () => {
    const worst = Math.max(...[1, 1.5, 2, 10].map((order) => exponentialRenyi(1, order) / order));
    expect(worst).toBeLessThanOrEqual(1.2417e-1);
    close(exponentialRenyi(1, 1), 0.12330156148, 1e-10);
    for (const order of ORDERS) {
      expect(exponentialRenyi(1, order)).toBeLessThanOrEqual((order * 1) / 8 + 1e-15);
    }
  });

  it("Laplace noise is (ε + e^(−ε) − 1)-zCDP", () => {
    for (const epsilon of [0.1, 1, 3]) {
      const rho = epsilon + Math.exp(-epsilon) - 1;
      close(laplaceRenyi(epsilon, 1), rho, 1e-12);
      for (const order of ORDERS) {
        expect(laplaceRenyi(epsilon, order)).toBeLessThanOrEqual(order * rho * (1 + 1e-12));
      }
    }
  });
});

describe("gradient descent", () => {
  it.each([
    [0.04, 1.5, 2249, 1e-5, 7.327501, 6.767051],
    [256 / 60_000, 1.1, 14_062, 1e-5, 2.5965559, 2.381686],
    [0.01, 0.7, 120, 1e-5, 3.2392676, 2.4612381],
    [0.01, 0.35, 120, 1e-5, 22.6248601, 18.6977407],
    [1, 0.7, 2, 1e-5, 10.8602036, 10.1224946],
    [1, 0.35, 2, 1e-5, 26.2880374, 24.7160779],
  ])("q %f σ %f ×%i at δ %f", (rate, noise, steps, delta, byRenyi, byLoss) => {
    close(renyiAccountant.epsilon(descent(rate, noise, steps), delta), byRenyi, 1e-6);
    close(lossAccountant.epsilon(descent(rate, noise, steps), delta), byLoss, 2e-4);
  });

  it("q 1024/10⁸ σ .1 over ten epochs is worthless, at order 1.25", () => {
    const steps = Math.ceil((10 * 1e8) / 1024);
    const orders = [1.25, 1.5, 2];
    const curve = orders.map((order) => steps * sampledGaussianRenyi(1024 / 1e8, 0.1, order));
    const { value, order } = renyiEpsilon(curve, 1e-7, orders);
    close(value, 5_907_982.31, 1e-6);
    expect(order).toBe(1.25);
  });

  it("noise for ε 8 over 2,000 steps is 1.3562 by Rényi divergences", () => {
    close(calibrateNoise({ rate: 0.04, steps: 2000, epsilon: 8, delta: 1e-5 }), 1.3562, 1e-3);
  });
});

describe("trade-off curves", () => {
  /** The most true positives at a rate of false ones: the least line e^ε·α + δ(ε). */
  const powerOf = (pair: LossPair) => {
    const losses = Array.from({ length: 161 }, (_, i) => (i - 80) / 20);
    const curve = losses.map((epsilon) => pairDelta(pair, epsilon));
    return (alpha: number) =>
      Math.min(...losses.map((epsilon, i) => Math.exp(epsilon) * alpha + (curve[i] as number)));
  };

  it("of three Gaussians of σ √3 is that of μ = 1", () => {
    const power = powerOf(times(gaussianPair(Math.sqrt(3)), 3));
    close(power(0.1), 0.38914, 1e-3);
    for (const alpha of [0.01, 0.3, 0.6]) {
      const quantile = inverse(alpha);
      close(power(alpha), normalCdf(quantile + 1, 0, 1), 1e-3);
    }
  });

  it("of ε 1 and ε 2 together reaches .8286 at .1", () => {
    const pair = composePairs([
      { pair: approximatePair(1, 0), times: 1 },
      { pair: approximatePair(2, 0), times: 1 },
    ]);
    close(powerOf(pair)(0.1), 0.8286, 1e-3);
  });

  function inverse(share: number): number {
    let [low, high] = [-9, 9];
    for (let i = 0; i < 80; i++) {
      const middle = (low + high) / 2;
      if (normalCdf(middle, 0, 1) < share) low = middle;
      else high = middle;
    }
    return low;
  }
});

describe("randomised response", () => {
  /** δ of k answers with ε each, by summing over how many were true. */
  function exactDelta(epsilon: number, count: number, at: number): number {
    let [delta, ways] = [0, 1];
    const scale = (1 + Math.exp(epsilon)) ** count;
    for (let flipped = 0; flipped <= count; flipped++) {
      const p = Math.exp(epsilon * (count - flipped)) / scale;
      const q = Math.exp(epsilon * flipped) / scale;
      delta += ways * Math.max(0, p - Math.exp(at) * q);
      ways = (ways * (count - flipped)) / (flipped + 1);
    }
    return delta;
  }

  it.each([
    [0.5, 8],
    [1, 30],
    [0.1, 100],
  ])("ε %f × %i composes to the binomial sum, never below", (epsilon, count) => {
    const pair = times(approximatePair(epsilon, 0), count);
    for (const share of [0, 0.1, 0.3, 0.6]) {
      const at = share * epsilon * count;
      const exact = exactDelta(epsilon, count, at);
      const found = pairDelta(pair, at);
      expect(found).toBeGreaterThanOrEqual(exact * (1 - 1e-9) - 1e-15);
      expect(found).toBeLessThanOrEqual(exact * (1 + 1e-3) + 1e-12);
    }
  });

  it("of advanced composition: 30 at δ 0, at most 22 at .06, 20 at .1, nothing below the own δ", () => {
    // A mass of 10⁻¹⁵ at most is moved to an infinite loss when distributions are composed.
    expect(pairEpsilon(times(approximatePair(1, 0), 30), 1e-12)).toBeCloseTo(30, 3);
    const slack = times(approximatePair(1, 0.001), 30);
    const [tight, loose] = [pairEpsilon(slack, 0.06), pairEpsilon(slack, 0.1)];
    expect(tight).toBeLessThanOrEqual(22);
    expect(tight).toBeGreaterThan(20);
    expect(loose).toBeLessThanOrEqual(20);
    expect(loose).toBeGreaterThan(18);
    expect(pairEpsilon(slack, 0.029)).toBe(Number.POSITIVE_INFINITY);
  });

  it("of ε .25 fifty times keeps to ε 5 at δ .01, and a little more does not", () => {
    expect(pairDelta(times(approximatePair(0.25, 0), 50), 5)).toBeLessThanOrEqual(0.01);
    expect(pairDelta(times(approximatePair(0.27, 0), 50), 5)).toBeGreaterThan(0.01);
  });
});

describe("sampled Laplace", () => {
  it("q .2 of scale .5, three times, ends at its pure ε", () => {
    const [rate, scale] = [0.2, 0.5];
    const own = (epsilon: number) => {
      if (epsilon >= 1 / scale) return 0;
      return epsilon < -1 / scale ? -Math.expm1(epsilon) : -Math.expm1((epsilon - 1 / scale) / 2);
    };
    const remove = (epsilon: number) => {
      const growth = Math.expm1(epsilon) / rate;
      return growth > -1 ? rate * own(Math.log1p(growth)) : -Math.expm1(epsilon);
    };
    const most = Math.log1p(rate * Math.expm1(1 / scale));
    const one = connectDots(remove, Math.log1p(rate * Math.expm1(-1 / scale)), most);
    const three = times({ remove: one, add: one }, 3);
    close(pairEpsilon(three, 1e-14), 2.46964, 1e-3);
  });
});

describe("the least noise", () => {
  const enough = (pair: LossPair, count: number, epsilon: number, delta: number) =>
    pairEpsilon(times(pair, count), delta) <= epsilon * (1 + 1e-9);

  it.each([
    [21, 3, 0, 10, 70, 69.9],
    [1, 1, 1e-4, 20, 13.65, 13.5],
    [0.5, 1, 1e-4, 20, 6.85, 6.75],
    [1, 1, 1e-4, 500, 71.2, 70.8],
  ])("Laplace: sensitivity %f, ε %f, δ %f, %i queries: %f and not %f", (...row) => {
    const [sensitivity, epsilon, delta, count, scale, less] = row;
    expect(enough(laplacePair(scale / sensitivity), count, epsilon, delta)).toBe(true);
    expect(enough(laplacePair(less / sensitivity), count, epsilon, delta)).toBe(false);
  });

  it.each([
    [1, 1, 1e-4, 20, 0.0728, 0.0745],
    [21, 3, 0, 10, 0.01428, 0.0144],
  ])("discrete Laplace: sensitivity %i, ε %f, δ %f, %i queries: %f and not %f", (...row) => {
    const [sensitivity, epsilon, delta, count, parameter, more] = row;
    const pair = (a: number) => discreteLaplacePair(1 / a, sensitivity);
    expect(enough(pair(parameter), count, epsilon, delta)).toBe(true);
    expect(enough(pair(more), count, epsilon, delta)).toBe(false);
  });

  it("Gaussian: ⅓ at ε 1 and δ .78760074, so 10 for 25 queries of sensitivity 6", () => {
    close(gaussianSigma(1, 0.78760074), 1 / 3, 1e-6);
    close(gaussianSigma(1, 0.78760074) * 6 * Math.sqrt(25), 10, 1e-6);
  });

  it("sampled Gaussian: 3.2096 at ε 1, δ 10⁻⁵, q .001 for 25 queries of sensitivity 6", () => {
    close(lossAccountant.epsilon(descent(0.001, 3.20956502598 / 6, 25), 1e-5), 1, 1e-3);
  });
});

describe("the best of several runs (Papernot & Steinke 2022)", () => {
  const curve = ORDERS.map((order) => gaussianRenyi(4, order));
  /** The number of runs is truncated negative binomial with shape `eta`; γ is its parameter. */
  const best = (mean: number, gamma: number, eta: number) => {
    const least = Math.min(
      ...ORDERS.map((order, i) => (1 - 1 / order) * curve[i]! - Math.log(gamma) / order),
    );
    return ORDERS.map((order, i) => curve[i]! + Math.log(mean) / (order - 1) + (1 + eta) * least);
  };
  const epsilon = (renyi: readonly number[]) => renyiEpsilon(renyi, 1e-6).value;

  it("one run", () => close(epsilon(curve), 1.1431687, 1e-6));

  it("a geometric number of runs, ten or a hundred on average", () => {
    close(epsilon(best(10, 1 / 10, 1)), 2.2716234, 1e-6);
    close(epsilon(best(100, 1 / 100, 1)), 2.8241078, 1e-6);
  });

  it("a logarithmic number of runs, ten on average", () => {
    let [low, high] = [1e-9, 0.999];
    for (let i = 0; i < 200; i++) {
      const middle = Math.sqrt(low * high);
      if ((1 / middle - 1) / Math.log(1 / middle) > 10) low = middle;
      else high = middle;
    }
    close(epsilon(best(10, high, 0)), 1.9021061, 1e-6);
  });

  it("a Poisson number of runs, ten on average", () => {
    const poisson = ORDERS.map((order, i) => {
      const slip = renyiDelta(curve, Math.log1p(1 / (order - 1))).value;
      return curve[i]! + 10 * slip + Math.log(10) / (order - 1);
    });
    close(epsilon(poisson), 2.5011131, 1e-6);
  });
});
