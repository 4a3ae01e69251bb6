import { describe, expect, it } from "vitest";
import { stream } from "../../../src/base/random.js";
import {
  attackRisk,
  clopperPearson,
  impliedEpsilon,
  wilson,
} from "../../../src/evaluate/privacy/intervals.js";
import { areaUnderCurve, separation } from "../../../src/evaluate/privacy/roc.js";

describe("intervals", () => {
  it("agree with published values", () => {
    // Clopper & Pearson (1934) and every table since: 10 of 100.
    expect(clopperPearson(10, 100).low).toBeCloseTo(0.0490047, 6);
    expect(clopperPearson(10, 100).high).toBeCloseTo(0.1762226, 6);
    expect(clopperPearson(0, 30)).toMatchObject({ low: 0, value: 0 });
    expect(clopperPearson(0, 30).high).toBeCloseTo(1 - 0.025 ** (1 / 30), 9);
    // Wilson's: 8 of 10 gives 0.4902 to 0.9433.
    const { rate, error } = wilson(8, 10);
    expect(rate - error).toBeCloseTo(0.4902, 4);
    expect(rate + error).toBeCloseTo(0.9433, 4);
  });

  it("a risk is the excess over the control, and warns of a weak attack", () => {
    const risk = attackRisk(wilson(600, 1000), wilson(200, 1000), wilson(100, 1000), 1000);
    expect(risk.value).toBeCloseTo(0.5, 2);
    expect(risk.low).toBeLessThan(0.5);
    expect(risk.stronger).toBe(true);
    expect(attackRisk(wilson(1, 9), wilson(0, 9), wilson(5, 9), 9).stronger).toBe(false);
  });
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

describe("the area under the curve", () => {
  it("counts pairs, ties half", () => {
    const area = areaUnderCurve(Float64Array.of(1, 2, 3), Float64Array.of(0, 2, 2));
    expect(area.value).toBeCloseTo((1 + 2 + 3) / 9, 12);
  });
  it("needs no luck: equal scores are guessing", () => {
    const same = new Float64Array(200).fill(1);
    expect(separation(same, same)).toMatchObject({ auc: { value: 0.5 }, epsilon: 0 });
  });
});
