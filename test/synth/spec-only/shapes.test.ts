import cdfOf from "@stdlib/stats-base-dists-normal-cdf";
import quantileOf from "@stdlib/stats-base-dists-normal-quantile";
import { expect, test } from "vitest";
import { compile, runPlan } from "../../../src/pipeline.js";
import type { Table } from "../../../src/table/table.js";
import { valuesOf } from "../tables.js";

const rows = 20_000;
const phi = cdfOf.factory(0, 1);
const score = quantileOf.factory(0, 1);

async function drawn(body: string): Promise<Table> {
  const { plan, diagnostics } = await compile(`table t {\n${body}\n}\ngenerate out: ${rows} rows`);
  if (plan === undefined) throw new Error(diagnostics.map(({ title }) => title).join("; "));
  return (await runPlan(plan)).outputs[0]?.table as Table;
}

const numbers = (table: Table, name: string) => valuesOf(table, name) as number[];

/** Kolmogorov's √n · D, which is above 2.23 once in 10,000 times. */
function kolmogorov(values: readonly number[], cdf: (value: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const gaps = sorted.map((value, at) => {
    const share = cdf(value);
    return Math.max((at + 1) / sorted.length - share, share - at / sorted.length);
  });
  return Math.sqrt(sorted.length) * Math.max(...gaps);
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const dot = (a: readonly number[], ma: number, b: readonly number[], mb: number) =>
    a.reduce((sum, value, at) => sum + (value - ma) * ((b[at] as number) - mb), 0);
  return dot(x, mx, y, my) / Math.sqrt(dot(x, mx, x, mx) * dot(y, my, y, my));
}

/** Ranks on 0..1. */
function ranks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number));
  const found: number[] = [];
  order.forEach((row, rank) => {
    found[row] = (rank + 0.5) / values.length;
  });
  return found;
}

test("a mixture has the shape and the moments of its parts", async () => {
  const table = await drawn("x: real ~ mixture(0.75, normal(0, 1), 0.25, normal(6, 0.5))");
  const x = numbers(table, "x");
  const cdf = (value: number) => 0.75 * phi(value) + 0.25 * phi((value - 6) / 0.5);
  expect(kolmogorov(x, cdf)).toBeLessThan(2.23);
  // Mean 1.5, variance 0.75 + 0.0625 + 0.1875 · 36 = 7.5625: four standard errors.
  const mean = x.reduce((a, b) => a + b, 0) / rows;
  expect(Math.abs(mean - 1.5)).toBeLessThan(4 * Math.sqrt(7.5625 / rows));
});

test("a season has its von Mises shape over the months, and no weekday of its own", async () => {
  const table = await drawn("day: date 2021-01-01..2022-12-31 ~ seasonal(7, 2)");
  const days = numbers(table, "day").map((day) => new Date(day * 86_400_000));
  const peak = (6.5 / 12) * 366;
  const expected = new Float64Array(12);
  for (let day = 0; day < 365; day++) {
    const angle = (2 * Math.PI * (day + 0.5 - peak)) / 366;
    const month = new Date(Date.UTC(2021, 0, 1 + day)).getUTCMonth();
    expected[month] = (expected[month] as number) + Math.exp(2 * Math.cos(angle));
  }
  const total = expected.reduce((a, b) => a + b, 0);
  const chiSquare = (seen: readonly number[], shares: readonly number[]) =>
    seen.reduce((sum, count, at) => {
      const wanted = rows * (shares[at] as number);
      return sum + (count - wanted) ** 2 / wanted;
    }, 0);
  const months = Array.from(
    { length: 12 },
    (_, month) => days.filter((day) => day.getUTCMonth() === month).length,
  );
  // Above these once in 10,000 times: 11 and 6 degrees of freedom.
  expect(
    chiSquare(
      months,
      Array.from(expected, (mass) => mass / total),
    ),
  ).toBeLessThan(37.37);
  const weekdays = [0, 1, 2, 3, 4, 5, 6].map(
    (wanted) => days.filter((day) => day.getUTCDay() === wanted).length,
  );
  expect(chiSquare(weekdays, new Array<number>(7).fill(1 / 7))).toBeLessThan(27.86);
});

test("correlated columns keep their own shapes, and their normal scores the correlations asked for", async () => {
  const table = await drawn(
    `a: real ~ lognormal(1, 0.8)
     b: real ~ exponential(2)
     c: real ~ uniform(0, 1)
     d: int 0..100 ~ poisson(4)
     correlate a with b 0.6
     correlate b with c -0.5`,
  );
  const [a, b, c] = [numbers(table, "a"), numbers(table, "b"), numbers(table, "c")];
  const scores = {
    a: a.map((value) => (Math.log(value) - 1) / 0.8),
    b: b.map((value) => score(1 - Math.exp(-2 * value))),
    c: c.map((value) => score(value)),
    d: numbers(table, "d"),
  };
  expect(kolmogorov(scores.a, phi)).toBeLessThan(2.23);
  expect(kolmogorov(scores.b, phi)).toBeLessThan(2.23);
  expect(kolmogorov(c, (value) => value)).toBeLessThan(2.23);
  // Four standard errors, (1 − ρ²) / √n: six such tests give a false alarm once in 2,600.
  const check = (x: readonly number[], y: readonly number[], rho: number) =>
    expect(Math.abs(correlation(x, y) - rho)).toBeLessThan((4 * (1 - rho * rho)) / Math.sqrt(rows));
  check(scores.a, scores.b, 0.6);
  check(scores.b, scores.c, -0.5);
  check(scores.a, scores.c, 0);
  check(scores.a, scores.d, 0);
  check(scores.c, scores.d, 0);
  // Spearman's correlation of a Gaussian copula is 6/π · asin(ρ/2) (Kruskal 1958), whatever the margins.
  const spearman = correlation(ranks(a), ranks(b));
  expect(Math.abs(spearman - (6 / Math.PI) * Math.asin(0.3))).toBeLessThan(4 / Math.sqrt(rows));
});

