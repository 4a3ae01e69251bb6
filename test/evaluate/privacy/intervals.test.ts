import { describe, expect, it } from "vitest";
import { stream } from "../../../src/base/random.js";
import { areaDifference, areaOf, areaUnderCurve } from "../../../src/evaluate/model/area.js";
import { exposureScore } from "../../../src/evaluate/privacy/exposure-score.js";
import {
  attackRisk,
  clopperPearson,
  impliedEpsilon,
} from "../../../src/evaluate/privacy/intervals.js";
import { separation } from "../../../src/evaluate/privacy/roc.js";

describe("intervals", () => {
  it("agree with published values", () => {
    // Clopper & Pearson (1934) and every table since: 10 of 100.
    expect(clopperPearson(10, 100).low).toBeCloseTo(0.0490047, 6);
    expect(clopperPearson(10, 100).high).toBeCloseTo(0.1762226, 6);
    expect(clopperPearson(0, 30)).toMatchObject({ low: 0, value: 0 });
    expect(clopperPearson(0, 30).high).toBeCloseTo(1 - 0.025 ** (1 / 30), 9);
  });

  it("a risk is the excess over the control, and warns of a weak attack", () => {
    const of = (right: number, made: number) => ({ right, made });
    const risk = attackRisk(of(600, 1000), of(200, 1000), of(100, 1000));
    expect(risk.value).toBeCloseTo(0.5, 12);
    expect(risk.low).toBeLessThan(0.5);
    expect(risk.stronger).toBe(true);
    expect(attackRisk(of(1, 9), of(0, 9), of(5, 9)).stronger).toBe(false);
    expect(attackRisk(of(3, 3), of(0, 0), of(0, 3))).toMatchObject({ value: 0, low: 0, high: 1 });
  });

  it("a risk has the interval of Miettinen & Nurminen: the ratios that their test does not refuse", () => {
    const risk = attackRisk(
      { right: 42, made: 50 },
      { right: 24, made: 49 },
      { right: 0, made: 50 },
    );
    // By a grid over both shares of failures, 8 of 50 and 25 of 49, likelihoods maximised under each ratio.
    const statistic = (ratio: number) => {
      let [best, at] = [Number.NEGATIVE_INFINITY, 0];
      for (let p = 1e-5; p < Math.min(1, 1 / ratio); p += 1e-5) {
        const q = p * ratio;
        const found =
          8 * Math.log(q) + 42 * Math.log(1 - q) + 25 * Math.log(p) + 24 * Math.log(1 - p);
        if (found > best) [best, at] = [found, p];
      }
      const q = at * ratio;
      const spread = ((q * (1 - q)) / 50 + (ratio * ratio * at * (1 - at)) / 49) * (99 / 98);
      return Math.abs(8 / 50 - (ratio * 25) / 49) / Math.sqrt(spread);
    };
    expect(statistic(1 - risk.low)).toBeCloseTo(1.95996, 3);
    expect(statistic(1 - risk.high)).toBeCloseTo(1.95996, 3);
  });

  it.each([
    [480, 120, 1],
    [480, 120, 0.98],
    [500, 50, 0.9],
    [500, 500, 0.02],
    [500, 500, 0.5],
  ])(
    "a risk of 0 is in its interval (%i learned and %i held-out people, %f right)",
    (n, m, right) => {
      const random = stream(5, "risk", n, m, right);
      const tally = (made: number) => {
        let found = 0;
        for (let i = 0; i < made; i++) found += Number(random.uniform() < right);
        return { right: found, made };
      };
      let missed = 0;
      for (let run = 0; run < 400; run++) {
        missed += Number(attackRisk(tally(n), tally(m), { right: 0, made: n }).low > 0);
      }
      // One-sided 2.5 %: 22 or more of 400 have a chance of 0.04 %; small samples may double the share.
      expect(missed).toBeLessThan(34);
    },
  );
});

describe("the implied lower bound on epsilon", () => {
  it("is nothing for an attack that guesses", () => {
    const none = impliedEpsilon({ true: 50, members: 100 }, { false: 50, others: 100 });
    expect(none).toBe(0);
  });

  it("is below the truth in at least 95 % of runs", () => {
    // Randomised response at ε: a member says yes with e^ε/(1+e^ε), another with 1/(1+e^ε).
    const random = stream(4, "bound");
    const draw = (chance: number, n: number) => {
      let hits = 0;
      for (let i = 0; i < n; i++) hits += Number(random.uniform() < chance);
      return hits;
    };
    let above = 0;
    const truth = 1;
    const yes = Math.E / (1 + Math.E);
    for (let run = 0; run < 400; run++) {
      const bound = impliedEpsilon(
        { true: draw(yes, 500), members: 500 },
        { false: draw(1 - yes, 500), others: 500 },
      );
      above += Number(bound > truth);
    }
    // Binomial(400, 0.05): 35 or more has a chance of 0.1 %.
    expect(above).toBeLessThan(35);
  });
});

