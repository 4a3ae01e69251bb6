/**
 * Answers that don't depend on the data, in place of noisy ones: what then still differs between two data sets is told
 * for free. For `vi.mock`, module by module.
 */
const answer = (i: number) => 20 + ((i * 7919) % 11);

type Mechanism = typeof import("../../src/privacy/mechanism.js");
export function blindMechanism(module: Mechanism): Mechanism {
  const measure: Mechanism["measure"] = (payer, what, queries, delta) =>
    module
      .measure(payer, what, queries, delta)
      .map((noisy) => Float64Array.from(noisy, (_, i) => answer(i)));
  const measureLaplace: Mechanism["measureLaplace"] = (...request) =>
    module.measureLaplace(...request).map((_, i) => answer(i));
  const selections: Mechanism["selections"] = (...request) => {
    const draw = module.selections(...request);
    return (...among) => {
      draw(...among);
      return 0;
    };
  };
  return { ...module, measure, measureLaplace, selections };
}

type Categories = typeof import("../../src/privacy/learn-categories.js");
export function blindCategories(module: Categories): Categories {
  const learnCategories: Categories["learnCategories"] = (...request) => ({
    ...module.learnCategories(...request),
    ...{ values: ["clerk", "nurse"], counts: Float64Array.of(9, 6) },
  });
  return { ...module, learnCategories };
}

type Bounds = typeof import("../../src/privacy/learn-bounds.js");
export function blindBounds(module: Bounds): Bounds {
  const learnBounds: Bounds["learnBounds"] = (...request) => {
    try {
      module.learnBounds(...request);
    } catch {
      // The charge is written; whether anything stands out of the noise is no matter here.
    }
    return { low: 0, high: 1024 };
  };
  return { ...module, learnBounds };
}

type Quantiles = typeof import("../../src/privacy/learn-quantiles.js");
export function blindQuantiles(module: Quantiles): Quantiles {
  const learnQuantiles: Quantiles["learnQuantiles"] = (payer, what, own, cells, depth, rho) => {
    module.learnQuantiles(payer, what, own, cells, depth, rho);
    return [0, 0.25, 0.5, 1].map((share) => Math.round(share * cells));
  };
  return { ...module, learnQuantiles };
}

type Shared = typeof import("../../src/privacy/learn-shared.js");
export function blindShared(module: Shared): Shared {
  const learnShared: Shared["learnShared"] = (...request) => {
    module.learnShared(...request);
    return 7;
  };
  return { ...module, learnShared };
}

type Gaussian = typeof import("../../src/privacy/noise-gaussian.js");
export function blindGaussian(module: Gaussian): Gaussian {
  // So far apart that a gradient beside it is lost in rounding.
  const wideGaussians: Gaussian["wideGaussians"] = (count) =>
    Float64Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 1 : -1) * 2 ** 75);
  return { ...module, wideGaussians };
}
