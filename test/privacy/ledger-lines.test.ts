import { describe, expect, it } from "vitest";
import {
  DELTA_BESIDE_GRADIENTS,
  epsilonOfRho,
  limitAt,
  limitOf,
  OWN_DELTA,
  rhoWithin,
} from "../../src/privacy/budget.js";
import { calibrateNoiseTightly } from "../../src/privacy/calibrate.js";
import { exactRate } from "../../src/privacy/descent.js";
import { deltaOfAll, shownCharges } from "../../src/privacy/ledger-lines.js";
import { memoryAccount } from "./memory-ledger.js";

const [epsilon, delta] = [3, 1e-6];
const common = { contributions: 1, parts: [], seeded: false } as const;

/** A budget spent to the last grain, as `learn with language` does: 30 % on counts, the rest on gradients. */
function spentWhole(reservedDelta: number, ownDelta: number) {
  const counted = { epsilon: 0.3 * epsilon, delta: DELTA_BESIDE_GRADIENTS * delta };
  const { account, ledger } = memoryAccount(counted.epsilon, counted.delta, {
    reservedDelta,
    run: "counts",
  });
  const rho = rhoWithin(limitOf("", counted.epsilon, counted.delta, reservedDelta));
  const sigma2 = `${Math.ceil(1e6 / (2 * rho))}/1000000`;
  const gaussian = { kind: "gaussian", sigma2, sensitivity2: "1/1" } as const;
  const event = ownDelta > 0 ? { ...gaussian, delta: ownDelta } : gaussian;
  account.spend({ ...common, what: "counts", event });
  const rest = { epsilon: 0.7 * epsilon, delta: (1 - DELTA_BESIDE_GRADIENTS) * delta };
  const limit = limitAt("", rest.epsilon, rest.delta, Number.POSITIVE_INFINITY, 1);
  const more = { ledger, limit, run: "gradients" } as never;
  const descent = { rate: exactRate(0.1), steps: 20 };
  const asked = { ...descent, epsilon: rest.epsilon * (1 - 1e-6), delta: rest.delta };
  const steps = { ...descent, noise: calibrateNoiseTightly(asked), delta: rest.delta };
  memoryAccount(rest.epsilon, rest.delta, more).account.spend({
    ...{ ...common, what: "gradients" },
    event: { kind: "sampled-gaussian", ...steps },
  });
  return ledger.book;
}

describe("charges beside gradients, as shown", () => {
  it.each([
    ["nothing has a δ of its own", 0, 0],
    ["values are learned", 0.1, 0.099 * DELTA_BESIDE_GRADIENTS * delta],
  ])("add up to the budget and no more where %s", (_, reserved, own) => {
    const book = spentWhole(reserved, own);
    const shown = shownCharges(book, epsilon, delta).at(-1)?.epsilon as number;
    expect(shown).toBeLessThanOrEqual(epsilon);
    expect(shown).toBeGreaterThan(epsilon * 0.999);
    expect(deltaOfAll(book, delta)).toBeCloseTo(delta + own, 15);
  });

  it("say how much δ they need in all where that is more than ρ is converted at", () => {
    const book = [...spentWhole(0, 0), ...spentWhole(0, 0)];
    expect(deltaOfAll(book, delta)).toBeCloseTo(1.9e-6, 12);
  });
});

describe("charges in rho, as shown", () => {
  /** A budget in ten charges, the first for values that have a δ of their own where `own`. */
  function inTen(own: boolean) {
    const reservedDelta = own ? OWN_DELTA : 0;
    const { account, ledger } = memoryAccount(epsilon, delta, { reservedDelta });
    const rho = rhoWithin(limitOf("", epsilon, delta, reservedDelta)) / 10;
    const sigma2 = `${Math.ceil(1e9 / (2 * rho))}/1000000000`;
    for (let i = 0; i < 10; i++) {
      const gaussian = { kind: "gaussian", sigma2, sensitivity2: "1/1" } as const;
      const event = own && i === 0 ? { ...gaussian, delta: 0.09 * delta } : gaussian;
      account.spend({ ...common, what: `charge ${i}`, event });
    }
    return { lines: shownCharges(ledger.book, epsilon, delta), reservedDelta };
  }

  it.each([false, true])("come to what the tight conversion of their sum says (%s)", (own) => {
    const { lines, reservedDelta } = inTen(own);
    let rho = 0;
    for (const line of lines) {
      rho += line.rho;
      const tight = epsilonOfRho(rho, delta * (1 - reservedDelta));
      expect(line.epsilon).toBeLessThanOrEqual(tight);
      expect(line.epsilon).toBeGreaterThan(0.99 * tight);
    }
    // A tenth of the budget in rho is a third of it in epsilon, not half.
    expect((lines[0]?.epsilon as number) / epsilon).toBeLessThan(0.32);
    expect(lines.at(-1)?.epsilon).toBeLessThanOrEqual(epsilon);
    expect(lines.at(-1)?.epsilon).toBeGreaterThan(0.999 * epsilon);
  });

  it("stay at the order of the budget where parts of a split are among them", () => {
    const { account, ledger } = memoryAccount(epsilon, delta, { reservedDelta: 0 });
    for (const part of [0, 1, 2]) {
      const parts = [{ split: "by sex", part }];
      const event = { kind: "gaussian", sigma2: "100/1", sensitivity2: "1/1" } as const;
      account.spend({ ...common, what: `part ${part}`, event, parts });
    }
    const [one, , all] = shownCharges(ledger.book, epsilon, delta);
    expect(all?.epsilon).toBe(one?.epsilon);
  });
});
