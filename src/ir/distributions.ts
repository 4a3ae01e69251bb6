/** A distribution of the language: what its arguments are called, and what may be left out at the end. */
export interface DistributionShape {
  readonly parameters: readonly string[];
  readonly optional: number;
}

const shape = (parameters: string, optional = 0): DistributionShape => ({
  parameters: parameters.split(" "),
  optional,
});

/** Every distribution that `~` accepts, in the parameters of its usual textbook form. */
export const DISTRIBUTIONS: Readonly<Record<string, DistributionShape>> = {
  uniform: shape("low high"),
  normal: shape("mean sd"),
  lognormal: shape("meanlog sdlog"),
  student: shape("df mean sd", 2),
  laplace: shape("location scale"),
  cauchy: shape("location scale"),
  logistic: shape("location scale"),
  gumbel: shape("location scale"),
  exponential: shape("rate"),
  gamma: shape("shape rate"),
  beta: shape("a b"),
  weibull: shape("shape scale"),
  pareto: shape("shape scale"),
  triangular: shape("low mode high"),
  poisson: shape("rate"),
  negative_binomial: shape("size mean"),
  binomial: shape("size probability"),
  bernoulli: shape("probability"),
  geometric: shape("probability"),
  zipf: shape("exponent size"),
  constant: shape("value"),
  chi_square: shape("df"),
  chi: shape("df"),
  rayleigh: shape("scale"),
  erlang: shape("shape rate"),
  inverse_gamma: shape("shape scale"),
  beta_prime: shape("a b"),
  f: shape("df1 df2"),
  kumaraswamy: shape("a b"),
  arcsine: shape("low high"),
  cosine: shape("mean scale"),
  frechet: shape("shape scale"),
  levy: shape("location scale"),
  hypergeometric: shape("population marked draws"),
  /** Of dates: the month (1..12) of its peak, and how pronounced it is (0 not at all, 1 clearly, 3 strongly). */
  seasonal: shape("month strength"),
  /** `mixture(0.7, normal(20, 2), 0.3, normal(30, 4))`: shares in proportion, each with its distribution. */
  mixture: shape("share distribution share distribution"),
};

/** In words, for messages: `normal(mean, sd)`. */
export function distributionText(name: string): string {
  const found = DISTRIBUTIONS[name];
  return found === undefined ? name : `${name}(${found.parameters.join(", ")})`;
}
