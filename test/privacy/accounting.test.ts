import { describe, expect, it } from "vitest";
import {
  gaussianDelta,
  gaussianEpsilon,
  gaussianSigma,
} from "../../src/privacy/analytic-gaussian.js";
import {
  exponentialRenyi,
  gaussianRenyi,
  laplaceRenyi,
  ORDERS,
  pureRenyi,
  renyiDelta,
  renyiEpsilon,
  sampledGaussianRenyi,
} from "../../src/privacy/renyi.js";
import { pureRho, zcdpDelta, zcdpEpsilon, zcdpOrder, zcdpRho } from "../../src/privacy/zcdp.js";
import vectors from "./vectors.json" with { type: "json" };

function close(actual: number, expected: number, relative: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));
}

describe("zCDP", () => {
  it.each(vectors.zcdp_to_eps)("ρ $rho at δ $delta is ε $eps", ({ rho, delta, eps }) => {
    close(zcdpEpsilon(rho, delta), eps, 1e-9);
    expect(zcdpDelta(rho, zcdpEpsilon(rho, delta))).toBeLessThanOrEqual(delta * (1 + 1e-9));
  });

  it.each(vectors.eps_to_rho)("ε $eps at δ $delta is ρ $rho", ({ eps, delta, rho }) => {
    close(zcdpRho(eps, delta), rho, 1e-9);
    expect(zcdpDelta(zcdpRho(eps, delta), eps)).toBeLessThanOrEqual(delta);
  });

  it.each([
    ...vectors.zcdp_delta,
    { rho: 0.05, eps: 0.25, delta: 8.17727531036956e-2 },
    { rho: 5e-30, eps: 1e-13, delta: 2.619676329730346e-234 },
  ])("ρ $rho at ε $eps is δ $delta", ({ rho, eps, delta }) => {
    close(zcdpDelta(rho, eps), delta, 1e-9);
  });

  it.each([
    [0.1, 1e-9],
    [1, 1e-9],
    [3, 1e-6],
    [10, 1e-5],
  ])("loses nothing at one fixed order for (%f, %f)", (epsilon, delta) => {
    const order = zcdpOrder(epsilon, delta);
    const capacity = epsilon + Math.log(delta * order) / (order - 1) - Math.log1p(-1 / order);
    close(capacity / order, zcdpRho(epsilon, delta), 1e-6);
  });

  it("bounds pure mechanisms by at most ε²/2", () => {
    for (const epsilon of [0.01, 0.5, 1, 3, 10]) {
      expect(pureRho(epsilon)).toBeLessThanOrEqual(epsilon ** 2 / 2);
      close(pureRho(epsilon), pureRenyi(epsilon, 1), 1e-9);
    }
  });
});

describe("the analytic Gaussian", () => {
  it.each([
    ...vectors.analytic_gaussian_eps,
    { sigma: 0.7 / Math.SQRT2, delta: 1e-5, eps: 10.122494583907494 },
  ])("σ $sigma at δ $delta is ε $eps", ({ sigma, delta, eps }) => {
    close(gaussianEpsilon(sigma, delta), eps, 1e-8);
  });

  it.each(vectors.analytic_gaussian_sigma)("ε $eps at δ $delta is σ $sigma", (vector) => {
    close(gaussianSigma(vector.eps, vector.delta), vector.sigma, 1e-8);
  });

  it.each(vectors.discrete_gaussian_delta)("δ at σ² $sigma2 and ε $eps", (vector) => {
    close(gaussianDelta(Math.sqrt(vector.sigma2), vector.eps), vector.continuous, 1e-8);
  });

  it("obeys the symmetry of its two directions", () => {
    for (const epsilon of [0, 0.3, 2, 7]) {
      const back = 1 - Math.exp(epsilon) + Math.exp(epsilon) * gaussianDelta(0.8, -epsilon);
      expect(Math.abs(back - gaussianDelta(0.8, epsilon))).toBeLessThan(1e-12);
    }
  });
});

describe("Rényi", () => {
  const sampled = vectors.rdp_subsampled_gaussian.flatMap(({ q, sigma, orders, rdp }) =>
    orders.map((order, i) => ({ q, sigma, order, rdp: rdp[i] ?? null })),
  );
  it.each(sampled)("subsampled Gaussian q $q σ $sigma order $order", ({ q, sigma, order, rdp }) => {
    const value = sampledGaussianRenyi(q, sigma, order);
    if (rdp === null) expect(value).toBe(Number.POSITIVE_INFINITY);
    else close(value, rdp, 1e-8);
  });

  it("subsampled Gaussian over fifty steps", () => {
    const known = [6.70579741e-4, 1.0854871e-3, 2.18075656e-3, 2.38460375e-2, 167.416308];
    [1.5, 2.5, 5, 50, 100].forEach((order, i) => {
      close(50 * sampledGaussianRenyi(0.01, 2.5, order), known[i] as number, 1e-8);
    });
    expect(sampledGaussianRenyi(1, 2, 3)).toBe(gaussianRenyi(2, 3));
    expect(sampledGaussianRenyi(0, 2, 3)).toBe(0);
  });

  it.each(vectors.rdp_laplace)("Laplace ε $eps", ({ eps, orders, rdp }) => {
    orders.forEach((order, i) => {
      close(laplaceRenyi(eps, order), rdp[i] as number, 1e-9);
    });
  });

  it.each(vectors.rdp_exponential_mechanism)("exponential ε $eps", ({ eps, orders, rdp }) => {
    orders.forEach((order, i) => {
      close(exponentialRenyi(eps, order), rdp[i] as number, 1e-9);
    });
  });

  it.each(vectors.dp_sgd)(
    "DP-SGD q $q σ $sigma ×$steps",
    ({ q, sigma, steps, delta, eps_rdp, order }) => {
      const curve = ORDERS.map((a) => steps * sampledGaussianRenyi(q, sigma, a));
      const bound = renyiEpsilon(curve, delta);
      close(bound.value, eps_rdp, 1e-6);
      expect(bound.order).toBeCloseTo(order, 9);
    },
  );

  it("converts a constant curve", () => {
    const orders = Array.from({ length: 31 }, (_, i) => i + 2);
    const curve = orders.map(() => 1.1);
    close(renyiEpsilon(curve, 1e-5, orders).value, 1.32783806176, 1e-9);
    const epsilon = renyiEpsilon(curve, 1e-5, orders).value;
    close(renyiDelta(curve, epsilon, orders).value, 1e-5, 1e-6);
  });

  it("reaches ε 1 for the noise calibrated to it", () => {
    const orders = Array.from({ length: 4000 }, (_, i) => 1.5 + i / 100);
    const curve = orders.map((order) => gaussianRenyi(4.530877117, order));
    close(renyiEpsilon(curve, 1e-6, orders).value, 1, 1e-5);
  });
});
