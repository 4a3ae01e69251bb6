import { describe, expect, it } from "vitest";
import { below, belowBig, type Entropy, SeededEntropy } from "../../src/privacy/entropy.js";
import {
  bernoulliExp,
  bernoulliExpBig,
  discreteLaplace,
  RejectionGaussian,
} from "../../src/privacy/noise.js";
import { exponentialChoice } from "../../src/privacy/noise-choice.js";
import { discreteGaussians } from "../../src/privacy/noise-gaussian.js";
import { refine, TableGaussian } from "../../src/privacy/noise-table.js";
import { rational, toNumber } from "../../src/privacy/rational.js";
import { chiSquare, gaussianMass, laplaceMass } from "./goodness.js";

const DRAWS = 200_000;

function many(count: number, draw: () => number): Float64Array {
  return Float64Array.from({ length: count }, draw);
}

/** Plays back given words, then a seeded stream. */
class Scripted implements Entropy {
  readonly kind = "seeded";
  private readonly after = new SeededEntropy("after");
  private readonly script: number[];
  constructor(script: number[]) {
    this.script = [...script];
  }
  word(): number {
    return this.script.shift() ?? this.after.word();
  }
  fill(words: Uint32Array): void {
    for (let i = 0; i < words.length; i++) words[i] = this.word();
  }
}

const variances = [
  rational(1, 10),
  rational(1, 4),
  rational(1),
  rational(5, 3),
  rational(20),
  rational(2500),
];

describe("uniform integers", () => {
  it.each([1, 2, 3, 7, 10, 4096, 5000])("below %i are uniform", (limit) => {
    const entropy = new SeededEntropy(limit);
    const fit = chiSquare(
      many(DRAWS, () => below(limit, entropy)),
      (x) => (x >= 0 && x < limit ? 1 / limit : 0),
      limit,
    );
    if (limit > 1) expect(fit.statistic).toBeLessThan(fit.critical);
  });

  it("stay in range and reach the ends of wide ranges", () => {
    const entropy = new SeededEntropy("wide");
    for (const limit of [2 ** 32, 2 ** 32 + 1, 2 ** 40 - 3, 2 ** 53]) {
      const draws = many(2000, () => below(limit, entropy));
      expect(Math.max(...draws)).toBeLessThan(limit);
      expect(Math.max(...draws)).toBeGreaterThan(limit * 0.98);
      expect(Math.min(...draws)).toBeLessThan(limit * 0.02);
    }
    const big = 10n ** 30n;
    for (let i = 0; i < 1000; i++) expect(belowBig(big, entropy)).toBeLessThan(big);
    expect(belowBig(1n, entropy)).toBe(0n);
  });
});

describe("Bernoulli of e^(−x)", () => {
  it.each([
    [0, 1],
    [1, 3],
    [1, 1],
    [7, 2],
    [12345, 10000],
  ])("e^(−%i/%i) in doubles and in BigInt", (num, den) => {
    const entropy = new SeededEntropy(`${num}/${den}`);
    const p = Math.exp(-num / den);
    const mass = (x: number) => (x === 1 ? p : x === 0 ? 1 - p : 0);
    const small = many(DRAWS, () => Number(bernoulliExp(num, den, entropy)));
    const big = many(DRAWS / 4, () => Number(bernoulliExpBig(BigInt(num), BigInt(den), entropy)));
    for (const fit of [chiSquare(small, mass, 1), chiSquare(big, mass, 1)]) {
      if (p < 1) expect(fit.statistic).toBeLessThan(fit.critical);
    }
    if (p === 1) expect(small.every((x) => x === 1)).toBe(true);
  });
});

describe("discrete Laplace", () => {
  it.each([rational(1, 3), rational(1), rational(7, 2), rational(40)])(
    "has its mass function",
    (scale) => {
      const entropy = new SeededEntropy(`laplace ${scale.num}/${scale.den}`);
      const draws = many(DRAWS / 2, () => Number(discreteLaplace(scale, entropy)));
      const fit = chiSquare(draws, laplaceMass(toNumber(scale)), 2000);
      expect(fit.statistic).toBeLessThan(fit.critical);
    },
  );
});

describe.each(variances)("discrete Gaussian of variance $num/$den", (sigma2) => {
  const value = toNumber(sigma2);
  const reach = Math.ceil(12 * Math.sqrt(value)) + 5;
  const mass = gaussianMass(value);
  const sampler = new RejectionGaussian(sigma2);

  it("by rejection in safe integers", () => {
    const entropy = new SeededEntropy("rejection");
    const fit = chiSquare(
      many(DRAWS, () => sampler.draw(entropy)),
      mass,
      reach,
    );
    expect(fit.statistic).toBeLessThan(fit.critical);
  });

  it("by rejection in BigInt", () => {
    const entropy = new SeededEntropy("big");
    const fit = chiSquare(
      many(DRAWS / 8, () => Number(sampler.drawBig(entropy))),
      mass,
      reach,
    );
    expect(fit.statistic).toBeLessThan(fit.critical);
  });

  it("by inversion of the table", () => {
    const draws = new Float64Array(DRAWS * 10);
    new TableGaussian(sigma2).fill(draws, new SeededEntropy("table"));
    const fit = chiSquare(draws, mass, reach);
    expect(fit.statistic).toBeLessThan(fit.critical);
  });

  it.skipIf(value > 100)("by the last refinement alone", () => {
    const entropy = new SeededEntropy("refine");
    const draws = many(3000, () => {
      const prefix = (BigInt(entropy.word() >>> 1) << 32n) | BigInt(entropy.word());
      const magnitude = refine(sigma2, prefix, entropy);
      return (entropy.word() & 1) === 1 ? -magnitude : magnitude;
    });
    const fit = chiSquare(draws, mass, reach);
    expect(fit.statistic).toBeLessThan(fit.critical);
  });
});

