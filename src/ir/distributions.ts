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
};

/** In words, for messages: `normal(mean, sd)`. */
export function distributionText(name: string): string {
  const found = DISTRIBUTIONS[name];
  return found === undefined ? name : `${name}(${found.parameters.join(", ")})`;
}
