import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeededEntropy } from "../../src/privacy/entropy.js";
import { learnEdges } from "../../src/privacy/learn-edges.js";
import { edgeGrid } from "../../src/privacy/learn-quantiles.js";
import { learnShared } from "../../src/privacy/learn-shared.js";
import { payerOf } from "../../src/privacy/mechanism.js";
import { epsilonAtLeast, OpenAccount } from "./audit.js";
import { chiSquare } from "./goodness.js";

const payer = (seed: string, most = 1) => payerOf(new OpenAccount(), most, new SeededEntropy(seed));
const many = <T>(count: number, value: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => value(i));

/** The mass function that is claimed: e^(ε·count/k) over all cells. */
function massesOf(counts: readonly number[], epsilon: number, most: number): number[] {
  const weights = counts.map((count) => Math.exp((epsilon * count) / most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Rényi divergence of order α. */
function divergence(p: readonly number[], q: readonly number[], alpha: number): number {
  const terms = p.map((mass, i) => alpha * Math.log(mass) + (1 - alpha) * Math.log(q[i] as number));
  const most = Math.max(...terms);
  const sum = terms.reduce((all, term) => all + Math.exp(term - most), 0);
  return (most + Math.log(sum)) / (alpha - 1);
}

describe("the value that most rows share", () => {
  it.each([[[]], [[3, 3, 3, 7]], [[0, 0, 0, 0, 1, 1, 2, 9]], [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]])(
    "is drawn from cells %j by its probabilities",
    (rows) => {
      const own = payer("shared");
      const draws = Float64Array.from({ length: 5_000 }, () =>
        learnShared(own, "x", () => Uint32Array.from(rows), 10, 0.08),
      );
      const counts = many(10, (cell) => rows.filter((row) => row === cell).length);
      const masses = massesOf(counts, Math.sqrt(8 * 0.08), 1);
      const fit = chiSquare(draws, (cell) => masses[cell] ?? 0, 10);
      expect(fit.statistic).toBeLessThan(fit.critical);
    },
  );

  it("costs no more than ρ at any order, whatever rows a unit adds, though its exponent has no half", () => {
    const rows = fc.array(fc.nat({ max: 4 }), { minLength: 2, maxLength: 5 });
    const cases = fc.record({
      rows,
      unit: rows,
      epsilon: fc.double({ min: 0.1, max: 4, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ rows: without, unit, epsilon }) => {
        const added = without.map((_, cell) => unit[cell] ?? 0);
        const most = added.reduce((sum, count) => sum + count, 0) || 1;
        const p = massesOf(without, epsilon, most);
        const q = massesOf(
          without.map((count, cell) => count + (added[cell] as number)),
          epsilon,
          most,
        );
        for (const alpha of [1.01, 1.5, 2, 5, 20, 100]) {
          const bound = (alpha * epsilon ** 2) / 8 + 1e-9;
          expect(divergence(p, q, alpha)).toBeLessThanOrEqual(bound);
          expect(divergence(q, p, alpha)).toBeLessThanOrEqual(bound);
        }
      }),
    );
  });

  const attack = (rho: number): number => {
    const own = payer("attack");
    const [a, b] = [[7], []].map((rows) =>
      many(10_000, () => learnShared(own, "x", () => Uint32Array.from(rows), 8, rho)),
    );
    return epsilonAtLeast(a!, b!, 0);
  };
  it("tells an attacker no more than ε", () => {
    expect(attack(0.5)).toBeLessThanOrEqual(2);
    expect(attack(0.5)).toBeGreaterThan(0.5);
  });
  it("is caught where more budget is used than charged", () => {
    expect(attack(0.5 * 16)).toBeGreaterThan(2);
  });
});

describe("learned edges", () => {
  const around = (edges: readonly number[], value: number) =>
    edges.includes(value) && edges.includes(value + 1);

  it("leave a shared value a bin of its own, wherever it and its neighbours lie", () => {
    const rows = [
      ...many(4000, () => 40_000),
      ...many(2500, () => 40_700),
      ...many(2500, () => 99_999),
      ...many(3000, (i) => 33 * i),
    ];
    const own = payer("edges");
    const grid = edgeGrid(0, 99_999, 1);
    const found = many(50, () => learnEdges(own, "x", Float64Array.from(rows), grid, 5, 0.0002));
    for (const edges of found) expect(edges).toEqual([...new Set(edges)].sort((a, b) => a - b));
    const hits = found.map((edges) => [40_000, 40_700, 99_999].every((v) => around(edges, v)));
    // A miss is due less than once in 10⁵ draws; bisection alone hits in none of them.
    expect(hits.filter((hit) => !hit)).toEqual([]);
  });

  it("charge what they cost, and nothing more", () => {
    const account = new OpenAccount();
    const own = payerOf(account, 3, new SeededEntropy("charges"));
    learnEdges(own, "x", Float64Array.of(1, 2, Number.NaN), edgeGrid(0, 9, 1), 3, 0.02);
    const spent = account.spendings.map(({ event }) => {
      const [num, den] = (event.kind === "exponential" ? event.epsilon : "").split("/").map(Number);
      return ((num as number) / (den as number)) ** 2 / 8;
    });
    expect(spent).toHaveLength(6);
    const sum = spent.reduce((a, b) => a + b, 0);
    expect(sum).toBeLessThanOrEqual(0.02);
    expect(sum).toBeGreaterThan(0.02 * (1 - 1e-4));
  });
});
