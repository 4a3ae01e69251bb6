import { type Law, type LawMaker, located, plainLaws, pointLaw, tableLaw } from "./law.js";
import { changed, rarerLaws } from "./rarer-laws.js";

type Two = (x: number, a: number, b: number) => number;
type One = (x: number, a: number) => number;
interface Pair<F> {
  readonly cdf: F;
  readonly quantile: F;
}

const positive = (...values: number[]): boolean => values.every((value) => value > 0);

function of(
  sound: boolean,
  discrete: boolean,
  cdf: (x: number) => number,
  quantile: (p: number) => number,
): Law | undefined {
  return sound ? { discrete, cdf, quantile } : undefined;
}

async function normalLaws(): Promise<Record<string, LawMaker>> {
  const { cdf, quantile } = await normal();
  return {
    normal: ([mean = 0, sd = 1]) =>
      located(mean, sd, () => ({
        discrete: false,
        cdf: (x) => cdf(x, mean, sd),
        quantile: (p) => quantile(p, mean, sd),
      })),
    lognormal: ([mean = 0, sd = 1]) =>
      sd === 0
        ? pointLaw(Math.exp(mean))
        : of(
            sd > 0 && Number.isFinite(mean),
            false,
            (x) => (x <= 0 ? 0 : cdf(Math.log(x), mean, sd)),
            (p) => Math.exp(quantile(p, mean, sd)),
          ),
    levy: ([location = 0, scale = 1]) =>
      of(
        scale > 0 && Number.isFinite(location),
        false,
        (x) => (x <= location ? 0 : 2 * cdf(-Math.sqrt(scale / (x - location)), 0, 1)),
        (p) => location + scale / quantile(p / 2, 0, 1) ** 2,
      ),
  };
}

/** The normal distribution's cdf and quantile (@stdlib), for those who need it alone. */
export async function normal(): Promise<Pair<Two>> {
  const cdf = await import("@stdlib/stats-base-dists-normal-cdf");
  const quantile = await import("@stdlib/stats-base-dists-normal-quantile");
  return { cdf: cdf.default, quantile: quantile.default };
}

async function gammaLaws(): Promise<Record<string, LawMaker>> {
  const cdf: Two = (await import("@stdlib/stats-base-dists-gamma-cdf")).default;
  const quantile: Two = (await import("@stdlib/stats-base-dists-gamma-quantile")).default;
  const gamma: LawMaker = ([shape = 1, rate = 1]) =>
    shape === 0 && rate > 0
      ? pointLaw(0)
      : of(
          positive(shape, rate),
          false,
          (x) => cdf(x, shape, rate),
          (p) => quantile(p, shape, rate),
        );
  const chi_square: LawMaker = ([df = 1]) => gamma([df / 2, 0.5]);
  return {
    gamma,
    chi_square,
    erlang: ([shape = 1, rate = 1]) => (Number.isInteger(shape) ? gamma([shape, rate]) : undefined),
    chi: ([df = 1]) => changed(chi_square([df]), { back: (x) => x * x, forth: Math.sqrt }),
    inverse_gamma: ([shape = 1, scale = 1]) =>
      changed(gamma([shape, scale]), { back: (x) => 1 / x, forth: (y) => 1 / y, falls: true }),
  };
}

async function betaLaws(): Promise<Record<string, LawMaker>> {
  const cdf: Two = (await import("@stdlib/stats-base-dists-beta-cdf")).default;
  const quantile: Two = (await import("@stdlib/stats-base-dists-beta-quantile")).default;
  const beta: LawMaker = ([a = 1, b = 1]) =>
    of(
      positive(a, b),
      false,
      (x) => cdf(x, a, b),
      (p) => quantile(p, a, b),
    );
  /** Odds of a beta, times a factor. */
  const odds = (law: Law | undefined, factor: number) =>
    changed(law, { back: (x) => x / (x + factor), forth: (y) => (factor * y) / (1 - y) });
  return {
    beta,
    beta_prime: ([a = 1, b = 1]) => odds(beta([a, b]), 1),
    f: ([df1 = 1, df2 = 1]) => odds(beta([df1 / 2, df2 / 2]), df2 / df1),
  };
}