describe("the tests of fit", () => {
  it.each([0.9, 1.1])("catch a standard deviation off by the factor %f", (factor) => {
    const draws = new Float64Array(DRAWS);
    const sigma2 = rational(Math.round(100 * factor ** 2 * 1000), 1000);
    new TableGaussian(sigma2).fill(draws, new SeededEntropy("power"));
    const fit = chiSquare(draws, gaussianMass(100), 150);
    expect(fit.statistic).toBeGreaterThan(fit.critical);
  });

  it("catch a Laplace scale off by a tenth", () => {
    const entropy = new SeededEntropy("power");
    const draws = many(DRAWS, () => Number(discreteLaplace(rational(11, 2), entropy)));
    const fit = chiSquare(draws, laplaceMass(5), 2000);
    expect(fit.statistic).toBeGreaterThan(fit.critical);
  });
});

describe("the table's rare branches", () => {
  const sigma2 = rational(4);
  const table = new TableGaussian(sigma2);
  const one = (script: number[]): number => {
    const out = new Float64Array(1);
    table.fill(out, new Scripted(script));
    return out[0] as number;
  };

  it("go beyond the table's end when all bits are ones", () => {
    const ones = 0xffffffff;
    expect(one([ones & ~1, ones])).toBeGreaterThan(16);
    const far = [ones & ~1, ...Array(7).fill(ones)];
    expect(one(far)).toBeGreaterThan(one([ones & ~1, ones]));
    expect(one([ones, ones])).toBeLessThan(-10);
  });

  it("settle a tie with a threshold on the side that further bits choose", () => {
    const mass = gaussianMass(4);
    const atMost = [0, 1, 2].map(
      (m) => mass(0) + 2 * (m > 0 ? mass(1) : 0) + 2 * (m > 1 ? mass(2) : 0),
    );
    for (const [m, p] of atMost.entries()) {
      const word = Math.floor(p * 2 ** 31) * 2;
      expect(one([word, 0])).toBe(m);
      expect(one([word, 0xffffffff])).toBe(m + 1);
    }
  });

  it("agree with the refinement on every threshold's neighbourhood", () => {
    for (let m = 0; m < 12; m++) {
      const mass = gaussianMass(4);
      let p = mass(0);
      for (let j = 1; j <= m; j++) p += 2 * mass(j);
      for (const shift of [-1, 0, 1]) {
        const u = Math.floor(p * 2 ** 31) + shift;
        if (u < 0 || u >= 2 ** 31) continue;
        for (const next of [0, 0x7fffffff, 0xffffffff]) {
          const direct = refine(sigma2, (BigInt(u) << 32n) | BigInt(next), new SeededEntropy(1));
          expect(one([u * 2, next])).toBe(direct);
        }
      }
    }
  });
});

describe("batches", () => {
  it.each([3, 100, 50_000])("of %i draws have the right variance", (count) => {
    const draws = discreteGaussians(rational(900), count, new SeededEntropy("batch"));
    const variance = draws.reduce((sum, x) => sum + x * x, 0) / count;
    const spread = 6.2 * Math.sqrt(2 / count);
    expect(Math.abs(variance / 900 - 1)).toBeLessThan(Math.max(spread, count < 10 ? 9 : 0));
  });

  it("of very wide noise come from the rejection sampler in BigInt", () => {
    const draws = discreteGaussians(rational(10n ** 14n), 400, new SeededEntropy("wide"));
    const variance = draws.reduce((sum, x) => sum + x * x, 0) / 400 / 1e14;
    expect(Math.abs(variance - 1)).toBeLessThan(6.2 * Math.sqrt(2 / 400));
  });
});

describe("exponential mechanism", () => {
  it("has its mass function", () => {
    const entropy = new SeededEntropy("choice");
    const scores = [0n, 3n, 5n, 5n, -20n];
    const weights = scores.map((score) => Math.exp(0.4 * Number(score)));
    const total = weights.reduce((sum, w) => sum + w, 0);
    const draws = many(DRAWS / 4, () => exponentialChoice(scores, rational(2, 5), entropy));
    const fit = chiSquare(draws, (x) => (weights[x] ?? 0) / total, 5);
    expect(fit.statistic).toBeLessThan(fit.critical);
  });

  it("copes with scores far apart", () => {
    const entropy = new SeededEntropy("far");
    expect(exponentialChoice([0n, 10n ** 12n, 5n], rational(1), entropy)).toBe(1);
  });
});
