import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { DISTRIBUTIONS } from "../../../src/ir/distributions.js";
import { lawNames, loadLaw } from "../../../src/synth/spec-only/load-laws.js";
import { mixtureLaw } from "../../../src/synth/spec-only/mixture.js";

const parameters: Record<string, number[]> = {
  uniform: [-2, 5],
  normal: [3, 2],
  lognormal: [1, 0.7],
  exponential: [0.5],
  laplace: [1, 2],
  cauchy: [0, 1.5],
  logistic: [2, 0.4],
  gumbel: [1, 2],
  weibull: [1.7, 3],
  rayleigh: [2],
  pareto: [2.5, 1.2],
  triangular: [1, 2, 6],
  gamma: [2.2, 0.6],
  chi_square: [3],
  chi: [3],
  erlang: [3, 0.5],
  inverse_gamma: [4, 6],
  beta_prime: [2, 5],
  f: [3, 12],
  kumaraswamy: [2, 3],
  arcsine: [2, 8],
  cosine: [5, 2],
  frechet: [3, 2],
  levy: [1, 0.5],
  hypergeometric: [40, 15, 12],
  beta: [2, 5],
  student: [4, 1, 2],
  poisson: [3.4],
  binomial: [12, 0.3],
  negative_binomial: [2.5, 4],
  geometric: [0.2],
  bernoulli: [0.3],
  zipf: [1.1, 50],
  categorical: [1, 2, 3],
  constant: [4],
  seasonal: [7, 1.5],
};

test("quantile and cdf undo each other, for every distribution", async () => {
  expect(Object.keys(parameters).sort()).toEqual([...lawNames].sort());
  for (const name of lawNames) {
    const law = (await loadLaw(name))?.(parameters[name] as number[]);
    if (law === undefined) throw new Error(name);
    for (let i = 1; i < 40; i++) {
      const p = i / 40;
      const x = law.quantile(p);
      expect(law.cdf(x), `${name} at ${p}`).toBeGreaterThanOrEqual(p - 1e-6);
      if (name === "constant") continue;
      if (law.discrete) expect(law.cdf(x - 1), `${name} at ${p}`).toBeLessThan(p + 1e-9);
      else expect(law.cdf(x), `${name} at ${p}`).toBeCloseTo(p, 6);
    }
  }
});

test("senseless parameters make no law", async () => {
  const bad: [string, number[]][] = [
    ["normal", [0, -1]],
    ["gamma", [-1, 1]],
    ["laplace", [0, -1]],
    ["triangular", [3, 1, 2]],
    ["bernoulli", [1.2]],
    ["zipf", [1, 0]],
    ["categorical", [0, 0]],
    ["erlang", [2.5, 1]],
    ["hypergeometric", [10, 11, 2]],
    ["arcsine", [1, 1]],
    ["f", [0, 3]],
  ];
  for (const [name, values] of bad) expect((await loadLaw(name))?.(values)).toBeUndefined();
});

test("moments by inverse transform agree with the textbook", async () => {
  // 40,000 draws; each bound is five standard errors of the mean.
  const means: [string, number, number][] = [
    ["gamma", 2.2 / 0.6, Math.sqrt(2.2) / 0.6],
    ["negative_binomial", 4, Math.sqrt(4 + 16 / 2.5)],
    ["weibull", 3 * 0.892244, 1.62],
    ["triangular", 3, 1.08],
    ["geometric", 4, Math.sqrt(20)],
    ["chi", 1.595769, Math.sqrt(3 - 1.595769 ** 2)],
    ["erlang", 6, Math.sqrt(12)],
    ["inverse_gamma", 2, Math.sqrt(2)],
    ["beta_prime", 0.5, Math.sqrt(0.25)],
    ["f", 1.2, Math.sqrt((2 * 144 * 13) / (3 * 100 * 8))],
    // b B(1 + 1/a, b) with a = 2, b = 3.
    ["kumaraswamy", 0.457143, Math.sqrt(0.25 - 0.457143 ** 2)],
    ["arcsine", 5, Math.sqrt(36 / 8)],
    ["cosine", 5, 2 * Math.sqrt(1 / 3 - 2 / Math.PI ** 2)],
    // Γ(2/3) and Γ(1/3).
    ["frechet", 2 * 1.3541179, 2 * Math.sqrt(2.6789385 - 1.3541179 ** 2)],
    ["hypergeometric", 4.5, Math.sqrt((12 * 15 * 25 * 28) / (40 * 40 * 39))],
  ];
  const random = stream(5, "moments");
  for (const [name, mean, sd] of means) {
    const law = (await loadLaw(name))?.(parameters[name] as number[]);
    let sum = 0;
    for (let i = 0; i < 40_000; i++) sum += law?.quantile(random.uniform()) ?? 0;
    expect(Math.abs(sum / 40_000 - mean), name).toBeLessThan((5 * sd) / 200);
  }
});

test("a Lévy law has its textbook median, and every distribution that a spec may name can be drawn", async () => {
  const levy = (await loadLaw("levy"))?.([1, 0.5]);
  // c / (2 erfc⁻¹(1/2)²), 0.476936 being the inverse.
  expect(levy?.quantile(0.5)).toBeCloseTo(1 + 0.5 / (2 * 0.4769362762 ** 2), 6);
  const named = Object.keys(DISTRIBUTIONS).filter((name) => name !== "mixture");
  for (const name of named) expect(await loadLaw(name), name).toBeDefined();
});

test("a mixture has the moments of its parts, and its quantile undoes its cdf", async () => {
  const normal = await loadLaw("normal");
  const parts = [
    { make: normal, parameters: 2 },
    { make: await loadLaw("exponential"), parameters: 1 },
  ];
  const law = mixtureLaw(parts)([3, 10, 1, 1, 0.5]);
  if (law === undefined) throw new Error("no law");
  for (let i = 1; i < 50; i++) expect(law.cdf(law.quantile(i / 50))).toBeCloseTo(i / 50, 8);
  const counts = mixtureLaw([
    { make: await loadLaw("poisson"), parameters: 1 },
    { make: await loadLaw("bernoulli"), parameters: 1 },
  ])([1, 4, 1, 0.5]);
  for (let i = 1; i < 50; i++) {
    const x = counts?.quantile(i / 50) ?? Number.NaN;
    expect(Number.isInteger(x)).toBe(true);
    expect(counts?.cdf(x)).toBeGreaterThanOrEqual(i / 50);
    expect(counts?.cdf(x - 1)).toBeLessThan(i / 50);
  }
  expect(mixtureLaw(parts)([-1, 0, 1, 1, 1])).toBeUndefined();
});