async function studentLaws(): Promise<Record<string, LawMaker>> {
  const cdf: One = (await import("@stdlib/stats-base-dists-t-cdf")).default;
  const quantile: One = (await import("@stdlib/stats-base-dists-t-quantile")).default;
  return {
    student: ([df = 1, mean = 0, sd = 1]) =>
      sd === 0 && df > 0
        ? pointLaw(mean)
        : of(
            positive(df, sd),
            false,
            (x) => cdf((x - mean) / sd, df),
            (p) => mean + sd * quantile(p, df),
          ),
  };
}

async function poissonLaws(): Promise<Record<string, LawMaker>> {
  const cdf: One = (await import("@stdlib/stats-base-dists-poisson-cdf")).default;
  const quantile: One = (await import("@stdlib/stats-base-dists-poisson-quantile")).default;
  return {
    poisson: ([rate = 1]) =>
      of(
        rate >= 0,
        true,
        (x) => cdf(Math.floor(x), rate),
        (p) => quantile(p, rate),
      ),
  };
}

async function binomialLaws(): Promise<Record<string, LawMaker>> {
  const cdf: Two = (await import("@stdlib/stats-base-dists-binomial-cdf")).default;
  const quantile: Two = (await import("@stdlib/stats-base-dists-binomial-quantile")).default;
  return {
    binomial: ([size = 1, probability = 0.5]) =>
      of(
        Number.isInteger(size) && size >= 0 && probability >= 0 && probability <= 1,
        true,
        (x) => cdf(Math.floor(x), size, probability),
        (p) => quantile(p, size, probability),
      ),
  };
}

async function negativeBinomialLaws(): Promise<Record<string, LawMaker>> {
  const cdf: Two = (await import("@stdlib/stats-base-dists-negative-binomial-cdf")).default;
  const quantile: Two = (await import("@stdlib/stats-base-dists-negative-binomial-quantile"))
    .default;
  return {
    /** Failures, by their mean and the size (dispersion): variance is mean + mean² / size. */
    negative_binomial: ([size = 1, mean = 1]) => {
      if (size > 0 && mean === 0) return tableLaw([1], 0);
      const probability = size / (size + mean);
      return of(
        positive(size, mean),
        true,
        (x) => cdf(Math.floor(x), size, probability),
        (p) => quantile(p, size, probability),
      );
    },
  };
}

const loaders: Readonly<Record<string, () => Promise<Record<string, LawMaker>>>> = {
  normal: normalLaws,
  lognormal: normalLaws,
  levy: normalLaws,
  gamma: gammaLaws,
  erlang: gammaLaws,
  chi: gammaLaws,
  chi_square: gammaLaws,
  inverse_gamma: gammaLaws,
  beta: betaLaws,
  beta_prime: betaLaws,
  f: betaLaws,
  student: studentLaws,
  poisson: poissonLaws,
  binomial: binomialLaws,
  negative_binomial: negativeBinomialLaws,
};

/** Every distribution that can be drawn from nothing, by name. */
export const lawNames: readonly string[] = [
  ...Object.keys(plainLaws),
  ...Object.keys(rarerLaws),
  ...Object.keys(loaders),
  "zipf",
  "categorical",
  "seasonal",
];

/** The maker of a distribution, its library loaded on demand; undefined for an unknown name. */
export async function loadLaw(name: string): Promise<LawMaker | undefined> {
  if (name === "zipf") {
    return ([exponent = 1, size = 10]) =>
      size >= 1 && size <= 1e7
        ? tableLaw(
            Array.from({ length: size }, (_, i) => (i + 1) ** -exponent),
            1,
          )
        : undefined;
  }
  if (name === "seasonal") return (await import("./season.js")).seasonal;
  if (name === "categorical") return (weights) => tableLaw(weights, 0);
  const plain = plainLaws[name] ?? rarerLaws[name];
  if (plain !== undefined) return plain;
  return (await loaders[name]?.())?.[name];
}
