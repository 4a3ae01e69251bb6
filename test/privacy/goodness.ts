import chisquareQuantile from "@stdlib/stats-base-dists-chisquare-quantile";

/** The chance of a false alarm of one test of fit in this folder. */
export const FALSE_ALARM = 1e-9;

/**
 * Pearson's statistic of whole-number draws against a mass function, cells with fewer than ten
 * expected draws merged into the tails, and the value it exceeds with probability `FALSE_ALARM`.
 */
export function chiSquare(
  draws: ArrayLike<number>,
  mass: (x: number) => number,
  reach: number,
): { statistic: number; critical: number } {
  const observed = new Map<number, number>();
  for (let i = 0; i < draws.length; i++) {
    const x = draws[i] as number;
    observed.set(x, (observed.get(x) ?? 0) + 1);
  }
  const n = draws.length;
  let statistic = 0;
  let cells = 0;
  let restExpected = n;
  let restObserved = n;
  for (let x = -reach; x <= reach; x++) {
    const expected = n * mass(x);
    if (expected < 10) continue;
    const seen = observed.get(x) ?? 0;
    statistic += (seen - expected) ** 2 / expected;
    restExpected -= expected;
    restObserved -= seen;
    cells++;
  }
  if (restExpected > 0.5) {
    statistic += (restObserved - restExpected) ** 2 / restExpected;
    cells++;
  }
  return { statistic, critical: chisquareQuantile(1 - FALSE_ALARM, cells - 1) };
}

/** The mass function of the discrete Gaussian, by summation. */
export function gaussianMass(sigma2: number): (x: number) => number {
  const weight = (x: number) => Math.exp((-x * x) / (2 * sigma2));
  let total = 1;
  for (let x = 1; x < 40 * Math.sqrt(sigma2) + 40; x++) total += 2 * weight(x);
  return (x) => weight(x) / total;
}

/** The mass function of the discrete Laplace of the given scale. */
export function laplaceMass(scale: number): (x: number) => number {
  const r = Math.exp(-1 / scale);
  return (x) => ((1 - r) / (1 + r)) * r ** Math.abs(x);
}
