/** A distribution with its parameters filled in. */
export interface Law {
  /** Probability of a value at or below `x`. */
  cdf(x: number): number;
  /** The least value whose cdf is at least `p`. */
  quantile(p: number): number;
  /** True where all values are whole numbers. */
  readonly discrete: boolean;
  /** The only value, where there is but one. */
  readonly point?: number;
}

/** One value alone: what a distribution comes to as its scale goes to 0. */
export function pointLaw(value: number): Law | undefined {
  if (!Number.isFinite(value)) return undefined;
  return { discrete: false, point: value, cdf: (x) => (x >= value ? 1 : 0), quantile: () => value };
}

/** A law of a location and a scale; where the scale is 0, the location. */
export function located(location: number, scale: number, law: () => Law): Law | undefined {
  if (!Number.isFinite(location) || !(scale >= 0)) return undefined;
  return scale === 0 ? pointLaw(location) : law();
}

/** Fill parameters into a distribution; undefined where they make none (a negative scale, a missing value). */
export type LawMaker = (parameters: readonly number[]) => Law | undefined;

const clamp = (p: number): number => Math.min(1, Math.max(0, p));

/** Distributions whose cdf and quantile are one line each. Parameters as in textbooks. */
export const plainLaws: Readonly<Record<string, LawMaker>> = {
  uniform: ([low = 0, high = 1]) =>
    high === low
      ? pointLaw(low)
      : continuous(
          high > low,
          (x) => clamp((x - low) / (high - low)),
          (p) => low + p * (high - low),
        ),
  exponential: ([rate = 1]) =>
    continuous(
      rate > 0,
      (x) => (x <= 0 ? 0 : -Math.expm1(-rate * x)),
      (p) => -Math.log1p(-p) / rate,
    ),
  laplace: ([location = 0, scale = 1]) =>
    located(location, scale, () =>
      free(
        (x) => {
          const z = (x - location) / scale;
          return z < 0 ? Math.exp(z) / 2 : 1 - Math.exp(-z) / 2;
        },
        (p) => location + scale * (p < 0.5 ? Math.log(2 * p) : -Math.log(2 * (1 - p))),
      ),
    ),
  cauchy: ([location = 0, scale = 1]) =>
    located(location, scale, () =>
      free(
        (x) => 0.5 + Math.atan((x - location) / scale) / Math.PI,
        (p) => location + scale * Math.tan(Math.PI * (p - 0.5)),
      ),
    ),
  logistic: ([location = 0, scale = 1]) =>
    located(location, scale, () =>
      free(
        (x) => 1 / (1 + Math.exp(-(x - location) / scale)),
        (p) => location + scale * (Math.log(p) - Math.log1p(-p)),
      ),
    ),
  gumbel: ([location = 0, scale = 1]) =>
    located(location, scale, () =>
      free(
        (x) => Math.exp(-Math.exp(-(x - location) / scale)),
        (p) => location - scale * Math.log(-Math.log(p)),
      ),
    ),
  weibull: ([shape = 1, scale = 1]) =>
    shape > 0 && scale === 0
      ? pointLaw(0)
      : continuous(
          shape > 0 && scale > 0,
          (x) => (x <= 0 ? 0 : -Math.expm1(-((x / scale) ** shape))),
          (p) => scale * (-Math.log1p(-p)) ** (1 / shape),
        ),
  rayleigh: ([scale = 1]) =>
    scale === 0
      ? pointLaw(0)
      : continuous(
          scale > 0,
          (x) => (x <= 0 ? 0 : -Math.expm1(-((x / scale) ** 2) / 2)),
          (p) => scale * Math.sqrt(-2 * Math.log1p(-p)),
        ),
  pareto: ([shape = 1, scale = 1]) =>
    continuous(
      shape > 0 && scale > 0,
      (x) => (x <= scale ? 0 : 1 - (scale / x) ** shape),
      (p) => scale / (1 - p) ** (1 / shape),
    ),
  triangular: ([low = 0, mode = 0.5, high = 1]) => triangular(low, mode, high),
  bernoulli: ([probability = 0.5]) =>
    probability < 0 || probability > 1
      ? undefined
      : {
          discrete: true,
          cdf: (x) => (x < 0 ? 0 : x < 1 ? 1 - probability : 1),
          quantile: (p) => (p <= 1 - probability ? 0 : 1),
        },
  geometric: ([probability = 0.5]) => geometric(probability),
  constant: ([value = 0]) => pointLaw(value),
};

function free(cdf: Law["cdf"], quantile: Law["quantile"]): Law {
  return { discrete: false, cdf, quantile };
}

function continuous(
  sound: boolean,
  cdf: (x: number) => number,
  quantile: (p: number) => number,
): Law | undefined {
  return sound ? free(cdf, quantile) : undefined;
}

function triangular(low: number, mode: number, high: number): Law | undefined {
  const span = high - low;
  if (span === 0 && mode === low) return pointLaw(low);
  if (!(span > 0) || mode < low || mode > high) return undefined;
  const bend = (mode - low) / span;
  return {
    discrete: false,
    cdf: (x) => {
      if (x <= low) return 0;
      if (x >= high) return 1;
      return x <= mode
        ? (x - low) ** 2 / (span * (mode - low))
        : 1 - (high - x) ** 2 / (span * (high - mode));
    },
    quantile: (p) =>
      p < bend
        ? low + Math.sqrt(p * span * (mode - low))
        : high - Math.sqrt((1 - p) * span * (high - mode)),
  };
}

/** Failures before the first success: 0, 1, 2 … */
function geometric(probability: number): Law | undefined {
  if (!(probability > 0 && probability <= 1)) return undefined;
  if (probability === 1) return { discrete: true, cdf: (x) => (x < 0 ? 0 : 1), quantile: () => 0 };
  const rate = Math.log1p(-probability);
  return {
    discrete: true,
    cdf: (x) => (x < 0 ? 0 : -Math.expm1(rate * (Math.floor(x) + 1))),
    quantile: (p) => Math.max(0, Math.ceil(Math.log1p(-p) / rate - 1 - 1e-12)),
  };
}

/** Whole numbers 1..size with probability proportional to rank ^ −exponent, or any table of weights from `first`. */
export function tableLaw(weights: readonly number[], first: number): Law | undefined {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0) || weights.some((weight) => !(weight >= 0))) return undefined;
  const cumulative = new Float64Array(weights.length);
  let sum = 0;
  weights.forEach((weight, i) => {
    sum += weight;
    cumulative[i] = sum / total;
  });
  cumulative[weights.length - 1] = 1;
  return {
    discrete: true,
    cdf: (x) => {
      const index = Math.floor(x) - first;
      if (index < 0) return 0;
      return cumulative[Math.min(index, cumulative.length - 1)] as number;
    },
    quantile: (p) => first + indexOf(cumulative, p),
  };
}

/** The first position whose cumulative share is at least `p`, by halving. */
export function indexOf(cumulative: Float64Array, p: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] as number) < p) low = middle + 1;
    else high = middle;
  }
  return low;
}
