import { DISTRIBUTIONS } from "../ir/distributions.js";

/** Something that is called with arguments. */
export interface CallHelp {
  readonly kind: "function" | "statistic" | "distribution";
  readonly parameters: readonly string[];
  readonly summary: string;
}

const call = (kind: CallHelp["kind"], parameters: string, summary: string): CallHelp => ({
  kind,
  parameters: parameters.split(" "),
  summary,
});

const functions: Readonly<Record<string, CallHelp>> = {
  min: call("function", "a b …", "the least of them"),
  max: call("function", "a b …", "the greatest of them"),
  round: call("function", "x [decimals]", "the nearest whole number; halves go away from zero"),
  floor: call("function", "x", "the next whole number below"),
  ceil: call("function", "x", "the next whole number above"),
  abs: call("function", "x", "the size without the sign"),
  sqrt: call("function", "x", "the square root"),
  exp: call("function", "x", "e to the power of it"),
  log: call("function", "x", "the natural logarithm"),
  year: call("function", "day", "the year of a date"),
  month: call("function", "day", "the month of a date, 1 to 12"),
  day: call("function", "day", "the day of the month, 1 to 31"),
  weekday: call("function", "day", "1 on Monday to 7 on Sunday"),
  hour: call("function", "moment", "the hour of the day, 0 to 23"),
  minute: call("function", "moment", "the minute of the hour, 0 to 59"),
  date: call("function", "moment", "the day of a moment"),
};

const statistics: Readonly<Record<string, CallHelp>> = {
  mean: call("statistic", "x", "the mean over all rows"),
  median: call("statistic", "x", "the middle value over all rows"),
  sd: call("statistic", "x", "the standard deviation over all rows"),
  sum: call("statistic", "x", "the sum over all rows"),
  quantile: call("statistic", "x share", "the value below which that share of the rows lies"),
  share: call("statistic", "condition", "the share of rows where it holds"),
  count: call("statistic", "condition", "the number of rows where it holds"),
  correlation: call("statistic", "a b", "Pearson's correlation over all rows"),
};

const summaries: Readonly<Record<string, string>> = {
  uniform: "any value between the two is as likely",
  normal: "the bell curve",
  lognormal: "its logarithm is normal: incomes, waiting times",
  student: "a bell curve with heavier tails",
  laplace: "a double exponential about its location",
  cauchy: "a bell curve without a mean",
  logistic: "a bell curve with slightly heavier tails",
  gumbel: "the greatest of many",
  exponential: "waiting times at a constant rate",
  gamma: "sums of waiting times",
  beta: "shares between 0 and 1",
  weibull: "lifetimes",
  pareto: "few have most",
  triangular: "a least, a likely and a greatest value",
  poisson: "counts of independent events",
  negative_binomial: "counts that vary more than Poisson's",
  binomial: "successes in so many tries",
  bernoulli: "yes with that probability",
  geometric: "failures before the first success",
  zipf: "ranks: the second half as frequent as the first",
  constant: "always the same value",
  chi_square: "sums of squares of that many bell curves",
  chi: "lengths of vectors of that many bell curves",
  rayleigh: "lengths of vectors in the plane: wind speeds",
  erlang: "the wait for so many events",
  inverse_gamma: "one over a gamma: variances",
  beta_prime: "odds, where shares are a beta",
  f: "ratios of two variances",
  kumaraswamy: "shares between 0 and 1, much like a beta",
  arcsine: "mostly near one of the two ends",
  cosine: "a bell within mean - scale and mean + scale",
  frechet: "the greatest of many, with a heavy tail",
  levy: "a very heavy tail above its location, without a mean",
  hypergeometric: "marked ones among draws that are not put back",
  seasonal: "dates, more of them around a month of the year",
};

const distributions: Readonly<Record<string, CallHelp>> = Object.fromEntries([
  ...Object.entries(DISTRIBUTIONS).map(([name, { parameters, optional }]) => {
    const last = parameters.length - optional;
    const shown = parameters.map((parameter, at) => (at < last ? parameter : `[${parameter}]`));
    return [
      name,
      { kind: "distribution" as const, parameters: shown, summary: summaries[name] ?? "" },
    ];
  }),
  ["mixture", call("distribution", "weight distribution …", "one of several, by their weights")],
]);

/** Everything that may be called, by name; a distribution where `~` stands before it. */
export const callHelp: Readonly<Record<CallHelp["kind"], Readonly<Record<string, CallHelp>>>> = {
  function: functions,
  statistic: statistics,
  distribution: distributions,
};

/** The help of a call by its name alone. */
export function helpOfCall(name: string): CallHelp | undefined {
  return [functions, statistics, distributions].find((group) => Object.hasOwn(group, name))?.[name];
}

/** `normal(mean, sd)`. */
export function callSyntax(name: string, { parameters }: CallHelp): string {
  return `${name}(${parameters.join(", ")})`;
}