describe("the exposure of canaries", () => {
  it("has a width where all are known by heart: a secret more may not be", () => {
    const known = Array.from({ length: 12 }, () => ({ exposure: Math.log2(1000) }));
    const { value, low, high } = exposureScore("m", "names", known, 999);
    expect([value, high]).toEqual([Math.log2(1000), Math.log2(1000)]);
    expect(low).toBeCloseTo(0.025 ** (1 / 12) * Math.log2(1000), 9);
  });
});

describe("the area under the curve", () => {
  it("counts pairs, ties half", () => {
    const area = areaUnderCurve(Float64Array.of(1, 2, 3), Float64Array.of(0, 2, 2));
    expect(area.value).toBeCloseTo((1 + 2 + 3) / 9, 12);
  });
  // Scores are normal and one unit higher for members; the second scores are the first ones with more noise. 400 tables
  // each, four intervals in all: a cover of 0.95 would show 0.915 or less in one of them about once in 100 (binomial).
  // Seeds that nothing was tuned on.
  it.each([
    [60, 200],
    [300, 900],
  ])("holds the true area and the true difference 95 times in 100: %i and %i rows", (m, n) => {
    // Φ(1/√2) and Φ(1/√2.98).
    const [area, second] = [0.7602499389065233, 0.7188012];
    const held = { area: 0, difference: 0 };
    const widths = { apart: 0, each: 0 };
    for (let seed = 7000; seed < 7400; seed++) {
      const random = stream(seed, "areas", m);
      const actual = Uint8Array.from({ length: m + n }, (_, row) => (row < m ? 1 : 0));
      const one = Float64Array.from(actual, (is) => is + random.normal());
      const two = one.map((score) => score + 0.7 * random.normal());
      const found = areaOf(actual, one);
      const apart = areaDifference(actual, one, two);
      if (found.low <= area && area <= found.high) held.area++;
      if (apart.low <= second - area && second - area <= apart.high) held.difference++;
      widths.apart += apart.high - apart.low;
      widths.each += found.high - found.low;
      expect(apart.value).toBeCloseTo(areaOf(actual, two).value - found.value, 12);
    }
    expect(Math.min(held.area, held.difference) / 400).toBeGreaterThan(0.915);
    // What both have in common makes the difference surer than each of them.
    expect(widths.apart / widths.each).toBeLessThan(1);
  });
  it("has a width where every pair is in order: less with more rows, and holds a true area near 1", () => {
    const ordered = (m: number) =>
      areaUnderCurve(new Float64Array(m).fill(1), new Float64Array(3 * m));
    expect(ordered(20)).toMatchObject({ value: 1, high: 1 });
    // Three in a hundred lie in the wrong order with a chance of more than 1 in 40 at 20 and 60 rows.
    expect(ordered(20).low).toBeGreaterThan(0.8);
    expect(ordered(20).low).toBeLessThan(0.97);
    expect(ordered(2000).low).toBeGreaterThan(0.998);
    const actual = Uint8Array.from({ length: 80 }, (_, row) => (row < 20 ? 1 : 0));
    const found = areaDifference(actual, Float64Array.from(actual), Float64Array.from(actual));
    expect(found.value).toBe(0);
    expect(found.low).toBeCloseTo(ordered(20).low - 1, 12);
    expect(found.high).toBeCloseTo(1 - ordered(20).low, 12);
  });
  it("needs no luck: equal scores are guessing", () => {
    const same = new Float64Array(200).fill(1);
    const { auc, epsilon } = separation(same, same);
    expect([auc.value, epsilon]).toEqual([0.5, 0]);
    expect(auc.low).toBeLessThan(0.5);
  });
});

describe("the share of members found at few false alarms", () => {
  // Scores of members lie `shift` above the others': the true share at 1 % is 1 − Φ(2.3263 − shift).
  it.each([
    [0, 0.01, 120],
    [0, 0.01, 1_000],
    [1, 0.0924, 1_000],
  ])("lies in its interval (shift %f, truth %f, %i people)", (shift, truth, people) => {
    const random = stream(6, "found", shift, people);
    const scores = (by: number) =>
      Float64Array.from({ length: people }, () => random.normal() + by);
    let missed = 0;
    for (let run = 0; run < 200; run++) {
      const [at] = separation(scores(shift), scores(0), [0.01]).atLowAlarm;
      if (at === undefined || at.found.low > truth || at.found.high < truth) missed++;
    }
    // At 5 % or less: 20 or more of 200 have a chance of 0.3 %.
    expect(missed).toBeLessThan(20);
  });
});
