import { type Law, type LawMaker, tableLaw } from "./law.js";

/** A distribution of a positive-valued function of another's value. */
interface Change {
  /** The other's value, from a value of this one; increasing unless `falls`. */
  readonly back: (x: number) => number;
  readonly forth: (y: number) => number;
  readonly falls?: boolean;
}

/** The distribution of `forth(Y)` on the positive numbers, where Y follows `law`. */
export function changed(law: Law | undefined, { back, forth, falls }: Change): Law | undefined {
  if (law === undefined) return undefined;
  const flip = (p: number) => (falls === true ? 1 - p : p);
  return {
    discrete: false,
    cdf: (x) => (x <= 0 ? 0 : flip(law.cdf(back(x)))),
    quantile: (p) => forth(law.quantile(flip(p))),
  };
}

/** Distributions that are asked for less often; parameters as in @stdlib. */
export const rarerLaws: Readonly<Record<string, LawMaker>> = {
  arcsine: ([low = 0, high = 1]) =>
    high > low
      ? {
          discrete: false,
          cdf: (x) =>
            (2 / Math.PI) *
            Math.asin(Math.sqrt(Math.min(1, Math.max(0, (x - low) / (high - low))))),
          quantile: (p) => low + (high - low) * Math.sin((Math.PI * p) / 2) ** 2,
        }
      : undefined,
  cosine: ([mean = 0, scale = 1]) => raisedCosine(mean, scale),
  frechet: ([shape = 1, scale = 1]) =>
    shape > 0 && scale > 0
      ? {
          discrete: false,
          cdf: (x) => (x <= 0 ? 0 : Math.exp(-((x / scale) ** -shape))),
          quantile: (p) => scale * (-Math.log(p)) ** (-1 / shape),
        }
      : undefined,
  kumaraswamy: ([a = 1, b = 1]) =>
    a > 0 && b > 0
      ? {
          discrete: false,
          cdf: (x) => (x <= 0 ? 0 : x >= 1 ? 1 : 1 - (1 - x ** a) ** b),
          quantile: (p) => (1 - (1 - p) ** (1 / b)) ** (1 / a),
        }
      : undefined,
  hypergeometric: ([population = 2, marked = 1, draws = 1]) =>
    hypergeometric(population, marked, draws),
};

/** Raised cosine on mean ± scale; its quantile by halving, since it has no formula. */
function raisedCosine(mean: number, scale: number): Law | undefined {
  if (!(scale > 0)) return undefined;
  const cdf = (z: number) => (1 + z + Math.sin(Math.PI * z) / Math.PI) / 2;
  return {
    discrete: false,
    cdf: (x) => cdf(Math.min(1, Math.max(-1, (x - mean) / scale))),
    quantile: (p) => {
      let [low, high] = [-1, 1];
      for (let step = 0; step < 60; step++) {
        const middle = (low + high) / 2;
        if (cdf(middle) < p) low = middle;
        else high = middle;
      }
      return mean + (scale * (low + high)) / 2;
    },
  };
}

/** Marked ones among `draws` taken without putting back. */
function hypergeometric(population: number, marked: number, draws: number): Law | undefined {
  const isWhole = [population, marked, draws].every((n) => Number.isInteger(n) && n >= 0);
  if (!isWhole || marked > population || draws > population || population > 1e7) return undefined;
  const least = Math.max(0, draws + marked - population);
  const most = Math.min(marked, draws);
  // Logarithms of the ratios of neighbouring probabilities, summed: no factorial is needed.
  const logs = [0];
  for (let k = least; k < most; k++) {
    const ratio = ((marked - k) * (draws - k)) / ((k + 1) * (population - marked - draws + k + 1));
    logs.push((logs[k - least] as number) + Math.log(ratio));
  }
  const top = logs.reduce((best, one) => Math.max(best, one), -Infinity);
  return tableLaw(
    logs.map((one) => Math.exp(one - top)),
    least,
  );
}