test("correlated yes-or-no columns agree as often as a Gaussian copula says", async () => {
  const table = await drawn(
    `p: "no" 50% | "yes" 50%
     q: "no" 50% | "yes" 50%
     correlate p with q 0.7`,
  );
  const [p, q] = [valuesOf(table, "p"), valuesOf(table, "q")];
  const both = p.filter((value, row) => value === "yes" && q[row] === "yes").length / rows;
  // ¼ + asin(ρ)/2π (Sheppard 1899): four standard errors, a false alarm once in 16,000.
  const chance = 0.25 + Math.asin(0.7) / (2 * Math.PI);
  expect(Math.abs(both - chance)).toBeLessThan(4 * Math.sqrt((chance * (1 - chance)) / rows));
});

test("a duration is drawn in the unit of its range, whatever the unit of a parameter", async () => {
  const { plan } = await compile(`param typical: real 1..100 hours = 12
table t {
  stay:   duration 0..900 days ~ exponential(0.1)
  nights: duration 0..90 days ~ poisson(3)
  wait:   duration 0..9 days ~ normal(typical, 0.1)
  ride:   duration 0..20_000 minutes ~ mixture(1, normal(wait, 1), 0, constant(5))
}
generate out: ${rows} rows`);
  if (plan === undefined) throw new Error("no plan");
  const table = (await runPlan(plan)).outputs[0]?.table as Table;
  const day = 86_400;
  expect(
    kolmogorov(numbers(table, "stay"), (x) => 1 - Math.exp(-0.1 * ((x + 0.5) / day))),
  ).toBeLessThan(2.23);
  const nights = numbers(table, "nights");
  expect(nights.every((x) => x % day === 0)).toBe(true);
  const mean = nights.reduce((sum, x) => sum + x, 0) / rows / day;
  // Four standard errors.
  expect(Math.abs(mean - 3)).toBeLessThan(4 * Math.sqrt(3 / rows));
  const wait = numbers(table, "wait");
  expect(kolmogorov(wait, (x) => phi(((x + 0.5) / day - 0.5) / 0.1))).toBeLessThan(2.23);
  const ride = numbers(table, "ride");
  expect(ride.every((x, at) => Math.abs(x - (wait[at] as number)) < 360)).toBe(true);
});

test.each([
  ["x: real 0..9 ~ normal(5, -1)", "P1413"],
  ["x: bool ~ bernoulli(1.5)", "P1413"],
  ["x: date 2024-01-01..2024-12-31 ~ seasonal(13, 2)", "P1413"],
  ["x: int 0..9 ~ normal(500, 1)", "P1414"],
  ["x: int 0..9 ~ mixture(1, constant(40), 1, constant(50))", "P1414"],
])("a distribution without a value for its column ends the run: %s", async (column, code) => {
  await expect(drawn(column)).rejects.toThrow(code);
});

test("a scale of 0 is the location itself, and what lies beyond the range its nearer end, in each row", async () => {
  const { plan } = await compile(`table t {
  n:   int 0..3
  own: real -50..50 ~ normal(n, n)
  at:  real 1..50 ~ laplace(1, 0)
  few: real 0..100 ~ gamma(n, 1)
  no:  int 0..9 ~ negative_binomial(2, n)
  far: int 0..100 ~ normal(400 * n - 400, 1)
  end: real 0..0.5 ~ normal(40 * n - 40, 0.001)
}
generate out: 400 rows`);
  if (plan === undefined) throw new Error("no plan");
  const table = (await runPlan(plan)).outputs[0]?.table as Table;
  const [n, own, at, few, no, far, end] = ["n", "own", "at", "few", "no", "far", "end"].map(
    (name) => numbers(table, name),
  );
  n?.forEach((value, row) => {
    const here = [own, few, no].map((column) => column?.[row]);
    if (value === 0) expect(here).toEqual([0, 0, 0]);
    // Nine standard deviations.
    else expect(Math.abs((here[0] as number) - value)).toBeLessThan(9 * value);
    expect(at?.[row]).toBe(1);
    if (value !== 1) expect([far?.[row], end?.[row]]).toEqual(value === 0 ? [0, 0] : [100, 0.5]);
  });
});

test("parameters that make no distribution in some rows end the run", async () => {
  await expect(drawn("x: int 0..3\n y: real 0..9 ~ normal(5, x - 1)")).rejects.toThrow("P1413");
});

test("a season of what is no date does not compile", async () => {
  const { diagnostics } = await compile(
    "table t { x: int 0..9 ~ seasonal(7, 1) }\ngenerate 5 rows",
  );
  expect(diagnostics.map(({ code }) => code)).toEqual(["P0301"]);
});
