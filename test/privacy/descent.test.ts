import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lossAccountant } from "../../src/privacy/accountant.js";
import { limitAt } from "../../src/privacy/budget.js";
import { calibrateNoiseTightly } from "../../src/privacy/calibrate.js";
import { CLIP_MARGIN, Descent, exactRate } from "../../src/privacy/descent.js";
import { SeededEntropy } from "../../src/privacy/entropy.js";
import { payerOf } from "../../src/privacy/mechanism.js";
import { WIDE, wideGaussians } from "../../src/privacy/noise-gaussian.js";
import { epsilonAtLeast, OpenAccount } from "./audit.js";
import { memoryAccount } from "./memory-ledger.js";

const delta = 1e-6;
const plan = { rate: exactRate(0.25), noise: 6, steps: 20, delta };
const units = (count: number) => Array.from({ length: count }, (_, row) => Uint32Array.of(row));

function gradientAccount(epsilon: number) {
  const limit = limitAt("the budget", epsilon, delta, Number.POSITIVE_INFINITY, 1);
  return memoryAccount(epsilon, delta, { limit });
}

describe("the price of descent", () => {
  it("is one charge for all steps, before the first sample, of what its loss distribution says", () => {
    const event = { kind: "sampled-gaussian", ...plan } as const;
    const epsilon = lossAccountant.epsilon([{ event, times: 1 }], delta);
    const { account, ledger } = gradientAccount(epsilon * 1.001);
    const descent = new Descent(payerOf(account, 1), "gradients", units(10), plan);
    expect(ledger.book.map((entry) => entry.event)).toEqual([event]);
    expect(account.epsilonSpent()).toBeCloseTo(epsilon, 6);
    for (let step = 0; step < plan.steps; step++) descent.step(1, () => new Float32Array(3));
    expect(() => descent.step(1, () => new Float32Array(3))).toThrow();
    expect(ledger.book).toHaveLength(1);
  });

  it("is refused when the budget does not hold it; then nothing is sampled", () => {
    const { account, ledger } = gradientAccount(0.05);
    expect(() => new Descent(payerOf(account, 1), "gradients", units(10), plan)).toThrow("P0750");
    expect(ledger.book).toEqual([]);
  });

  it.each([31, 1e3, 1e5, 1e8])("is found at once and fits its budget at ε %d, too", (epsilon) => {
    const asked = { rate: exactRate(0.05), steps: 400, epsilon, delta };
    const noise = calibrateNoiseTightly(asked);
    const { account } = gradientAccount(epsilon);
    new Descent(payerOf(account, 1), "gradients", units(1), { ...asked, noise });
    expect(account.epsilonSpent()).toBeGreaterThan(epsilon * 0.999);
  });

  it("calibrated noise fits its budget, and a little less does not", () => {
    const asked = { rate: exactRate(0.5), steps: 4, epsilon: 0.4, delta };
    const noise = calibrateNoiseTightly(asked);
    const cost = (scale: number) => {
      const event = { kind: "sampled-gaussian", ...asked, noise: noise * scale } as const;
      return lossAccountant.epsilon([{ event, times: 1 }], delta);
    };
    expect(cost(1)).toBeLessThanOrEqual(asked.epsilon);
    expect(cost(0.99)).toBeGreaterThan(asked.epsilon);
  });
});

describe("a step", () => {
  it("samples whole units, each with the plan's rate", () => {
    const account = new OpenAccount();
    const pairs = Array.from({ length: 400 }, (_, at) => Uint32Array.of(2 * at, 2 * at + 1));
    const payer = payerOf(account, 2, new SeededEntropy("units"));
    const descent = new Descent(payer, "gradients", pairs, plan);
    let sampled = 0;
    for (let step = 0; step < plan.steps; step++) {
      descent.step(1, (rows, most) => {
        expect(most).toBeCloseTo((1 - CLIP_MARGIN) / 2, 12);
        for (let i = 0; i < rows.length; i += 2) {
          expect((rows[i] as number) % 2).toBe(0);
          expect(rows[i + 1]).toBe((rows[i] as number) + 1);
        }
        sampled += rows.length / 2;
        return new Float32Array(1);
      });
    }
    // 8,000 trials at 1/4; beyond 6 standard deviations once in 5·10⁸.
    expect(Math.abs(sampled - 2000)).toBeLessThan(6 * Math.sqrt(8000 * 0.25 * 0.75));
  });

  it("adds noise of the stated width, in every coordinate by itself", () => {
    const draws = wideGaussians(40_000, new SeededEntropy("wide"));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const square = draws.reduce((sum, x) => sum + x * x, 0) / draws.length;
    const kurtosis = draws.reduce((sum, x) => sum + x ** 4, 0) / draws.length / square ** 2;
    // Six standard errors each: a false alarm in about 10⁹ runs.
    expect(Math.abs(mean)).toBeLessThan((6 * WIDE) / 200);
    expect(Math.abs(Math.sqrt(square) / WIDE - 1)).toBeLessThan(6 / Math.sqrt(2 * 40_000));
    expect(Math.abs(kurtosis - 3)).toBeLessThan(6 * Math.sqrt(24 / 40_000));
    expect(draws.every(Number.isInteger)).toBe(true);
    expect(new Set(draws.map((x) => ((x % 512) + 512) % 512)).size).toBe(512);
  });

  it("rounds to a grain so fine that the clipping margin covers it", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.3, max: 50, noNaN: true }), (noise) => {
        const parameters = 1e6;
        const grain = noise / WIDE;
        // Two sums are rounded, each coordinate by half a grain at most.
        expect(grain * Math.sqrt(parameters)).toBeLessThan(noise > 8 ? 0.1 : CLIP_MARGIN);
      }),
    );
  });
});

describe("an attack on one step", () => {
  const [rate, noise, runs] = [exactRate(0.5), 1, 30_000];
  const one = { rate, noise, steps: 1, delta: 1e-3 };
  const event = { kind: "sampled-gaussian", ...one } as const;
  const epsilon = lossAccountant.epsilon([{ event, times: 1 }], one.delta);
  /** The lone unit's gradient is as long as clipping lets it be, times `grown`; noise is times `shrink`. */
  const attack = (grown: number, shrink: number): number => {
    const answers = [1, 0].map((present) => {
      const payer = payerOf(new OpenAccount(), 1, new SeededEntropy(`descent ${present}`));
      const descent = new Descent(payer, "gradients", units(present), { ...one, steps: runs });
      return Array.from({ length: runs }, () => {
        let exact = 0;
        const [noisy] = descent.step(1, (rows, most) => {
          exact = rows.length * most * grown;
          return Float32Array.of(exact);
        });
        return exact + ((noisy as number) - exact) * shrink;
      });
    });
    return epsilonAtLeast(answers[0]!, answers[1]!, one.delta);
  };

  it("finds no more than was charged, and not much less", () => {
    const found = attack(1, 1);
    expect(found).toBeLessThanOrEqual(epsilon);
    expect(found).toBeGreaterThan(0.15 * epsilon);
  });

  it.each([
    ["gradients that are not clipped", 4, 1],
    ["noise of a quarter of what was charged", 1, 0.25],
  ])("catches %s", (_, grown, shrink) => {
    expect(attack(grown, shrink)).toBeGreaterThan(epsilon);
  });
});
